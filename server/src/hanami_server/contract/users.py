"""Models of users."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from hanami_server.contract.base import Answer, HumanId, Name, Page, Request

Password = Annotated[
    str,
    StringConstraints(min_length=8, max_length=1024),
    Field(description="Kept only as an argon2id hash.", examples=["correct horse battery"]),
]


class UserCreate(Request):
    """A user to be."""

    id: HumanId
    name: Name
    password: Password
    is_admin: bool = Field(default=False, description="May see and do everything.")


class User(Answer):
    """Somebody who can log in."""

    id: HumanId
    name: Name
    is_admin: bool
    created_at: datetime


class UserPage(Page[User]):
    """Part of the users."""
