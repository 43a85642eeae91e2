"""What the models of all resources share: strict requests, frozen answers, names, ids and pages."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

Item = TypeVar("Item")

EXAMPLE_ID = "00000000-0000-4000-8000-000000000000"
HUMAN_ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"),
    Field(description="Shown to people; never part of a path.", examples=["digits"]),
]
HumanId = Annotated[
    str,
    StringConstraints(pattern=HUMAN_ID_PATTERN),
    Field(description="Lower-case letters, digits, `_` and `-`; at most 63.", examples=["alice"]),
]
SECRET: JsonDict = {"format": "password"}  # what nobody else shall see: not on a screen, not in a log


class Request(BaseModel):
    """A JSON body: types are not coerced and unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Query(BaseModel):
    """A query string: text is read as the declared type and unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A body that the server sends; it can be read from a row of the store."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Owned(Answer):
    """What every resource of a user in a project has."""

    id: UUID
    owner_id: HumanId
    project_id: HumanId
    version: int = Field(description="Counts changes; also the header `ETag`.", examples=[1])
    created_at: datetime
    updated_at: datetime = Field(description="When it was changed last.")


class PageQuery(Query):
    """Which part of a list to send."""

    limit: int = Field(default=50, ge=1, le=200, description="Most items to send.")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next_cursor` of the page before; absent for the first."
    )


class Order(StrEnum):
    """What a list is in order of."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class NameOrder(StrEnum):
    """What a list of things with names is in order of; capital letters come first."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    NAME = "name"


class ListQuery(PageQuery):
    """Which items of a list to send, and in which order; filters that are left out let everything through."""

    created_after: AwareDatetime | None = Field(default=None, description="Only those made at this moment or later.")
    created_before: AwareDatetime | None = Field(default=None, description="Only those made before this moment.")
    order: Order = Field(default=Order.CREATED_AT, description="What they are in order of.")
    descending: bool = Field(default=False, description="The newest, or the last by name, first.")


class NamedQuery(ListQuery):
    """The same for items that have names."""

    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=120,
        description="Only those whose name has this in it; a capital letter is as good as a small one.",
        examples=["digits"],
    )
    order: NameOrder = Field(default=NameOrder.CREATED_AT, description="What they are in order of.")  # type: ignore[assignment]


class Page(Answer, Generic[Item]):
    """One part of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Ask for the next part with it; null when this is the last.")


def columns(names: str) -> ConfigDict:
    """Say what people look at first in items of a page, in this order; `progress.done` is a field of a field."""
    return ConfigDict(json_schema_extra={"x-columns": [*names.split()]})


class Rename(Request):
    """Another name."""

    name: Name


class Update(Request):
    """Changes of a resource: what is left out stays, and something must be said."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing_to_change", "expected at least one field to change")
        return self
