from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ProjectCreate")


@_attrs_define
class ProjectCreate:
    """A project to be."""

    id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    name: str
    """ Shown to people; never part of a path. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        project_create = cls(
            id=id,
            name=name,
        )

        return project_create
