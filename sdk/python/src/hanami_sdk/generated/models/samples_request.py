from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SamplesRequest")


@_attrs_define
class SamplesRequest:
    """Samples to answer."""

    inputs: list[list[float | None]]
    """ Raw values of every sample; null for a reading that is missing. """
    input_hexagons: list[str] | None | Unset = UNSET
    """ Which input hexagon each value of a row belongs to, by its name; left out where sizes in the template tell.
    """
    keep: bool | Unset = False
    """ Keep the inputs: their truth will come, see `learnTruth`. """

    def to_dict(self) -> dict[str, Any]:
        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = []
            for inputs_item_item_data in inputs_item_data:
                inputs_item_item: float | None
                inputs_item_item = inputs_item_item_data
                inputs_item.append(inputs_item_item)

            inputs.append(inputs_item)

        input_hexagons: list[str] | None | Unset
        if isinstance(self.input_hexagons, Unset):
            input_hexagons = UNSET
        elif isinstance(self.input_hexagons, list):
            input_hexagons = self.input_hexagons

        else:
            input_hexagons = self.input_hexagons

        keep = self.keep

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "inputs": inputs,
            }
        )
        if input_hexagons is not UNSET:
            field_dict["input_hexagons"] = input_hexagons
        if keep is not UNSET:
            field_dict["keep"] = keep

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

        keep = d.pop("keep", UNSET)

        samples_request = cls(
            inputs=inputs,
            input_hexagons=input_hexagons,
            keep=keep,
        )

        return samples_request
