from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.hexagon_type import HexagonType, check_hexagon_type
from ..models.hexagon_values import HexagonValues, check_hexagon_values

if TYPE_CHECKING:
    from ..models.reached_hexagon import ReachedHexagon


T = TypeVar("T", bound="TemplateHexagon")


@_attrs_define
class TemplateHexagon:
    """One hexagon of a template."""

    position: list[int]
    """ Column, row and layer on the lattice. """
    type_: HexagonType
    """ What a hexagon is for. """
    name: None | str
    """ As the template calls it; null where it does not. """
    size: int | None
    """ Values of an input or output, most neurons of an internal one; null where it grows with the data. """
    values: HexagonValues | None
    """ Null for internal ones, and where the first targets decide it. """
    reachable: int
    """ How many hexagons it can reach. """
    reaches: list[ReachedHexagon]
    """ The nearest 12 of them, by distance and position. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        type_: str = self.type_

        name: None | str
        name = self.name

        size: int | None
        size = self.size

        values: None | str
        if isinstance(self.values, str):
            values = self.values
        else:
            values = self.values

        reachable = self.reachable

        reaches = []
        for reaches_item_data in self.reaches:
            reaches_item = reaches_item_data.to_dict()
            reaches.append(reaches_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "type": type_,
                "name": name,
                "size": size,
                "values": values,
                "reachable": reachable,
                "reaches": reaches,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reached_hexagon import ReachedHexagon  # noqa: PLC0415

        d = dict(src_dict)
        position = cast(list[int], d.pop("position"))

        type_ = check_hexagon_type(d.pop("type"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_size(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        size = _parse_size(d.pop("size"))

        def _parse_values(data: object) -> HexagonValues | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                values_type_0 = check_hexagon_values(data)

                return values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HexagonValues | None, data)

        values = _parse_values(d.pop("values"))

        reachable = d.pop("reachable")

        reaches = []
        _reaches = d.pop("reaches")
        for reaches_item_data in _reaches:
            reaches_item = ReachedHexagon.from_dict(reaches_item_data)

            reaches.append(reaches_item)

        template_hexagon = cls(
            position=position,
            type_=type_,
            name=name,
            size=size,
            values=values,
            reachable=reachable,
            reaches=reaches,
        )

        template_hexagon.additional_properties = d
        return template_hexagon

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
