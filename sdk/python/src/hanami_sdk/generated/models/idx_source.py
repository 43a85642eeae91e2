from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="IdxSource")


@_attrs_define
class IdxSource:
    """Images and labels in the format of MNIST, plain or gzip."""

    kind: Literal["idx"]
    images: UUID
    """ Upload with the images; becomes the column `image`. """
    labels: UUID
    """ Upload with the labels; becomes the column `label`. """

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        images = str(self.images)

        labels = str(self.labels)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "images": images,
                "labels": labels,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = cast(Literal["idx"], d.pop("kind"))
        if kind != "idx":
            raise ValueError(f"kind must match const 'idx', got '{kind}'")

        images = UUID(d.pop("images"))

        labels = UUID(d.pop("labels"))

        idx_source = cls(
            kind=kind,
            images=images,
            labels=labels,
        )

        return idx_source
