from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReachedHexagon")


@_attrs_define
class ReachedHexagon:
    """A hexagon that another one can reach."""

    position: list[int]
    """ Column, row and layer on the lattice. """
    distance: int
    """ Steps to it. """
    probability: float
    """ How likely a section that grows leads there. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        distance = self.distance

        probability = self.probability

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "distance": distance,
                "probability": probability,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        position = cast(list[int], d.pop("position"))

        distance = d.pop("distance")

        probability = d.pop("probability")

        reached_hexagon = cls(
            position=position,
            distance=distance,
            probability=probability,
        )

        reached_hexagon.additional_properties = d
        return reached_hexagon

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
