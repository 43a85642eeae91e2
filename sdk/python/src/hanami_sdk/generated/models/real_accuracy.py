from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RealAccuracy")


@_attrs_define
class RealAccuracy:
    """Distance of real values."""

    kind: Literal["real"]
    rows: int
    mean_absolute_error: float
    root_mean_square_error: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        rows = self.rows

        mean_absolute_error = self.mean_absolute_error

        root_mean_square_error = self.root_mean_square_error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "rows": rows,
                "mean_absolute_error": mean_absolute_error,
                "root_mean_square_error": root_mean_square_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = cast(Literal["real"], d.pop("kind"))
        if kind != "real":
            raise ValueError(f"kind must match const 'real', got '{kind}'")

        rows = d.pop("rows")

        mean_absolute_error = d.pop("mean_absolute_error")

        root_mean_square_error = d.pop("root_mean_square_error")

        real_accuracy = cls(
            kind=kind,
            rows=rows,
            mean_absolute_error=mean_absolute_error,
            root_mean_square_error=root_mean_square_error,
        )

        real_accuracy.additional_properties = d
        return real_accuracy

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
