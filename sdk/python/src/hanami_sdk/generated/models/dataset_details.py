from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.column import Column
    from ..models.dataset_rows import DatasetRows


T = TypeVar("T", bound="DatasetDetails")


@_attrs_define
class DatasetDetails:
    """A dataset and how it begins."""

    id: UUID
    owner_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    project_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    version: int
    """ Counts changes; also the header `ETag`. """
    created_at: datetime.datetime
    updated_at: datetime.datetime
    """ When it was changed last. """
    name: str
    """ Shown to people; never part of a path. """
    rows: int
    bytes_: int
    """ Size of the file. """
    columns: list[Column]
    preview: DatasetRows
    """ Rows of a dataset, column by column. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner_id = self.owner_id

        project_id = self.project_id

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        name = self.name

        rows = self.rows

        bytes_ = self.bytes_

        columns = []
        for columns_item_data in self.columns:
            columns_item = columns_item_data.to_dict()
            columns.append(columns_item)

        preview = self.preview.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner_id": owner_id,
                "project_id": project_id,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
                "name": name,
                "rows": rows,
                "bytes": bytes_,
                "columns": columns,
                "preview": preview,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.column import Column  # noqa: PLC0415
        from ..models.dataset_rows import DatasetRows  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner_id = d.pop("owner_id")

        project_id = d.pop("project_id")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        name = d.pop("name")

        rows = d.pop("rows")

        bytes_ = d.pop("bytes")

        columns = []
        _columns = d.pop("columns")
        for columns_item_data in _columns:
            columns_item = Column.from_dict(columns_item_data)

            columns.append(columns_item)

        preview = DatasetRows.from_dict(d.pop("preview"))

        dataset_details = cls(
            id=id,
            owner_id=owner_id,
            project_id=project_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            name=name,
            rows=rows,
            bytes_=bytes_,
            columns=columns,
            preview=preview,
        )

        dataset_details.additional_properties = d
        return dataset_details

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
