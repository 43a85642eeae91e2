from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.session_shape import SessionShape


T = TypeVar("T", bound="SessionTerms")


@_attrs_define
class SessionTerms:
    """What a direct session with a cluster would begin with."""

    protocol: str
    """ Subprotocol of the websocket. """
    window: int
    """ Most frames to send ahead of their answers. """
    frame_bytes: int
    """ Largest message. """
    frame_rows: int
    """ Most rows of a frame. """
    shape: SessionShape
    """ How frames are laid out; sent when that changes, before the first answer of another shape. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        protocol = self.protocol

        window = self.window

        frame_bytes = self.frame_bytes

        frame_rows = self.frame_rows

        shape = self.shape.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "protocol": protocol,
                "window": window,
                "frame_bytes": frame_bytes,
                "frame_rows": frame_rows,
                "shape": shape,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.session_shape import SessionShape  # noqa: PLC0415

        d = dict(src_dict)
        protocol = d.pop("protocol")

        window = d.pop("window")

        frame_bytes = d.pop("frame_bytes")

        frame_rows = d.pop("frame_rows")

        shape = SessionShape.from_dict(d.pop("shape"))

        session_terms = cls(
            protocol=protocol,
            window=window,
            frame_bytes=frame_bytes,
            frame_rows=frame_rows,
            shape=shape,
        )

        session_terms.additional_properties = d
        return session_terms

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
