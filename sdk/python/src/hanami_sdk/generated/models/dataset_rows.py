from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.column_rows import ColumnRows


T = TypeVar("T", bound="DatasetRows")


@_attrs_define
class DatasetRows:
    """Rows of a dataset, column by column."""

    start: int
    """ The first row, counted from 0. """
    stop: int
    """ The row after the last; the dataset ends where this is its number of rows. """
    columns: list[ColumnRows]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start = self.start

        stop = self.stop

        columns = []
        for columns_item_data in self.columns:
            columns_item = columns_item_data.to_dict()
            columns.append(columns_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start": start,
                "stop": stop,
                "columns": columns,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.column_rows import ColumnRows  # noqa: PLC0415

        d = dict(src_dict)
        start = d.pop("start")

        stop = d.pop("stop")

        columns = []
        _columns = d.pop("columns")
        for columns_item_data in _columns:
            columns_item = ColumnRows.from_dict(columns_item_data)

            columns.append(columns_item)

        dataset_rows = cls(
            start=start,
            stop=stop,
            columns=columns,
        )

        dataset_rows.additional_properties = d
        return dataset_rows

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
