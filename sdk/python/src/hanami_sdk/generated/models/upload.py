from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Upload")


@_attrs_define
class Upload:
    """A file that arrived whole, or goes on arriving."""

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
    size: int
    """ Bytes of the whole file. """
    received: int
    """ Bytes that have arrived; as many as `size` where the file is whole. """
    sha256: None | str
    """ Digest of the bytes, in hexadecimal digits; null until the file is whole. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner_id = self.owner_id

        project_id = self.project_id

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        size = self.size

        received = self.received

        sha256: None | str
        sha256 = self.sha256

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
                "size": size,
                "received": received,
                "sha256": sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner_id = d.pop("owner_id")

        project_id = d.pop("project_id")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        size = d.pop("size")

        received = d.pop("received")

        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))

        upload = cls(
            id=id,
            owner_id=owner_id,
            project_id=project_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            size=size,
            received=received,
            sha256=sha256,
        )

        upload.additional_properties = d
        return upload

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
