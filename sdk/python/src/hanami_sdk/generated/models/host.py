from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.host_kind import HostKind, check_host_kind

T = TypeVar("T", bound="Host")


@_attrs_define
class Host:
    """A place where networks live and learn, and what it does at this moment."""

    id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    kind: HostKind
    """ What a host is. """
    threads: int
    """ Networks that it runs at the same time. """
    clusters: int
    """ Clusters whose networks are in its memory; the others come when they are asked. """
    running_tasks: int
    """ Tasks that it works on; those that wait are not counted. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        threads = self.threads

        clusters = self.clusters

        running_tasks = self.running_tasks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "threads": threads,
                "clusters": clusters,
                "running_tasks": running_tasks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_host_kind(d.pop("kind"))

        threads = d.pop("threads")

        clusters = d.pop("clusters")

        running_tasks = d.pop("running_tasks")

        host = cls(
            id=id,
            kind=kind,
            threads=threads,
            clusters=clusters,
            running_tasks=running_tasks,
        )

        host.additional_properties = d
        return host

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
