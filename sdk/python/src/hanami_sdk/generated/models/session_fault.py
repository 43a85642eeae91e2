from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.field_problem import FieldProblem


T = TypeVar("T", bound="SessionFault")


@_attrs_define
class SessionFault:
    """Something was refused, and changed nothing; the session goes on."""

    type_: Literal["error"]
    sequence: int
    """ Number of the frame; 0 where it was none. """
    id: int
    """ Id of the request that the frame named. """
    kind: str
    """ Names the kind of problem, as the last part of `type` of a `Problem`. """
    detail: str
    """ What happened this time. """
    errors: list[FieldProblem]
    """ The fields at fault. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        sequence = self.sequence

        id = self.id

        kind = self.kind

        detail = self.detail

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "sequence": sequence,
                "id": id,
                "kind": kind,
                "detail": detail,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.field_problem import FieldProblem  # noqa: PLC0415

        d = dict(src_dict)
        type_ = cast(Literal["error"], d.pop("type"))
        if type_ != "error":
            raise ValueError(f"type must match const 'error', got '{type_}'")

        sequence = d.pop("sequence")

        id = d.pop("id")

        kind = d.pop("kind")

        detail = d.pop("detail")

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = FieldProblem.from_dict(errors_item_data)

            errors.append(errors_item)

        session_fault = cls(
            type_=type_,
            sequence=sequence,
            id=id,
            kind=kind,
            detail=detail,
            errors=errors,
        )

        session_fault.additional_properties = d
        return session_fault

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
