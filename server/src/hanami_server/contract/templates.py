"""Models of templates: texts that networks are made from, and what they lay out."""

from enum import StrEnum
from typing import Annotated

from hanami_engine.lattice import HexagonType
from pydantic import Field, StringConstraints

from hanami_server.contract.base import Answer, Name, Owned, Page, Request, columns

TEMPLATE_EXAMPLE = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 784}
  - {position: [2, 1, 1], type: internal, size: 256}
  - {position: [3, 1, 1], type: output, name: label, size: 10, values: class}
"""

TemplateText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100_000),
    Field(
        description="The hexagons of the network, where they are and what they do: YAML, or a historic format.",
        examples=[TEMPLATE_EXAMPLE],
    ),
]
Position = Annotated[
    list[int],
    Field(min_length=3, max_length=3, description="Column, row and layer on the lattice.", examples=[[1, 1, 1]]),
]


class HexagonValues(StrEnum):
    """What the values of an input or output hexagon mean."""

    REAL = "real"
    BINARY = "binary"
    MATCH = "match"
    CLASS = "class"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"


class ReachedHexagon(Answer):
    """A hexagon that another one can reach."""

    position: Position
    distance: int = Field(description="Steps to it.")
    probability: float = Field(description="How likely a section that grows leads there.")


class TemplateHexagon(Answer):
    """One hexagon of a template."""

    position: Position
    type: HexagonType
    name: str | None = Field(description="As the template calls it; null where it does not.", examples=["image"])
    size: int | None = Field(
        description="Values of an input or output, most neurons of an internal one; null where it grows with the data."
    )
    values: HexagonValues | None = Field(
        description="Null for internal ones, and where the first targets decide it.", examples=["real"]
    )
    reachable: int = Field(description="How many hexagons it can reach.")
    reaches: list[ReachedHexagon] = Field(description="The nearest 12 of them, by distance and position.")


class TemplateLayout(Answer):
    """What a template lays out."""

    hexagons: list[TemplateHexagon] = Field(description="In the order of the text.")


class TemplateCreate(Request):
    """A template to be."""

    name: Name
    text: TemplateText


class TemplateCheck(Request):
    """A text that may be a template."""

    text: TemplateText


class TemplateSummary(Owned):
    """A template in a list."""

    name: Name
    text: TemplateText


class Template(TemplateSummary):
    """A text that clusters are made from, with what it lays out."""

    hexagons: list[TemplateHexagon] = Field(description="In the order of the text.")


class TemplatePage(Page[TemplateSummary]):
    """Part of the templates."""

    model_config = columns("id name owner_id created_at")
