"""Models of logging in with somebody else's token, and of what its claims stand for."""

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hanami_server.contract.base import SECRET, HumanId, Request
from hanami_server.contract.projects import MemberRole


class OidcTokenCreate(Request):
    """An ID token of the issuer that this server trusts, and the project to work in."""

    id_token: Annotated[
        str,
        StringConstraints(min_length=1, max_length=20_000),
        Field(
            description="As the issuer gave it to a client of this server.",
            examples=["eyJhbGciOi…"],
            json_schema_extra=SECRET,
        ),
    ]
    project_id: HumanId | None = Field(default=None, description="Left out: the first project of the user, by id.")


class Grant(BaseModel):
    """What somebody gets whose claim has a value: a role in a project, or everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: str = Field(min_length=1, max_length=255)
    project: HumanId | None = None
    role: MemberRole | None = None
    admin: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.admin == (self.project is not None) or (self.project is None) != (self.role is None):
            raise ValueError("expected a project and a role, or admin")
        return self


def is_safe_address(address: str) -> bool:
    """Say whether what comes from an address can be believed: by HTTPS, or from this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    try:
        local = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = False
    return parts.scheme == "http" and local
