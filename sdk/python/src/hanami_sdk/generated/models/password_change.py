from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PasswordChange")


@_attrs_define
class PasswordChange:
    """A new password; from then on all earlier tokens of the user are refused."""

    password: str
    """ Kept only as an argon2id hash. """
    old_password: None | str | Unset = UNSET
    """ Needed for the own password. """

    def to_dict(self) -> dict[str, Any]:
        password = self.password

        old_password: None | str | Unset
        if isinstance(self.old_password, Unset):
            old_password = UNSET
        else:
            old_password = self.old_password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "password": password,
            }
        )
        if old_password is not UNSET:
            field_dict["old_password"] = old_password

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        password = d.pop("password")

        def _parse_old_password(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        old_password = _parse_old_password(d.pop("old_password", UNSET))

        password_change = cls(
            password=password,
            old_password=old_password,
        )

        return password_change
