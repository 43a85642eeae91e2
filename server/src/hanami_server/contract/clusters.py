"""Models of clusters: networks that live on the server."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from hanami_server.contract.base import Answer, HumanId, Name, Owned, Page, Request, columns
from hanami_server.contract.templates import TemplateText

HexagonName = Annotated[str, StringConstraints(min_length=1, max_length=120), Field(examples=["image"])]


class ClusterCreate(Request):
    """A cluster to be."""

    name: Name
    template: TemplateText | None = Field(
        default=None, description="Left out: one internal hexagon, and sizes that follow from the first data."
    )
    template_id: UUID | None = Field(default=None, description="A kept template, instead of a text.")
    seed: int = Field(default=0, ge=0, le=2**53 - 1, description="The same seed and samples give the same bytes.")

    @field_validator("template_id")
    @classmethod
    def _instead_of_a_text(cls, template_id: UUID | None, others: ValidationInfo) -> UUID | None:
        if template_id is not None and others.data.get("template") is not None:
            raise PydanticCustomError("two_templates", "expected either template or template_id, got both")
        return template_id


class ClusterStatistics(Answer):
    """What has grown so far."""

    samples: int = Field(description="Samples learned.")
    inputs: int = Field(description="Inputs that own sections.")
    neurons: int = Field(description="Neurons of the blocks in use.")
    levels: int = Field(description="Intervals of values that have sections of their own.")
    sections: int
    synapses: int
    bytes: int = Field(description="Memory of the network.")


class GrowthPoint(Answer):
    """A cluster after some of its samples."""

    samples: int = Field(description="Samples learned until then.")
    at: datetime = Field(description="When that was.")
    statistics: ClusterStatistics


class ClusterGrowth(Answer):
    """How a cluster grew."""

    points: list[GrowthPoint] = Field(description="In the order of samples; at most 512.")


class ClusterSummary(Owned):
    """A cluster in a list."""

    name: Name
    template: TemplateText
    seed: int
    host: HumanId = Field(description="Where its network lives now; see `getHost`.", examples=["local"])


class Cluster(ClusterSummary):
    """A growing network, with what has grown."""

    statistics: ClusterStatistics


class ClusterPage(Page[ClusterSummary]):
    """Part of the clusters."""

    model_config = columns("id name host owner_id created_at")


class ClusterCopy(Request):
    """The copy of a cluster to be."""

    name: Name


class ClusterMove(Request):
    """Where a cluster shall live."""

    host: HumanId = Field(description="The id of a host, or `auto` to let the server choose.", examples=["auto"])


class ClusterHost(Answer):
    """Where a cluster lives, and what was asked for."""

    host: HumanId = Field(description="Where its network lives now; see `getHost`.", examples=["local"])
    choice: HumanId = Field(
        description="The host that somebody chose, or `auto`; where that one is gone, it lives elsewhere.",
        examples=["auto"],
    )
    version: int = Field(description="Of the cluster; also the header `ETag`.", examples=[1])


class RestoreCreate(Request):
    """The checkpoint to go back to."""

    checkpoint_id: UUID
