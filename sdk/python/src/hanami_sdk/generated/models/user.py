from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="User")


@_attrs_define
class User:
    """Somebody who can log in."""

    id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    name: str
    """ Shown to people; never part of a path. """
    is_admin: bool
    is_disabled: bool
    version: int
    """ Counts changes. """
    created_at: datetime.datetime
    created_by: None | str
    """ Null for one made on the machine of the server. """
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        is_admin = self.is_admin

        is_disabled = self.is_disabled

        version = self.version

        created_at = self.created_at.isoformat()

        created_by: None | str
        created_by = self.created_by

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "is_admin": is_admin,
                "is_disabled": is_disabled,
                "version": version,
                "created_at": created_at,
                "created_by": created_by,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        is_admin = d.pop("is_admin")

        is_disabled = d.pop("is_disabled")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_created_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_by = _parse_created_by(d.pop("created_by"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        user = cls(
            id=id,
            name=name,
            is_admin=is_admin,
            is_disabled=is_disabled,
            version=version,
            created_at=created_at,
            created_by=created_by,
            updated_at=updated_at,
        )

        user.additional_properties = d
        return user

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
