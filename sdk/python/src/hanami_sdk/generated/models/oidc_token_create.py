from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="OidcTokenCreate")


@_attrs_define
class OidcTokenCreate:
    """An ID token of the issuer that this server trusts, and the project to work in."""

    id_token: str
    """ As the issuer gave it to a client of this server. """
    project_id: None | str | Unset = UNSET
    """ Left out: the first project of the user, by id. """

    def to_dict(self) -> dict[str, Any]:
        id_token = self.id_token

        project_id: None | str | Unset
        if isinstance(self.project_id, Unset):
            project_id = UNSET
        else:
            project_id = self.project_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id_token": id_token,
            }
        )
        if project_id is not UNSET:
            field_dict["project_id"] = project_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id_token = d.pop("id_token")

        def _parse_project_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        project_id = _parse_project_id(d.pop("project_id", UNSET))

        oidc_token_create = cls(
            id_token=id_token,
            project_id=project_id,
        )

        return oidc_token_create
