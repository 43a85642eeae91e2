from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SessionGoodbye")


@_attrs_define
class SessionGoodbye:
    """The last message of the server, before it closes."""

    type_: Literal["goodbye"]
    code: int
    """ The close code. """
    reason: str
    sequence: int
    """ Number of the last frame that was taken; the next one must be higher. """
    durable: int
    """ Number of the last frame whose learning is kept, come what may. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        code = self.code

        reason = self.reason

        sequence = self.sequence

        durable = self.durable

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "code": code,
                "reason": reason,
                "sequence": sequence,
                "durable": durable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["goodbye"], d.pop("type"))
        if type_ != "goodbye":
            raise ValueError(f"type must match const 'goodbye', got '{type_}'")

        code = d.pop("code")

        reason = d.pop("reason")

        sequence = d.pop("sequence")

        durable = d.pop("durable")

        session_goodbye = cls(
            type_=type_,
            code=code,
            reason=reason,
            sequence=sequence,
            durable=durable,
        )

        session_goodbye.additional_properties = d
        return session_goodbye

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
