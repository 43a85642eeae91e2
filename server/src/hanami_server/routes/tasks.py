"""Tasks: training and requests, in the background."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from quart import Blueprint, Response

from hanami_server.access.guard import viewer
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.base import EXAMPLE_ID
from hanami_server.contract.errors import UnavailableError, ValidationFailedError
from hanami_server.contract.op import EVENTS, Body, Reply, op
from hanami_server.contract.tasks import Task, TaskCreate, TaskEvent, TaskPage, TaskQuery, TrainTaskCreate
from hanami_server.fleet.fleet import LineFullError
from hanami_server.fleet.host import Ports
from hanami_server.fleet.job import Job
from hanami_server.fleet.work import MisfitError, Selection, Work, plan_request, plan_training
from hanami_server.routes.files import network_faults
from hanami_server.routes.references import get_referenced
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.database import insert
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import Viewer, get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("tasks", __name__)

EXAMPLE = {
    "type": "train",
    "dataset_id": EXAMPLE_ID,
    "inputs": ["image"],
    "outputs": ["label"],
    "epochs": 1,
}


@blueprint.post("/v1/clusters/<uuid:cluster_id>/tasks")
@op(
    id="createTask",
    tag="tasks",
    idempotent=True,
    summary="Give a cluster work",
    description=(
        "Tasks of a cluster run one after the other, in the order of their creation. What a training learned is kept "
        "when it ends, also when it is cancelled. Where a template has several input or output hexagons, columns are "
        "dealt to them by name, or else their values by the sizes of the template, in its order. The answers of a "
        "request become a dataset: the column `output`, for classes also `label` with the likeliest, and `novelty`; of "
        "several output hexagons, the columns of each begin with its name, as in `flow_output`."
    ),
    body=Body(TaskCreate, example=EXAMPLE),
    reply=Reply(202, Task, description="The task, which waits or runs."),
    errors=(409, 503),
)
async def create_task(cluster_id: UUID, body: TaskCreate) -> tables.Task:
    """Put it into the line of its cluster; goes on to its end although the client goes away."""
    return await asyncio.shield(_create(services(), viewer(), cluster_id, body))


async def _create(parts: Services, who: Viewer, cluster_id: UUID, body: TaskCreate) -> tables.Task:
    async with parts.database.reading() as session:
        cluster = await get_visible(session, tables.Cluster, who, cluster_id)
        await get_referenced(session, tables.Dataset, who, body.dataset_id, "dataset_id")
    try:
        parts.fleet.expect_room(cluster_id)
    except LineFullError as error:
        raise UnavailableError("Too many tasks of the cluster wait.", headers={"Retry-After": "10"}) from error
    with network_faults():
        ports = await parts.fleet.ports(cluster_id)
        work = await asyncio.to_thread(_plan, parts, ports, body)
        job = Job(uuid4(), cluster_id, work, await parts.fleet.stats(cluster_id))
    row = _row_of(job, cluster, who, body)
    async with change(row.id) as session:
        await parts.quotas.expect_room(session, row.owner_id, row.project_id, tasks=1, **_grows(body))
        await insert(session, row, "The cluster was deleted in the meantime.")
    parts.fleet.submit(job)
    return row


def _grows(body: TaskCreate) -> dict[str, int]:
    """Say what a task adds to for certain: a network that learns grows."""
    return {"synapse_bytes": 1} if isinstance(body, TrainTaskCreate) else {}


def _plan(parts: Services, ports: Ports, body: TaskCreate) -> Work:
    dataset = DatasetReader(parts.blobs.datasets.path(body.dataset_id))
    inputs = Selection(body.inputs, body.input_hexagons)
    try:
        if isinstance(body, TrainTaskCreate):
            outputs = Selection(body.outputs, body.output_hexagons)
            return plan_training(ports, dataset, inputs, outputs, body.epochs)
        return plan_request(ports, dataset, inputs)
    except MisfitError as error:
        raise ValidationFailedError.of(error.field, error.message) from error


def _row_of(job: Job, cluster: tables.Cluster, who: Viewer, body: TaskCreate) -> tables.Task:
    return tables.Task(
        id=job.task_id,
        owner_id=who.user_id,
        project_id=cluster.project_id,
        cluster_id=cluster.id,
        type=body.type,
        state=job.state.value,
        request=body.model_dump(mode="json"),
        progress=job.feed.latest.progress.model_dump(),
    )


@blueprint.get("/v1/clusters/<uuid:cluster_id>/tasks")
@op(
    id="listTasks",
    tag="tasks",
    summary="List the tasks of a cluster",
    description="Oldest first, where no other order is asked for.",
    query=TaskQuery,
    reply=Reply(200, TaskPage, description="Part of the tasks."),
)
async def list_tasks(cluster_id: UUID, query: TaskQuery) -> Page[tables.Task]:
    """Read a page of tasks."""
    parts = services()
    async with parts.database.reading() as session:
        await get_visible(session, tables.Cluster, viewer(), cluster_id)
        rows = select_visible(tables.Task, viewer()).where(tables.Task.cluster_id == cluster_id)
        for name in ("state", "type"):
            wanted = getattr(query, name)
            if wanted is not None:
                rows = rows.where(getattr(tables.Task, name) == wanted.value)
        page = await read_page(session, rows, tables.Task, query)
    for task in page.items:
        _bring_up_to_date(parts, task)
    return page


@blueprint.get("/v1/tasks/<uuid:task_id>")
@op(
    id="getTask",
    tag="tasks",
    summary="Get a task",
    description="With its progress up to about 100 ms ago.",
    reply=Reply(200, Task, description="The task."),
)
async def get_task(task_id: UUID) -> tables.Task:
    """Read one task."""
    return await _read(services(), viewer(), task_id)


async def _read(parts: Services, who: Viewer, task_id: UUID) -> tables.Task:
    async with parts.database.reading() as session:
        task = await get_visible(session, tables.Task, who, task_id)
    _bring_up_to_date(parts, task)
    return task


def _bring_up_to_date(parts: Services, task: tables.Task) -> None:
    """Put what the fleet knows into a row that was read; the database hears of it at the end of the task."""
    event = parts.fleet.latest(task.id)
    if event is not None:
        task.state, task.progress = event.state.value, event.progress.model_dump()


@blueprint.get("/v1/tasks/<uuid:task_id>/events")
@op(
    id="streamTaskEvents",
    tag="tasks",
    verb="events",
    summary="Follow a task",
    description=(
        "Server-sent events: one now, one on every change of state, one about every 100 ms of progress, more while the "
        "network grows fast, and one after 10 s without any. The stream ends after a final state."
    ),
    reply=Reply(200, TaskEvent, media=EVENTS, description="The events; `data` is the JSON of one."),
)
async def stream_task_events(task_id: UUID) -> Response:
    """Listen to the fleet, or tell the end of a task that is over."""
    parts = services()
    news = parts.fleet.listen(task_id)  # before the row is read: the task may end in between
    task = await _read(parts, viewer(), task_id)
    return Response(_frames(news or _once(_event_of(task))), content_type=EVENTS)


async def _frames(events: AsyncIterator[TaskEvent]) -> AsyncIterator[bytes]:
    async for event in events:
        yield f"data: {event.model_dump_json()}\n\n".encode()


async def _once(event: TaskEvent) -> AsyncIterator[TaskEvent]:
    yield event


def _event_of(task: tables.Task) -> TaskEvent:
    return TaskEvent.model_validate({name: getattr(task, name, task.id) for name in TaskEvent.model_fields})


@blueprint.post("/v1/tasks/<uuid:task_id>/cancel")
@op(
    id="cancelTask",
    tag="tasks",
    summary="Stop a task",
    description="At the next look around, within some 50 ms of work; one that is over stays as it is.",
    reply=Reply(200, Task, description="The task after its end."),
)
async def cancel_task(task_id: UUID) -> tables.Task:
    """Stop it and wait for its end."""
    parts, who = services(), viewer()
    await _read(parts, who, task_id)
    await parts.fleet.cancel(task_id)
    async with change():
        pass  # the fleet keeps the end of a task; that somebody wanted it is kept here
    return await _read(parts, who, task_id)
