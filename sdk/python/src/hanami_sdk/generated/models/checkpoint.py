from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Checkpoint")


@_attrs_define
class Checkpoint:
    """The state of a cluster at one moment."""

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
    cluster_id: UUID
    name: str
    """ Shown to people; never part of a path. """
    bytes_: int
    """ Size of the file. """
    sha256: str
    """ Digest of the file, in hexadecimal digits. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner_id = self.owner_id

        project_id = self.project_id

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        cluster_id = str(self.cluster_id)

        name = self.name

        bytes_ = self.bytes_

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
                "cluster_id": cluster_id,
                "name": name,
                "bytes": bytes_,
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

        cluster_id = UUID(d.pop("cluster_id"))

        name = d.pop("name")

        bytes_ = d.pop("bytes")

        sha256 = d.pop("sha256")

        checkpoint = cls(
            id=id,
            owner_id=owner_id,
            project_id=project_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            cluster_id=cluster_id,
            name=name,
            bytes_=bytes_,
            sha256=sha256,
        )

        checkpoint.additional_properties = d
        return checkpoint

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
