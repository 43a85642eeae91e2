from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ProjectSwitch")


@_attrs_define
class ProjectSwitch:
    """The project to work in."""

    project_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """

    def to_dict(self) -> dict[str, Any]:
        project_id = self.project_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "project_id": project_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_id = d.pop("project_id")

        project_switch = cls(
            project_id=project_id,
        )

        return project_switch
