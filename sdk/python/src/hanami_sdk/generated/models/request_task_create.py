from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RequestTaskCreate")


@_attrs_define
class RequestTaskCreate:
    """Answer for every row of a dataset; the answers become a dataset."""

    type_: Literal["request"]
    dataset_id: UUID
    inputs: list[str]
    """ Columns that are shown to the network, side by side. """
    result_name: str
    """ Name of the dataset of answers. """
    input_hexagons: list[str] | None | Unset = UNSET
    """ Which input hexagon each of these columns belongs to, by its name; left out where there is one, or where
    their sizes in the template tell. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        dataset_id = str(self.dataset_id)

        inputs = self.inputs

        result_name = self.result_name

        input_hexagons: list[str] | None | Unset
        if isinstance(self.input_hexagons, Unset):
            input_hexagons = UNSET
        elif isinstance(self.input_hexagons, list):
            input_hexagons = self.input_hexagons

        else:
            input_hexagons = self.input_hexagons

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "dataset_id": dataset_id,
                "inputs": inputs,
                "result_name": result_name,
            }
        )
        if input_hexagons is not UNSET:
            field_dict["input_hexagons"] = input_hexagons

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["request"], d.pop("type"))
        if type_ != "request":
            raise ValueError(f"type must match const 'request', got '{type_}'")

        dataset_id = UUID(d.pop("dataset_id"))

        inputs = cast(list[str], d.pop("inputs"))

        result_name = d.pop("result_name")

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

        request_task_create = cls(
            type_=type_,
            dataset_id=dataset_id,
            inputs=inputs,
            result_name=result_name,
            input_hexagons=input_hexagons,
        )

        return request_task_create
