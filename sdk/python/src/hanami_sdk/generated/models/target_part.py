from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.dtype import Dtype, check_dtype
from ..types import UNSET, Unset

T = TypeVar("T", bound="TargetPart")


@_attrs_define
class TargetPart:
    """Targets of one output hexagon in a frame."""

    hexagon: None | str | Unset = UNSET
    """ Left out where there is only one. """
    width: int | Unset = 1
    """ Values per row; one where they are classes. """
    dtype: Dtype | Unset = UNSET
    """ How numbers are written in frames, little-endian. """

    def to_dict(self) -> dict[str, Any]:
        hexagon: None | str | Unset
        if isinstance(self.hexagon, Unset):
            hexagon = UNSET
        else:
            hexagon = self.hexagon

        width = self.width

        dtype: str | Unset = UNSET
        if not isinstance(self.dtype, Unset):
            dtype = self.dtype

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if hexagon is not UNSET:
            field_dict["hexagon"] = hexagon
        if width is not UNSET:
            field_dict["width"] = width
        if dtype is not UNSET:
            field_dict["dtype"] = dtype

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_hexagon(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        hexagon = _parse_hexagon(d.pop("hexagon", UNSET))

        width = d.pop("width", UNSET)

        _dtype = d.pop("dtype", UNSET)
        dtype: Dtype | Unset
        if isinstance(_dtype, Unset):
            dtype = UNSET
        else:
            dtype = check_dtype(_dtype)

        target_part = cls(
            hexagon=hexagon,
            width=width,
            dtype=dtype,
        )

        return target_part
