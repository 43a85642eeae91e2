from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotaUsage")


@_attrs_define
class QuotaUsage:
    """What there is now."""

    clusters: int
    """ Clusters. """
    dataset_bytes: int
    """ Bytes of datasets, and of uploads that no dataset was made of yet. """
    checkpoint_bytes: int
    """ Bytes of checkpoints. """
    synapse_bytes: int
    """ Memory of networks, in bytes. """
    tasks: int
    """ Tasks that wait or run. """
    sessions: int
    """ Direct sessions that are connected. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        clusters = self.clusters

        dataset_bytes = self.dataset_bytes

        checkpoint_bytes = self.checkpoint_bytes

        synapse_bytes = self.synapse_bytes

        tasks = self.tasks

        sessions = self.sessions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "clusters": clusters,
                "dataset_bytes": dataset_bytes,
                "checkpoint_bytes": checkpoint_bytes,
                "synapse_bytes": synapse_bytes,
                "tasks": tasks,
                "sessions": sessions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        clusters = d.pop("clusters")

        dataset_bytes = d.pop("dataset_bytes")

        checkpoint_bytes = d.pop("checkpoint_bytes")

        synapse_bytes = d.pop("synapse_bytes")

        tasks = d.pop("tasks")

        sessions = d.pop("sessions")

        quota_usage = cls(
            clusters=clusters,
            dataset_bytes=dataset_bytes,
            checkpoint_bytes=checkpoint_bytes,
            synapse_bytes=synapse_bytes,
            tasks=tasks,
            sessions=sessions,
        )

        quota_usage.additional_properties = d
        return quota_usage

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
