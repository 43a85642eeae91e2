from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="UserCreate")


@_attrs_define
class UserCreate:
    """A user to be."""

    id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    name: str
    """ Shown to people; never part of a path. """
    password: str
    """ Kept only as an argon2id hash. """
    is_admin: bool | Unset = False
    """ May see and do everything. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        password = self.password

        is_admin = self.is_admin

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "password": password,
            }
        )
        if is_admin is not UNSET:
            field_dict["is_admin"] = is_admin

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        password = d.pop("password")

        is_admin = d.pop("is_admin", UNSET)

        user_create = cls(
            id=id,
            name=name,
            password=password,
            is_admin=is_admin,
        )

        return user_create
