from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="RestoreCreate")


@_attrs_define
class RestoreCreate:
    """The checkpoint to go back to."""

    checkpoint_id: UUID

    def to_dict(self) -> dict[str, Any]:
        checkpoint_id = str(self.checkpoint_id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "checkpoint_id": checkpoint_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        checkpoint_id = UUID(d.pop("checkpoint_id"))

        restore_create = cls(
            checkpoint_id=checkpoint_id,
        )

        return restore_create
