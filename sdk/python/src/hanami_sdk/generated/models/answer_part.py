from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dtype import Dtype, check_dtype
from ..models.meaning import Meaning, check_meaning

T = TypeVar("T", bound="AnswerPart")


@_attrs_define
class AnswerPart:
    """Answers of one output hexagon in a frame."""

    hexagon: str
    values: Meaning | None
    """ What they mean; null before the first targets decide it. """
    width: int
    """ Values per row; of classes, the probability of each. """
    dtype: Dtype
    """ How numbers are written in frames, little-endian. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hexagon = self.hexagon

        values: None | str
        if isinstance(self.values, str):
            values = self.values
        else:
            values = self.values

        width = self.width

        dtype: str = self.dtype

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hexagon": hexagon,
                "values": values,
                "width": width,
                "dtype": dtype,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hexagon = d.pop("hexagon")

        def _parse_values(data: object) -> Meaning | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                values_type_0 = check_meaning(data)

                return values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Meaning | None, data)

        values = _parse_values(d.pop("values"))

        width = d.pop("width")

        dtype = check_dtype(d.pop("dtype"))

        answer_part = cls(
            hexagon=hexagon,
            values=values,
            width=width,
            dtype=dtype,
        )

        answer_part.additional_properties = d
        return answer_part

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
