"""Where the fleet lets things be kept; `store` does it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from hanami_server.blobs.ranges import DatasetInfo
from hanami_server.contract.tasks import TaskEvent
from hanami_server.growth import Point


class Records(Protocol):
    """Where it is kept how networks grow."""

    async def grew(self, cluster_id: UUID, points: Sequence[Point]) -> None:
        """Add to the history of a cluster."""

    async def sized(self, cluster_id: UUID, size: int) -> None:
        """Keep how many bytes a network takes; raises ConflictError where its owner may not have that many."""


class TaskStore(Records, Protocol):
    """Where the states of tasks are kept, too."""

    async def started(self, task_id: UUID) -> None:
        """Keep that a task runs."""

    async def ended(self, event: TaskEvent, made: DatasetInfo | None) -> bool:
        """Keep the end of a task, with the dataset it made; False where the task is gone.

        Raises ConflictError where the dataset is more than its owner may have.
        """
