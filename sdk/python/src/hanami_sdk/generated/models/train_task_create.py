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
    epochs: int | Unset = 1
    """ Passes over the rows. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        dataset_id = str(self.dataset_id)

        inputs = self.inputs

        outputs = self.outputs

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

        epochs = d.pop("epochs", UNSET)

        train_task_create = cls(
            type_=type_,
            dataset_id=dataset_id,
            inputs=inputs,
            outputs=outputs,
            epochs=epochs,
        )

        return train_task_create
