from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.session_shape import SessionShape


T = TypeVar("T", bound="SessionOpened")


@_attrs_define
class SessionOpened:
    """The first message of the server."""

    type_: Literal["opened"]
    session_id: UUID
    resumed: bool
    """ Whether it goes on; else all frames of before are unknown. """
    sequence: int
    """ Number of the last frame that was taken; the next one must be higher. """
    durable: int
    """ Number of the last frame whose learning is kept, come what may. """
    forgotten: int
    """ Frames up to this one were taken, and are not answered again. """
    window: int
    """ Most frames to send ahead of their answers. """
    frame_bytes: int
    """ Largest message. """
    frame_rows: int
    """ Most rows of a frame. """
    kept_requests: int
    """ Most requests whose inputs wait for their truth. """
    truth_seconds: int
    """ How long they wait. """
    save_seconds: int
    """ How often what was learned is kept. """
    idle_seconds: int
    """ After so long without a message the session is closed. """
    resume_seconds: int
    """ How long a lost session waits in memory. """
    shape: SessionShape
    """ How frames are laid out; sent when that changes, before the first answer of another shape. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        session_id = str(self.session_id)

        resumed = self.resumed

        sequence = self.sequence

        durable = self.durable

        forgotten = self.forgotten

        window = self.window

        frame_bytes = self.frame_bytes

        frame_rows = self.frame_rows

        kept_requests = self.kept_requests

        truth_seconds = self.truth_seconds

        save_seconds = self.save_seconds

        idle_seconds = self.idle_seconds

        resume_seconds = self.resume_seconds

        shape = self.shape.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "session_id": session_id,
                "resumed": resumed,
                "sequence": sequence,
                "durable": durable,
                "forgotten": forgotten,
                "window": window,
                "frame_bytes": frame_bytes,
                "frame_rows": frame_rows,
                "kept_requests": kept_requests,
                "truth_seconds": truth_seconds,
                "save_seconds": save_seconds,
                "idle_seconds": idle_seconds,
                "resume_seconds": resume_seconds,
                "shape": shape,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.session_shape import SessionShape  # noqa: PLC0415

        d = dict(src_dict)
        type_ = cast(Literal["opened"], d.pop("type"))
        if type_ != "opened":
            raise ValueError(f"type must match const 'opened', got '{type_}'")

        session_id = UUID(d.pop("session_id"))

        resumed = d.pop("resumed")

        sequence = d.pop("sequence")

        durable = d.pop("durable")

        forgotten = d.pop("forgotten")

        window = d.pop("window")

        frame_bytes = d.pop("frame_bytes")

        frame_rows = d.pop("frame_rows")

        kept_requests = d.pop("kept_requests")

        truth_seconds = d.pop("truth_seconds")

        save_seconds = d.pop("save_seconds")

        idle_seconds = d.pop("idle_seconds")

        resume_seconds = d.pop("resume_seconds")

        shape = SessionShape.from_dict(d.pop("shape"))

        session_opened = cls(
            type_=type_,
            session_id=session_id,
            resumed=resumed,
            sequence=sequence,
            durable=durable,
            forgotten=forgotten,
            window=window,
            frame_bytes=frame_bytes,
            frame_rows=frame_rows,
            kept_requests=kept_requests,
            truth_seconds=truth_seconds,
            save_seconds=save_seconds,
            idle_seconds=idle_seconds,
            resume_seconds=resume_seconds,
            shape=shape,
        )

        session_opened.additional_properties = d
        return session_opened

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
