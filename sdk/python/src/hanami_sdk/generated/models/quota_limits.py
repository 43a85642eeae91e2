from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotaLimits")


@_attrs_define
class QuotaLimits:
    """The most there may be; null where there is no limit."""

    clusters: int | None
    """ Clusters. """
    dataset_bytes: int | None
    """ Bytes of datasets, and of uploads that no dataset was made of yet. """
    checkpoint_bytes: int | None
    """ Bytes of checkpoints. """
    synapse_bytes: int | None
    """ Memory of networks, in bytes. """
    tasks: int | None
    """ Tasks that wait or run. """
    sessions: int | None
    """ Direct sessions that are connected. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        clusters: int | None
        clusters = self.clusters

        dataset_bytes: int | None
        dataset_bytes = self.dataset_bytes

        checkpoint_bytes: int | None
        checkpoint_bytes = self.checkpoint_bytes

        synapse_bytes: int | None
        synapse_bytes = self.synapse_bytes

        tasks: int | None
        tasks = self.tasks

        sessions: int | None
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

        def _parse_clusters(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        clusters = _parse_clusters(d.pop("clusters"))

        def _parse_dataset_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        dataset_bytes = _parse_dataset_bytes(d.pop("dataset_bytes"))

        def _parse_checkpoint_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        checkpoint_bytes = _parse_checkpoint_bytes(d.pop("checkpoint_bytes"))

        def _parse_synapse_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        synapse_bytes = _parse_synapse_bytes(d.pop("synapse_bytes"))

        def _parse_tasks(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        tasks = _parse_tasks(d.pop("tasks"))

        def _parse_sessions(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sessions = _parse_sessions(d.pop("sessions"))

        quota_limits = cls(
            clusters=clusters,
            dataset_bytes=dataset_bytes,
            checkpoint_bytes=checkpoint_bytes,
            synapse_bytes=synapse_bytes,
            tasks=tasks,
            sessions=sessions,
        )

        quota_limits.additional_properties = d
        return quota_limits

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
