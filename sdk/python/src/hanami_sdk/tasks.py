"""Tasks: work that goes on in the server while the client waits, watches or does something else."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import httpx
from httpx_sse import ServerSentEvent, aconnect_sse, connect_sse

from hanami_sdk._http import AsyncHttpClient, HttpClient
from hanami_sdk.errors import HanamiError, NoAnswerError, TaskCancelledError, TaskFailedError
from hanami_sdk.generated import models
from hanami_sdk.generated.api import tasks as generated
from hanami_sdk.generated.api.datasets import AsyncDatasets, Datasets

Columns = Sequence[str] | Mapping[str, Sequence[str]]
"""Names of columns; where a cluster has several input or output hexagons, those of each by the name of the hexagon."""

Progress = Callable[[models.TaskProgress], object]
FINAL = {"finished", "failed", "cancelled"}
POLL_SECONDS = 0.5
SILENCE_SECONDS = 30.0  # after which a stream of events is given up


class _Handle:
    """What is known of a task.

    Attributes
    ----------
    info
        The task as it was when last heard of.
    """

    def __init__(self, info: models.Task) -> None:
        self.info = info

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.info.type_} {self.state}>"

    @property
    def id(self) -> UUID:
        """Id of the task."""
        return self.info.id

    @property
    def state(self) -> models.TaskState:
        """Where it is, as last heard of."""
        return self.info.state

    def _finished(self) -> models.Task:
        if self.state == "failed":
            raise TaskFailedError(self.id, self.info.error)
        if self.state == "cancelled":
            raise TaskCancelledError(self.id, self.info.error)
        return self.info

    def _result_id(self) -> UUID:
        if self.info.result_dataset_id is None:
            raise HanamiError(f"task {self.id} has no answers: it is {self.info.type_}, {self.state}")
        return self.info.result_dataset_id


class Task(_Handle):
    """A handle on a task of the server.

    Attributes
    ----------
    info
        The task as it was when last heard of.
    """

    def __init__(self, http: HttpClient, info: models.Task) -> None:
        super().__init__(info)
        self._http = http

    def refresh(self) -> models.Task:
        """Ask the server how far it is."""
        self.info = generated.Tasks(self._http).get(self.id)
        return self.info

    def cancel(self) -> models.Task:
        """End it early; one that has ended already stays as it is."""
        self.info = generated.Tasks(self._http).cancel(self.id)
        return self.info

    def wait(self, progress: Progress | None = None) -> models.Task:
        """Wait until it has finished.

        Parameters
        ----------
        progress
            Is called about ten times a second with how far the task is, and once at its end.

        Raises
        ------
        TaskFailedError, TaskCancelledError
            When it ended otherwise.
        """
        for news in self.watch():
            if progress is not None:
                progress(news)
        return self._finished()

    def watch(self) -> Iterator[models.TaskProgress]:
        """Yield how far it is until it ends in any way: from a stream of events, else by asking again and again."""
        state = self.state
        try:
            for event in events(self._http, f"/v1/tasks/{self.id}/events", models.TaskEvent.from_dict):
                state = event.state
                yield event.progress
        except (httpx.TransportError, NoAnswerError):
            pass  # a proxy may not let streams through, or cut them; asking works everywhere
        while True:
            news = self.refresh()
            if state not in FINAL:
                yield news.progress
            if news.state in FINAL:
                return
            state = news.state
            time.sleep(POLL_SECONDS)

    def result(self) -> models.DatasetDetails:
        """Return the dataset of answers of a finished request."""
        return Datasets(self._http).get(self._result_id())


class AsyncTask(_Handle):
    """A handle on a task of the server, for programs with an event loop; see `Task`."""

    def __init__(self, http: AsyncHttpClient, info: models.Task) -> None:
        super().__init__(info)
        self._http = http

    async def refresh(self) -> models.Task:
        """Ask the server how far it is."""
        self.info = await generated.AsyncTasks(self._http).get(self.id)
        return self.info

    async def cancel(self) -> models.Task:
        """End it early; one that has ended already stays as it is."""
        self.info = await generated.AsyncTasks(self._http).cancel(self.id)
        return self.info

    async def wait(self, progress: Progress | None = None) -> models.Task:
        """Wait until it has finished; `progress` and errors as of `Task.wait`."""
        async for news in self.watch():
            if progress is not None:
                progress(news)
        return self._finished()

    async def watch(self) -> AsyncIterator[models.TaskProgress]:
        """Yield how far it is until it ends in any way: from a stream of events, else by asking again and again."""
        state = self.state
        try:
            async for event in events_async(self._http, f"/v1/tasks/{self.id}/events", models.TaskEvent.from_dict):
                state = event.state
                yield event.progress
        except (httpx.TransportError, NoAnswerError):
            pass  # a proxy may not let streams through, or cut them; asking works everywhere
        while True:
            news = await self.refresh()
            if state not in FINAL:
                yield news.progress
            if news.state in FINAL:
                return
            state = news.state
            await asyncio.sleep(POLL_SECONDS)

    async def result(self) -> models.DatasetDetails:
        """Return the dataset of answers of a finished request."""
        return await AsyncDatasets(self._http).get(self._result_id())


Event = TypeVar("Event")


def events(http: HttpClient, url: str, read: Callable[[dict[str, object]], Event]) -> Iterator[Event]:
    """Yield the events of a stream until it ends."""
    with connect_sse(http, "GET", url, timeout=_patience(http)) as source:
        for event in source.iter_sse():
            yield read(_data(event))


async def events_async(
    http: AsyncHttpClient, url: str, read: Callable[[dict[str, object]], Event]
) -> AsyncIterator[Event]:
    """Do the same on an event loop."""
    async with aconnect_sse(http, "GET", url, timeout=_patience(http)) as source:
        async for event in source.aiter_sse():
            yield read(_data(event))


class Tasks(generated.Tasks):
    """Work of clusters on datasets."""

    def train(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, outputs: Columns, epochs: int = 1) -> Task:
        """Start to learn the rows of a dataset in their order.

        Parameters
        ----------
        inputs, outputs
            Names of the columns to answer, and of those to answer with. Of several hexagons, ``{"left": ["a", "b"],
            "right": ["c"]}``; names alone are dealt to them by the sizes of the template, in its order.
        epochs
            Passes over the rows.
        """
        return Task(self._http, self.create(cluster_id, _train(dataset_id, inputs, outputs, epochs)))

    def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> Task:
        """Start to answer every row of a dataset; the answers become a new dataset of that name.

        It has the column ``output``, for classes also ``label`` with the likeliest, and ``novelty``; of several output
        hexagons, the columns of each begin with its name, as in ``flow_output``.
        """
        return Task(self._http, self.create(cluster_id, _request(dataset_id, inputs, result_name)))

    def follow(self, task_id: UUID) -> Task:
        """Take hold of a task that was started before: ``client.tasks.follow(task_id).wait()``."""
        return Task(self._http, self.get(task_id))

    def events(self, task_id: UUID) -> Iterator[models.TaskEvent]:
        """Yield how far a task is, about ten times a second, until it ends."""
        return events(self._http, f"/v1/tasks/{task_id}/events", models.TaskEvent.from_dict)


class AsyncTasks(generated.AsyncTasks):
    """Work of clusters on datasets; see `Tasks`."""

    async def train(
        self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, outputs: Columns, epochs: int = 1
    ) -> AsyncTask:
        """Start to learn the rows of a dataset in their order; see `Tasks.train`."""
        return AsyncTask(self._http, await self.create(cluster_id, _train(dataset_id, inputs, outputs, epochs)))

    async def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> AsyncTask:
        """Start to answer every row of a dataset; see `Tasks.request`."""
        return AsyncTask(self._http, await self.create(cluster_id, _request(dataset_id, inputs, result_name)))

    async def follow(self, task_id: UUID) -> AsyncTask:
        """Take hold of a task that was started before."""
        return AsyncTask(self._http, await self.get(task_id))

    def events(self, task_id: UUID) -> AsyncIterator[models.TaskEvent]:
        """Yield how far a task is, about ten times a second, until it ends."""
        return events_async(self._http, f"/v1/tasks/{task_id}/events", models.TaskEvent.from_dict)


def _patience(http: httpx.Client | httpx.AsyncClient) -> httpx.Timeout:
    return httpx.Timeout(http.timeout.connect, read=SILENCE_SECONDS)


def _data(event: ServerSentEvent) -> dict[str, object]:
    data: dict[str, object] = json.loads(event.data)
    return data


def _train(dataset_id: UUID, inputs: Columns, outputs: Columns, epochs: int) -> models.TrainTaskCreate:
    shown, of_inputs = _dealt(inputs)
    wanted, of_outputs = _dealt(outputs)
    return models.TrainTaskCreate(
        type_="train",
        dataset_id=dataset_id,
        inputs=shown,
        outputs=wanted,
        input_hexagons=of_inputs,
        output_hexagons=of_outputs,
        epochs=epochs,
    )


def _request(dataset_id: UUID, inputs: Columns, result_name: str) -> models.RequestTaskCreate:
    shown, of_inputs = _dealt(inputs)
    return models.RequestTaskCreate(
        type_="request", dataset_id=dataset_id, inputs=shown, input_hexagons=of_inputs, result_name=result_name
    )


def _dealt(columns: Columns) -> tuple[list[str], list[str] | None]:
    """Return names of columns, and the hexagon that each belongs to where that was told."""
    if not isinstance(columns, Mapping):
        return list(columns), None
    pairs = [(name, column) for name, mine in columns.items() for column in mine]
    return [column for _, column in pairs], [name for name, _ in pairs]
