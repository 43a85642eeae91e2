from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SamplesLearn")


@_attrs_define
class SamplesLearn:
    """Samples to learn, one after the other."""

    inputs: list[list[float | None]]
    """ Raw values of every sample; null for a reading that is missing. """
    targets: list[list[float | None]]
    """ What the network shall answer to each of them; a class, or values. Null where a value is not known. """
    input_hexagons: list[str] | None | Unset = UNSET
    """ Which input hexagon each value of a row belongs to, by its name; left out where sizes in the template tell.
    """
    target_hexagons: list[str] | None | Unset = UNSET
    """ Which output hexagon each value of a row belongs to, by its name; left out where sizes in the template tell.
    """
    answer: bool | Unset = False
    """ Also answer, as things stood before each truth was told. """

    def to_dict(self) -> dict[str, Any]:
        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = []
            for inputs_item_item_data in inputs_item_data:
                inputs_item_item: float | None
                inputs_item_item = inputs_item_item_data
                inputs_item.append(inputs_item_item)

            inputs.append(inputs_item)

        targets = []
        for targets_item_data in self.targets:
            targets_item = []
            for targets_item_item_data in targets_item_data:
                targets_item_item: float | None
                targets_item_item = targets_item_item_data
                targets_item.append(targets_item_item)

            targets.append(targets_item)

        input_hexagons: list[str] | None | Unset
        if isinstance(self.input_hexagons, Unset):
            input_hexagons = UNSET
        elif isinstance(self.input_hexagons, list):
            input_hexagons = self.input_hexagons

        else:
            input_hexagons = self.input_hexagons

        target_hexagons: list[str] | None | Unset
        if isinstance(self.target_hexagons, Unset):
            target_hexagons = UNSET
        elif isinstance(self.target_hexagons, list):
            target_hexagons = self.target_hexagons

        else:
            target_hexagons = self.target_hexagons

        answer = self.answer

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "inputs": inputs,
                "targets": targets,
            }
        )
        if input_hexagons is not UNSET:
            field_dict["input_hexagons"] = input_hexagons
        if target_hexagons is not UNSET:
            field_dict["target_hexagons"] = target_hexagons
        if answer is not UNSET:
            field_dict["answer"] = answer

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in _inputs:
            inputs_item = []
            _inputs_item = inputs_item_data
            for inputs_item_item_data in _inputs_item:

                def _parse_inputs_item_item(data: object) -> float | None:
                    if data is None:
                        return data
                    return cast(float | None, data)

                inputs_item_item = _parse_inputs_item_item(inputs_item_item_data)

                inputs_item.append(inputs_item_item)

            inputs.append(inputs_item)

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

        def _parse_input_hexagons(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                input_hexagons_type_0 = cast(list[str], data)

                return input_hexagons_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        input_hexagons = _parse_input_hexagons(d.pop("input_hexagons", UNSET))

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

        answer = d.pop("answer", UNSET)

        samples_learn = cls(
            inputs=inputs,
            targets=targets,
            input_hexagons=input_hexagons,
            target_hexagons=target_hexagons,
            answer=answer,
        )

        return samples_learn
