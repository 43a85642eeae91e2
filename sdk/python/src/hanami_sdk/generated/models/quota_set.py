from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="QuotaSet")


@_attrs_define
class QuotaSet:
    """Limits of one user or project; for what is left out, or null, the server's own hold."""

    clusters: int | None | Unset = UNSET
    """ Clusters. """
    dataset_bytes: int | None | Unset = UNSET
    """ Bytes of datasets, and of uploads that no dataset was made of yet. """
    checkpoint_bytes: int | None | Unset = UNSET
    """ Bytes of checkpoints. """
    synapse_bytes: int | None | Unset = UNSET
    """ Memory of networks, in bytes. """
    tasks: int | None | Unset = UNSET
    """ Tasks that wait or run. """
    sessions: int | None | Unset = UNSET
    """ Direct sessions that are connected. """

    def to_dict(self) -> dict[str, Any]:
        clusters: int | None | Unset
        if isinstance(self.clusters, Unset):
            clusters = UNSET
        else:
            clusters = self.clusters

        dataset_bytes: int | None | Unset
        if isinstance(self.dataset_bytes, Unset):
            dataset_bytes = UNSET
        else:
            dataset_bytes = self.dataset_bytes

        checkpoint_bytes: int | None | Unset
        if isinstance(self.checkpoint_bytes, Unset):
            checkpoint_bytes = UNSET
        else:
            checkpoint_bytes = self.checkpoint_bytes

        synapse_bytes: int | None | Unset
        if isinstance(self.synapse_bytes, Unset):
            synapse_bytes = UNSET
        else:
            synapse_bytes = self.synapse_bytes

        tasks: int | None | Unset
        if isinstance(self.tasks, Unset):
            tasks = UNSET
        else:
            tasks = self.tasks

        sessions: int | None | Unset
        if isinstance(self.sessions, Unset):
            sessions = UNSET
        else:
            sessions = self.sessions

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if clusters is not UNSET:
            field_dict["clusters"] = clusters
        if dataset_bytes is not UNSET:
            field_dict["dataset_bytes"] = dataset_bytes
        if checkpoint_bytes is not UNSET:
            field_dict["checkpoint_bytes"] = checkpoint_bytes
        if synapse_bytes is not UNSET:
            field_dict["synapse_bytes"] = synapse_bytes
        if tasks is not UNSET:
            field_dict["tasks"] = tasks
        if sessions is not UNSET:
            field_dict["sessions"] = sessions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_clusters(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        clusters = _parse_clusters(d.pop("clusters", UNSET))

        def _parse_dataset_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        dataset_bytes = _parse_dataset_bytes(d.pop("dataset_bytes", UNSET))

        def _parse_checkpoint_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        checkpoint_bytes = _parse_checkpoint_bytes(d.pop("checkpoint_bytes", UNSET))

        def _parse_synapse_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        synapse_bytes = _parse_synapse_bytes(d.pop("synapse_bytes", UNSET))

        def _parse_tasks(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        tasks = _parse_tasks(d.pop("tasks", UNSET))

        def _parse_sessions(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        sessions = _parse_sessions(d.pop("sessions", UNSET))

        quota_set = cls(
            clusters=clusters,
            dataset_bytes=dataset_bytes,
            checkpoint_bytes=checkpoint_bytes,
            synapse_bytes=synapse_bytes,
            tasks=tasks,
            sessions=sessions,
        )

        return quota_set
