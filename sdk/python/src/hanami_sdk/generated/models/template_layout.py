from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.template_hexagon import TemplateHexagon


T = TypeVar("T", bound="TemplateLayout")


@_attrs_define
class TemplateLayout:
    """What a template lays out."""

    hexagons: list[TemplateHexagon]
    """ In the order of the text. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hexagons = []
        for hexagons_item_data in self.hexagons:
            hexagons_item = hexagons_item_data.to_dict()
            hexagons.append(hexagons_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hexagons": hexagons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.template_hexagon import TemplateHexagon  # noqa: PLC0415

        d = dict(src_dict)
        hexagons = []
        _hexagons = d.pop("hexagons")
        for hexagons_item_data in _hexagons:
            hexagons_item = TemplateHexagon.from_dict(hexagons_item_data)

            hexagons.append(hexagons_item)

        template_layout = cls(
            hexagons=hexagons,
        )

        template_layout.additional_properties = d
        return template_layout

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
