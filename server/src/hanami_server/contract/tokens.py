"""Models of access tokens."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from hanami_server.contract.base import SECRET, Answer, HumanId, Request


class Role(StrEnum):
    """Own resources, all of the project, everything; a device has one cluster."""

    MEMBER = "member"
    PROJECT_ADMIN = "project-admin"
    ADMIN = "admin"
    DEVICE = "device"


class TokenCreate(Request):
    """A user's credentials, and the project to work in."""

    user_id: Annotated[str, StringConstraints(min_length=1, max_length=63), Field(examples=["alice"])]
    password: Annotated[
        str,
        StringConstraints(min_length=1, max_length=1024),
        Field(examples=["correct horse battery"], json_schema_extra=SECRET),
    ]
    project_id: HumanId | None = Field(default=None, description="Left out: the first project of the user, by id.")


class ProjectSwitch(Request):
    """The project to work in."""

    project_id: HumanId


class AccessToken(Answer):
    """A bearer token and what it is good for."""

    token: str = Field(description="Send it as `Authorization: Bearer …`.", examples=["eyJhbGciOi…"])
    expires_at: datetime
    user_id: HumanId
    project_id: HumanId | None = Field(description="Where new resources go; null for a user without a project.")
    roles: list[Role]
