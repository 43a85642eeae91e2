from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

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

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        dataset_id = str(self.dataset_id)

        inputs = self.inputs

        result_name = self.result_name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "dataset_id": dataset_id,
                "inputs": inputs,
                "result_name": result_name,
            }
        )

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

        request_task_create = cls(
            type_=type_,
            dataset_id=dataset_id,
            inputs=inputs,
            result_name=result_name,
        )

        return request_task_create
