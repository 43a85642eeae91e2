"""Models of tasks: work of a cluster on a dataset."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypeAliasType

from hanami_server.contract.base import Answer, ListQuery, Name, Owned, Page, Request, columns
from hanami_server.contract.clusters import HexagonName
from hanami_server.contract.datasets import ColumnName

Columns = Annotated[list[ColumnName], Field(min_length=1, max_length=1000)]
Hexagons = Annotated[list[HexagonName], Field(min_length=1, max_length=1000)]

INPUTS = "Columns that are shown to the network, side by side."
OUTPUTS = "Columns that it shall answer with."
HEXAGONS = (
    "Which {} hexagon each of these columns belongs to, by its name; left out where there is one, or where their sizes "
    "in the template tell."
)


class TaskType(StrEnum):
    """Learn from a dataset, or answer for each of its rows."""

    TRAIN = "train"
    REQUEST = "request"


class TaskState(StrEnum):
    """Where a task is; the last three are for good."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TrainTaskCreate(Request):
    """Learn the rows of a dataset in their order."""

    type: Literal["train"]
    dataset_id: UUID
    inputs: Columns = Field(description=INPUTS)
    outputs: Columns = Field(description=OUTPUTS)
    input_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("input"))
    output_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("output"))
    epochs: int = Field(default=1, ge=1, le=10_000, description="Passes over the rows.")


class RequestTaskCreate(Request):
    """Answer for every row of a dataset; the answers become a dataset."""

    type: Literal["request"]
    dataset_id: UUID
    inputs: Columns = Field(description=INPUTS)
    input_hexagons: Hexagons | None = Field(default=None, description=HEXAGONS.format("input"))
    result_name: Name = Field(description="Name of the dataset of answers.")


TaskCreate = TypeAliasType(
    "TaskCreate",
    Annotated[TrainTaskCreate | RequestTaskCreate, Field(discriminator="type", description="A task to be.")],
)


class TaskProgress(Answer):
    """How far a task is and what the network has become."""

    done: int = Field(description="Samples worked on, over all epochs.")
    total: int = Field(description="Samples to work on, over all epochs.")
    samples_per_second: float
    loss: float | None = Field(description="Mean over the latest samples; null where nothing is learned.")
    novelty: float | None = Field(
        default=None, description="How new the samples were to the network, their mean so far; null before the first."
    )
    sections: int
    synapses: int
    bytes: int = Field(description="Memory of the network.")


class Task(Owned):
    """Work of one cluster."""

    cluster_id: UUID
    type: TaskType
    state: TaskState
    progress: TaskProgress
    result_dataset_id: UUID | None = Field(description="The answers of a finished request.")
    error: str | None = Field(description="Why it failed.")
    started_at: datetime | None
    finished_at: datetime | None


class TaskQuery(ListQuery):
    """Which tasks to send, and in which order."""

    state: TaskState | None = Field(default=None, description="Only those in this state.")
    type: TaskType | None = Field(default=None, description="Only those of this type.")


class TaskPage(Page[Task]):
    """Part of the tasks of a cluster."""

    model_config = columns(
        "id type state progress.done progress.total progress.samples_per_second progress.loss created_at"
    )


class TaskEvent(Answer):
    """What one server-sent event carries: the task as it is now; the stream ends after a final state."""

    task_id: UUID
    state: TaskState
    progress: TaskProgress
    result_dataset_id: UUID | None
    error: str | None
