"""Tasks: work that goes on in the server while the client waits, watches or does something else."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

import httpx
from httpx_sse import connect_sse

from hanami_sdk._answers import every, new_key, success
from hanami_sdk.errors import HanamiError, NoAnswerError, TaskCancelledError, TaskFailedError
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.datasets import get_dataset
from hanami_sdk.generated.api.tasks import cancel_task, create_task, get_task, list_tasks

Columns = Sequence[str] | Mapping[str, Sequence[str]]
"""Names of columns; where a cluster has several input or output hexagons, those of each by the name of the hexagon."""

State = models.TaskState
FINAL = {State.FINISHED, State.FAILED, State.CANCELLED}
POLL_SECONDS = 0.5
SILENCE_SECONDS = 30.0  # after which a stream of events is given up


class Task:
    """A handle on a task of the server.

    Attributes
    ----------
    info
        The task as it was when last heard of.
    """

    def __init__(self, api: AuthenticatedClient, info: models.Task) -> None:
        self._api = api
        self.info = info

    def __repr__(self) -> str:
        return f"<Task {self.id} {self.info.type_} {self.state}>"

    @property
    def id(self) -> UUID:
        """Id of the task."""
        return self.info.id

    @property
    def state(self) -> State:
        """Where it is, as last heard of."""
        return self.info.state

    def refresh(self) -> models.Task:
        """Ask the server how far it is."""
        self.info = success(get_task.sync(self.id, client=self._api))
        return self.info

    def cancel(self) -> models.Task:
        """End it early; one that has ended already stays as it is."""
        self.info = success(cancel_task.sync(self.id, client=self._api))
        return self.info

    def wait(self, progress: Callable[[models.TaskProgress], object] | None = None) -> models.Task:
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
        if self.state is State.FAILED:
            raise TaskFailedError(self.id, self.info.error)
        if self.state is State.CANCELLED:
            raise TaskCancelledError(self.id, self.info.error)
        return self.info

    def watch(self) -> Iterator[models.TaskProgress]:
        """Yield how far it is until it ends in any way: from a stream of events, else by asking again and again."""
        state = self.state
        try:
            for event in self._events():
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
        if self.info.result_dataset_id is None:
            raise HanamiError(f"task {self.id} has no answers: it is {self.info.type_}, {self.state}")
        return success(get_dataset.sync(self.info.result_dataset_id, client=self._api))

    def _events(self) -> Iterator[models.TaskEvent]:
        http = self._api.get_httpx_client()
        timeout = httpx.Timeout(http.timeout.connect, read=SILENCE_SECONDS)
        with connect_sse(http, "GET", f"/v1/tasks/{self.id}/events", timeout=timeout) as source:
            for event in source.iter_sse():
                yield models.TaskEvent.from_dict(json.loads(event.data))


class Tasks:
    """Work of clusters on datasets."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

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
        shown, of_inputs = _dealt(inputs)
        wanted, of_outputs = _dealt(outputs)
        wish = models.TrainTaskCreate(
            type_="train",
            dataset_id=dataset_id,
            inputs=shown,
            outputs=wanted,
            input_hexagons=of_inputs,
            output_hexagons=of_outputs,
            epochs=epochs,
        )
        return self._start(cluster_id, wish)

    def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> Task:
        """Start to answer every row of a dataset; the answers become a new dataset of that name.

        It has the column ``output``, for classes also ``label`` with the likeliest, and ``novelty``; of several output
        hexagons, the columns of each begin with its name, as in ``flow_output``.
        """
        shown, of_inputs = _dealt(inputs)
        wish = models.RequestTaskCreate(
            type_="request",
            dataset_id=dataset_id,
            inputs=shown,
            input_hexagons=of_inputs,
            result_name=result_name,
        )
        return self._start(cluster_id, wish)

    def get(self, task_id: UUID) -> Task:
        """Get a task that was started before."""
        return self._handle(success(get_task.sync(task_id, client=self._api)))

    def list(self, cluster_id: UUID) -> Iterator[Task]:
        """Yield the tasks of a cluster, oldest first."""
        infos = every(lambda cursor: list_tasks.sync(cluster_id, client=self._api, cursor=cursor))
        return map(self._handle, infos)

    def _start(self, cluster_id: UUID, wish: models.TrainTaskCreate | models.RequestTaskCreate) -> Task:
        return self._handle(
            success(create_task.sync(cluster_id, client=self._api, idempotency_key=new_key(), body=wish))
        )

    def _handle(self, info: models.Task) -> Task:
        return Task(self._api, info)


def _dealt(columns: Columns) -> tuple[list[str], list[str] | None]:
    """Return names of columns, and the hexagon that each belongs to where that was told."""
    if not isinstance(columns, Mapping):
        return list(columns), None
    pairs = [(name, column) for name, mine in columns.items() for column in mine]
    return [column for _, column in pairs], [name for name, _ in pairs]
