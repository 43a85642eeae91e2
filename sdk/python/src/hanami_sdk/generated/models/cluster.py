from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cluster_statistics import ClusterStatistics


T = TypeVar("T", bound="Cluster")


@_attrs_define
class Cluster:
    """A growing network, with what has grown."""

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
    template: str
    """ The hexagons of the network, where they are and what they do: YAML, or a historic format. """
    seed: int
    host: str
    """ Where its network lives now; see `getHost`. """
    statistics: ClusterStatistics
    """ What has grown so far. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner_id = self.owner_id

        project_id = self.project_id

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        name = self.name

        template = self.template

        seed = self.seed

        host = self.host

        statistics = self.statistics.to_dict()

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
                "template": template,
                "seed": seed,
                "host": host,
                "statistics": statistics,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cluster_statistics import ClusterStatistics  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner_id = d.pop("owner_id")

        project_id = d.pop("project_id")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        name = d.pop("name")

        template = d.pop("template")

        seed = d.pop("seed")

        host = d.pop("host")

        statistics = ClusterStatistics.from_dict(d.pop("statistics"))

        cluster = cls(
            id=id,
            owner_id=owner_id,
            project_id=project_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            name=name,
            template=template,
            seed=seed,
            host=host,
            statistics=statistics,
        )

        cluster.additional_properties = d
        return cluster

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
