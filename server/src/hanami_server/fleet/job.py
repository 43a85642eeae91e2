"""A task while it waits and runs: its state, its progress, and whether somebody wants it to stop."""

import time
from uuid import UUID

from hanami_engine import Stats

from hanami_server.contract.tasks import TaskEvent, TaskProgress, TaskState
from hanami_server.fleet.feed import Feed
from hanami_server.fleet.growth import Recorder
from hanami_server.fleet.work import Work

PUBLISH_SECONDS = 0.1
GROWTH = 1.02  # times more synapses than last told are news at once


class InterruptedTaskError(Exception):
    """Somebody stopped the task; carries the state that it ends in, and why."""

    def __init__(self, state: TaskState, reason: str | None) -> None:
        self.state, self.reason = state, reason
        super().__init__(reason)


class Job:
    """One task of one cluster; lives on the event loop."""

    def __init__(self, task_id: UUID, cluster_id: UUID, work: Work, stats: Stats) -> None:
        self.task_id, self.cluster_id, self.work = task_id, cluster_id, work
        self._stats = stats
        self._done = 0
        self._loss: float | None = None
        self._novelty = 0.0  # in sum
        self._fresh_loss, self._fresh_rows = 0.0, 0  # since the last publication
        self._began = self._published = time.perf_counter()
        self._interruption: InterruptedTaskError | None = None
        self.growth = Recorder()
        self.feed = Feed(self._event(TaskState.QUEUED))

    @property
    def state(self) -> TaskState:
        """The state that listeners know."""
        return self.feed.latest.state

    def begin(self) -> None:
        """Say that it runs."""
        self._began = time.perf_counter()
        self._publish(TaskState.RUNNING)

    def interrupt(self, state: TaskState, reason: str | None = None) -> None:
        """Ask it to end at the next border of slices; the first wish counts."""
        self._interruption = self._interruption or InterruptedTaskError(state, reason)

    def check(self) -> None:
        """Raise InterruptedTaskError where somebody asked for it."""
        if self._interruption is not None:
            raise self._interruption

    def advance(self, rows: int, novelty: float, loss: float | None = None, stats: Stats | None = None) -> None:
        """Take note of a slice, with means over its rows.

        Published about every 100 ms, and sooner while the network grows fast.
        """
        self._done += rows
        self._novelty += novelty * rows
        if stats is not None:
            self.note(stats)
        if loss is not None:
            self._fresh_loss += loss * rows
            self._fresh_rows += rows
            self._loss = self._fresh_loss / self._fresh_rows
        grown = self._stats.synapses > GROWTH * self.feed.latest.progress.synapses
        if grown or time.perf_counter() - self._published >= PUBLISH_SECONDS:
            self._publish(TaskState.RUNNING)

    def note(self, stats: Stats) -> None:
        """Take note of what the network is now."""
        self._stats = stats
        self.growth.note(stats)

    def ending(self, state: TaskState, error: str | None, dataset_id: UUID | None) -> TaskEvent:
        """Return the last event; to be published when it is kept."""
        return self._event(state, error, dataset_id)

    def _publish(self, state: TaskState) -> None:
        self.feed.publish(self._event(state))
        self._published = time.perf_counter()
        self._fresh_loss, self._fresh_rows = 0.0, 0

    def _event(self, state: TaskState, error: str | None = None, dataset_id: UUID | None = None) -> TaskEvent:
        progress = TaskProgress(
            done=self._done,
            total=self.work.total,
            samples_per_second=self._done / max(time.perf_counter() - self._began, 1e-6),
            loss=self._loss,
            novelty=self._novelty / self._done if self._done else None,
            sections=self._stats.sections,
            synapses=self._stats.synapses,
            bytes=self._stats.bytes,
        )
        return TaskEvent(
            task_id=self.task_id,
            state=state,
            progress=progress,
            result_dataset_id=dataset_id,
            error=error,
        )
