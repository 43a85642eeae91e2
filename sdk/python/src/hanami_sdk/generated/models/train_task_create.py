from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TrainTaskCreate")


@_attrs_define
class TrainTaskCreate:
    """Learn the rows of a dataset in their order."""

    type_: Literal["train"]
    dataset_id: UUID
    inputs: list[str]
    """ Columns that are shown to the network, side by side. """
    outputs: list[str]
    """ Columns that it shall answer with. """
    input_hexagons: list[str] | None | Unset = UNSET
    """ Which input hexagon each of these columns belongs to, by its name; left out where there is one, or where
    their sizes in the template tell. """
    output_hexagons: list[str] | None | Unset = UNSET
    """ Which output hexagon each of these columns belongs to, by its name; left out where there is one, or where
    their sizes in the template tell. """
    epochs: int | Unset = 1
    """ Passes over the rows. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        dataset_id = str(self.dataset_id)

        inputs = self.inputs

        outputs = self.outputs

        input_hexagons: list[str] | None | Unset
        if isinstance(self.input_hexagons, Unset):
            input_hexagons = UNSET
        elif isinstance(self.input_hexagons, list):
            input_hexagons = self.input_hexagons

        else:
            input_hexagons = self.input_hexagons

        output_hexagons: list[str] | None | Unset
        if isinstance(self.output_hexagons, Unset):
            output_hexagons = UNSET
        elif isinstance(self.output_hexagons, list):
            output_hexagons = self.output_hexagons

        else:
            output_hexagons = self.output_hexagons

        epochs = self.epochs

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "dataset_id": dataset_id,
                "inputs": inputs,
                "outputs": outputs,
            }
        )
        if input_hexagons is not UNSET:
            field_dict["input_hexagons"] = input_hexagons
        if output_hexagons is not UNSET:
            field_dict["output_hexagons"] = output_hexagons
        if epochs is not UNSET:
            field_dict["epochs"] = epochs

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = cast(Literal["train"], d.pop("type"))
        if type_ != "train":
            raise ValueError(f"type must match const 'train', got '{type_}'")

        dataset_id = UUID(d.pop("dataset_id"))

        inputs = cast(list[str], d.pop("inputs"))

        outputs = cast(list[str], d.pop("outputs"))

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

        def _parse_output_hexagons(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                output_hexagons_type_0 = cast(list[str], data)

                return output_hexagons_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        output_hexagons = _parse_output_hexagons(d.pop("output_hexagons", UNSET))

        epochs = d.pop("epochs", UNSET)

        train_task_create = cls(
            type_=type_,
            dataset_id=dataset_id,
            inputs=inputs,
            outputs=outputs,
            input_hexagons=input_hexagons,
            output_hexagons=output_hexagons,
            epochs=epochs,
        )

        return train_task_create
