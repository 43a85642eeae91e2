from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TruthLearn")


@_attrs_define
class TruthLearn:
    """What should have been answered to a request."""

    targets: list[list[float | None]]
    """ What the network shall answer to each of them; a class, or values. Null where a value is not known. """
    target_hexagons: list[str] | None | Unset = UNSET
    """ Which output hexagon each value of a row belongs to, by its name; left out where sizes in the template tell.
    """

    def to_dict(self) -> dict[str, Any]:
        targets = []
        for targets_item_data in self.targets:
            targets_item = []
            for targets_item_item_data in targets_item_data:
                targets_item_item: float | None
                targets_item_item = targets_item_item_data
                targets_item.append(targets_item_item)

            targets.append(targets_item)

        target_hexagons: list[str] | None | Unset
        if isinstance(self.target_hexagons, Unset):
            target_hexagons = UNSET
        elif isinstance(self.target_hexagons, list):
            target_hexagons = self.target_hexagons

        else:
            target_hexagons = self.target_hexagons

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "targets": targets,
            }
        )
        if target_hexagons is not UNSET:
            field_dict["target_hexagons"] = target_hexagons

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = []
            _targets_item = targets_item_data
            for targets_item_item_data in _targets_item:

                def _parse_targets_item_item(data: object) -> float | None:
                    if data is None:
                        return data
                    return cast(float | None, data)

                targets_item_item = _parse_targets_item_item(targets_item_item_data)

                targets_item.append(targets_item_item)

            targets.append(targets_item)

        def _parse_target_hexagons(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                target_hexagons_type_0 = cast(list[str], data)

                return target_hexagons_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        target_hexagons = _parse_target_hexagons(d.pop("target_hexagons", UNSET))

        truth_learn = cls(
            targets=targets,
            target_hexagons=target_hexagons,
        )

        return truth_learn
