from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SessionSave")


@_attrs_define
class SessionSave:
    """Keep what was learned up to here now; answered with `saved`."""

    type_: Literal["save"]

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["save"], d.pop("type"))
        if type_ != "save":
            raise ValueError(f"type must match const 'save', got '{type_}'")

        session_save = cls(
            type_=type_,
        )

        return session_save
