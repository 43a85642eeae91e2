from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.member_role import MemberRole, check_member_role

T = TypeVar("T", bound="MemberSet")


@_attrs_define
class MemberSet:
    """What a user is to be in a project."""

    role: MemberRole
    """ A member sees own resources, a project-admin all of the project. """

    def to_dict(self) -> dict[str, Any]:
        role: str = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        role = check_member_role(d.pop("role"))

        member_set = cls(
            role=role,
        )

        return member_set
