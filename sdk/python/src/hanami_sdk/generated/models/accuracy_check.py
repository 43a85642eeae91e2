from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="AccuracyCheck")


@_attrs_define
class AccuracyCheck:
    """Which column of this dataset to compare with which truth, row by row."""

    column: str
    reference_dataset_id: UUID
    reference_column: str

    def to_dict(self) -> dict[str, Any]:
        column = self.column

        reference_dataset_id = str(self.reference_dataset_id)

        reference_column = self.reference_column

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "column": column,
                "reference_dataset_id": reference_dataset_id,
                "reference_column": reference_column,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        column = d.pop("column")

        reference_dataset_id = UUID(d.pop("reference_dataset_id"))

        reference_column = d.pop("reference_column")

        accuracy_check = cls(
            column=column,
            reference_dataset_id=reference_dataset_id,
            reference_column=reference_column,
        )

        return accuracy_check
