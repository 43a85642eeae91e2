"""Models of users."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from hanami_server.contract.base import SECRET, Answer, HumanId, Name, Page, Query, Request, Update, columns

Password = Annotated[
    str,
    StringConstraints(min_length=8, max_length=1024),
    Field(description="Kept only as an argon2id hash.", examples=["correct horse battery"], json_schema_extra=SECRET),
]


class UserCreate(Request):
    """A user to be."""

    id: HumanId
    name: Name
    password: Password
    is_admin: bool = Field(default=False, description="May see and do everything.")


class UserUpdate(Update):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    is_admin: bool | None = Field(default=None, description="May see and do everything.")
    is_disabled: bool | None = Field(default=None, description="May not log in, and all tokens are refused.")


class PasswordChange(Request):
    """A new password; from then on all earlier tokens of the user are refused."""

    password: Password
    old_password: (
        Annotated[str, StringConstraints(min_length=1, max_length=1024), Field(json_schema_extra=SECRET)] | None
    ) = Field(default=None, description="Needed for the own password.")


class User(Answer):
    """Somebody who can log in."""

    id: HumanId
    name: Name
    is_admin: bool
    is_disabled: bool
    version: int = Field(description="Counts changes.", examples=[1])
    created_at: datetime
    created_by: HumanId | None = Field(description="Null for one made on the machine of the server.")
    updated_at: datetime


class UserPage(Page[User]):
    """Part of the users."""

    model_config = columns("id name is_admin is_disabled created_at")


class DeleteQuery(Query):
    """How to delete a user or a project."""

    force: bool = Field(default=False, description="Also with all that belongs to it, for good.")
