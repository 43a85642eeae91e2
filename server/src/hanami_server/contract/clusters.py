"""Models of clusters: networks that live on the server."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from hanami_server.contract.base import Answer, Name, Owned, Page, Request

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

HexagonName = Annotated[str, StringConstraints(min_length=1, max_length=120), Field(examples=["image"])]


class ClusterCreate(Request):
    """A cluster to be."""

    name: Name
    template: TemplateText | None = Field(
        default=None, description="Left out: one internal hexagon, and sizes that follow from the first data."
    )
    seed: int = Field(default=0, ge=0, le=2**53 - 1, description="The same seed and samples give the same bytes.")


class ClusterStatistics(Answer):
    """What has grown so far."""

    samples: int = Field(description="Samples learned.")
    inputs: int = Field(description="Inputs that own sections.")
    neurons: int = Field(description="Neurons of the blocks in use.")
    levels: int = Field(description="Intervals of values that have sections of their own.")
    sections: int
    synapses: int
    bytes: int = Field(description="Memory of the network.")


class ClusterSummary(Owned):
    """A cluster in a list."""

    name: Name
    template: TemplateText
    seed: int


class Cluster(ClusterSummary):
    """A growing network, with what has grown."""

    statistics: ClusterStatistics


class ClusterPage(Page[ClusterSummary]):
    """Part of the clusters."""


class RestoreCreate(Request):
    """The checkpoint to go back to."""

    checkpoint_id: UUID
