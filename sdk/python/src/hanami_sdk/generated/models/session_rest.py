from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionRest")


@_attrs_define
class SessionRest:
    """Let all echoes of earlier samples fade (where the template spikes); answered with `rested`."""

    type_: Literal["rest"]
    sequence: int | Unset = 0
    """ Its own number, in line with those of frames; 0 for the next. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        sequence = self.sequence

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if sequence is not UNSET:
            field_dict["sequence"] = sequence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["rest"], d.pop("type"))
        if type_ != "rest":
            raise ValueError(f"type must match const 'rest', got '{type_}'")

        sequence = d.pop("sequence", UNSET)

        session_rest = cls(
            type_=type_,
            sequence=sequence,
        )

        return session_rest
