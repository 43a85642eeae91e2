"""Models of device keys: what a sensor shows instead of a token."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

from hanami_server.contract.base import Answer, HumanId, Name, Owned, Page, Request, columns
from hanami_server.contract.tokens import Role

EXAMPLE_KEY = "hdk_4fVgGmYwJ0qfOtXjY3xYx7l0Vd8bQpB8mE1aZs5kH2c"


class Scope(StrEnum):
    """What a device may do with its cluster: let it learn, ask it for answers."""

    LEARN = "learn"
    REQUEST = "request"


def _once_each(scopes: list[Scope]) -> list[Scope]:
    if len(set(scopes)) < len(scopes):
        raise PydanticCustomError("twice", "expected each scope once")
    return scopes


Scopes = Annotated[
    list[Scope],
    AfterValidator(_once_each),
    Field(min_length=1, description="What it is good for.", json_schema_extra={"uniqueItems": True}),
]


class DeviceKeyCreate(Request):
    """A key to be."""

    name: Name
    scopes: Scopes
    expires_at: AwareDatetime | None = Field(default=None, description="Refused from then on; left out, good for ever.")


class DeviceKey(Owned):
    """A key of one cluster; the key itself is only told when it is made."""

    cluster_id: UUID
    name: Name
    scopes: list[Scope]
    expires_at: AwareDatetime | None = Field(description="Refused from then on; null for never.")


class NewDeviceKey(DeviceKey):
    """A new key."""

    key: str = Field(
        description="Send it as `Authorization: Bearer …`; it is told this once and cannot be found out again.",
        examples=[EXAMPLE_KEY],
    )


class DeviceKeyPage(Page[DeviceKey]):
    """Part of the device keys of a cluster."""

    model_config = columns("id name scopes expires_at created_at")


class Identity(Answer):
    """Who a token or a device key stands for."""

    user_id: HumanId | None = Field(description="Null for a device.")
    project_id: HumanId | None = Field(description="Where new resources go; null for a user without a project.")
    roles: list[Role]
    cluster_id: UUID | None = Field(description="The one cluster of a device.")
    scopes: list[Scope] | None = Field(description="What a device may do with it.")
