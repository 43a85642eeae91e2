from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="InputPart")


@_attrs_define
class InputPart:
    """Values of one input hexagon in a frame."""

    width: int
    """ Values per row. """
    hexagon: None | str | Unset = UNSET
    """ Left out where there is only one. """

    def to_dict(self) -> dict[str, Any]:
        width = self.width

        hexagon: None | str | Unset
        if isinstance(self.hexagon, Unset):
            hexagon = UNSET
        else:
            hexagon = self.hexagon

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "width": width,
            }
        )
        if hexagon is not UNSET:
            field_dict["hexagon"] = hexagon

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        width = d.pop("width")

        def _parse_hexagon(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        hexagon = _parse_hexagon(d.pop("hexagon", UNSET))

        input_part = cls(
            width=width,
            hexagon=hexagon,
        )

        return input_part
