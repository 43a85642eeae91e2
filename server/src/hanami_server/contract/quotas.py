"""Models of quotas: the most that a user, or a project, may have."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hanami_server.contract.base import Answer, Request

Limit = Annotated[int, Field(ge=0, le=2**53 - 1, examples=[100])]

CLUSTERS = "Clusters."
DATASET_BYTES = "Bytes of datasets, and of uploads that no dataset was made of yet."
CHECKPOINT_BYTES = "Bytes of checkpoints."
SYNAPSE_BYTES = "Memory of networks, in bytes."
TASKS = "Tasks that wait or run."
SESSIONS = "Direct sessions that are connected."


class Limits(BaseModel):
    """Limits of the settings; null for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clusters: Limit | None = None
    dataset_bytes: Limit | None = None
    checkpoint_bytes: Limit | None = None
    synapse_bytes: Limit | None = None
    tasks: Limit | None = None
    sessions: Limit | None = None


class QuotaSet(Request):
    """Limits of one user or project; for what is left out, or null, the server's own hold."""

    clusters: Limit | None = Field(default=None, description=CLUSTERS)
    dataset_bytes: Limit | None = Field(default=None, description=DATASET_BYTES)
    checkpoint_bytes: Limit | None = Field(default=None, description=CHECKPOINT_BYTES)
    synapse_bytes: Limit | None = Field(default=None, description=SYNAPSE_BYTES)
    tasks: Limit | None = Field(default=None, description=TASKS)
    sessions: Limit | None = Field(default=None, description=SESSIONS)


class QuotaLimits(Answer):
    """The most there may be; null where there is no limit."""

    clusters: Limit | None = Field(description=CLUSTERS)
    dataset_bytes: Limit | None = Field(description=DATASET_BYTES)
    checkpoint_bytes: Limit | None = Field(description=CHECKPOINT_BYTES)
    synapse_bytes: Limit | None = Field(description=SYNAPSE_BYTES)
    tasks: Limit | None = Field(description=TASKS)
    sessions: Limit | None = Field(description=SESSIONS)


class QuotaUsage(Answer):
    """What there is now."""

    clusters: int = Field(description=CLUSTERS)
    dataset_bytes: int = Field(description=DATASET_BYTES)
    checkpoint_bytes: int = Field(description=CHECKPOINT_BYTES)
    synapse_bytes: int = Field(description=SYNAPSE_BYTES)
    tasks: int = Field(description=TASKS)
    sessions: int = Field(description=SESSIONS)


class Quota(Answer):
    """How much a user, or a project, may have and has."""

    limits: QuotaLimits
    usage: QuotaUsage
