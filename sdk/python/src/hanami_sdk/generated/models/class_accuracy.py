from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.confusion import Confusion


T = TypeVar("T", bound="ClassAccuracy")


@_attrs_define
class ClassAccuracy:
    """Agreement of classes."""

    kind: Literal["class"]
    rows: int
    correct: int
    accuracy: float
    """ `correct / rows`. """
    confusion: Confusion | None
    """ Null where more than 256 classes occur. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.confusion import Confusion  # noqa: PLC0415

        kind = self.kind

        rows = self.rows

        correct = self.correct

        accuracy = self.accuracy

        confusion: dict[str, Any] | None
        if isinstance(self.confusion, Confusion):
            confusion = self.confusion.to_dict()
        else:
            confusion = self.confusion

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "rows": rows,
                "correct": correct,
                "accuracy": accuracy,
                "confusion": confusion,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.confusion import Confusion  # noqa: PLC0415

        d = dict(src_dict)
        kind = cast(Literal["class"], d.pop("kind"))
        if kind != "class":
            raise ValueError(f"kind must match const 'class', got '{kind}'")

        rows = d.pop("rows")

        correct = d.pop("correct")

        accuracy = d.pop("accuracy")

        def _parse_confusion(data: object) -> Confusion | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                confusion_type_0 = Confusion.from_dict(data)

                return confusion_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Confusion | None, data)

        confusion = _parse_confusion(d.pop("confusion"))

        class_accuracy = cls(
            kind=kind,
            rows=rows,
            correct=correct,
            accuracy=accuracy,
            confusion=confusion,
        )

        class_accuracy.additional_properties = d
        return class_accuracy

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
