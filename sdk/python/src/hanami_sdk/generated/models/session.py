from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Session")


@_attrs_define
class Session:
    """A direct session as it is at this moment."""

    id: UUID
    cluster_id: UUID
    user_id: str
    """ Who opened it; `device:` and an id for a device key. """
    project_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    connected: bool
    """ Whether a client is there; a lost session waits for it for a while. """
    opened_at: datetime.datetime
    sequence: int
    """ Number of the last frame that was taken; the next one must be higher. """
    durable: int
    """ Number of the last frame whose learning is kept, come what may. """
    learned: int
    """ Samples learned. """
    requested: int
    """ Samples answered without learning. """
    refused: int
    """ Frames and orders that were refused. """
    waiting: int
    """ Requests whose truth may still come. """
    samples_per_second: float
    """ Over the last second or so. """
    loss: float | None
    """ Mean of the samples learned lately; null before the first. """
    novelty: float | None
    """ Mean of the samples lately; null before the first. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        cluster_id = str(self.cluster_id)

        user_id = self.user_id

        project_id = self.project_id

        connected = self.connected

        opened_at = self.opened_at.isoformat()

        sequence = self.sequence

        durable = self.durable

        learned = self.learned

        requested = self.requested

        refused = self.refused

        waiting = self.waiting

        samples_per_second = self.samples_per_second

        loss: float | None
        loss = self.loss

        novelty: float | None
        novelty = self.novelty

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "cluster_id": cluster_id,
                "user_id": user_id,
                "project_id": project_id,
                "connected": connected,
                "opened_at": opened_at,
                "sequence": sequence,
                "durable": durable,
                "learned": learned,
                "requested": requested,
                "refused": refused,
                "waiting": waiting,
                "samples_per_second": samples_per_second,
                "loss": loss,
                "novelty": novelty,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        cluster_id = UUID(d.pop("cluster_id"))

        user_id = d.pop("user_id")

        project_id = d.pop("project_id")

        connected = d.pop("connected")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        sequence = d.pop("sequence")

        durable = d.pop("durable")

        learned = d.pop("learned")

        requested = d.pop("requested")

        refused = d.pop("refused")

        waiting = d.pop("waiting")

        samples_per_second = d.pop("samples_per_second")

        def _parse_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        loss = _parse_loss(d.pop("loss"))

        def _parse_novelty(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        novelty = _parse_novelty(d.pop("novelty"))

        session = cls(
            id=id,
            cluster_id=cluster_id,
            user_id=user_id,
            project_id=project_id,
            connected=connected,
            opened_at=opened_at,
            sequence=sequence,
            durable=durable,
            learned=learned,
            requested=requested,
            refused=refused,
            waiting=waiting,
            samples_per_second=samples_per_second,
            loss=loss,
            novelty=novelty,
        )

        session.additional_properties = d
        return session

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
