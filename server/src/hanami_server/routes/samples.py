"""Samples over plain HTTP, for slow sensors and `curl`: the same as in a direct session, one call at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import numpy as np
from hanami_engine import InputError, Port
from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.blobs.columns import Array
from hanami_server.contract.device_keys import Scope
from hanami_server.contract.errors import ForbiddenError, NotFoundError, UnavailableError, ValidationFailedError
from hanami_server.contract.op import Body, Reply, op
from hanami_server.contract.samples import (
    HexagonAnswers,
    Row,
    SamplesAnswered,
    SamplesLearn,
    SamplesLearned,
    SamplesRequest,
    TruthLearn,
)
from hanami_server.contract.sessions import Meaning
from hanami_server.fleet.host import Act, Answers
from hanami_server.fleet.live import Live
from hanami_server.routes.files import network_faults
from hanami_server.services import services
from hanami_server.sessions.shape import Values
from hanami_server.store import tables
from hanami_server.telemetry.audit import change

blueprint = Blueprint("samples", __name__)

FIELDS = {"x": "inputs", "y": "targets"}
DURABLE = "What was learned is kept before it is answered; of many calls at a time, all by one writing."
EXAMPLE = {"inputs": [[0.5, 20]], "targets": [[1]]}


@blueprint.post("/v1/clusters/<uuid:cluster_id>/samples")
@op(
    id="learnSamples",
    tag="samples",
    summary="Let a cluster learn samples",
    description=f"One after the other, as they are, from the very first one on. {DURABLE}",
    idempotent=True,
    for_devices=True,
    body=Body(SamplesLearn, example=EXAMPLE),
    reply=Reply(200, SamplesLearned, description="What learning did."),
    errors=(409, 503),
)
async def learn_samples(cluster_id: UUID, body: SamplesLearn) -> SamplesLearned:
    """Learn; goes on to its end although the client goes away."""
    return await asyncio.shield(_learn(cluster_id, body))


async def _learn(cluster_id: UUID, body: SamplesLearn) -> SamplesLearned:
    async with _speaking(cluster_id, Scope.LEARN) as live:
        ports = await live.ports()
        inputs = _deal("input", body.inputs, body.input_hexagons, ports.inputs)
        targets = _deal("target", body.targets, body.target_hexagons, ports.outputs)
        return await _taught(live, Act(inputs, targets, body.answer))


@blueprint.post("/v1/clusters/<uuid:cluster_id>/requests")
@op(
    id="requestSamples",
    tag="samples",
    summary="Ask a cluster about samples",
    description="It stays as it is. Where their truth will come later, the inputs can be kept for it.",
    for_devices=True,
    body=Body(SamplesRequest, example={"inputs": [[0.5, 20]], "keep": True}),
    reply=Reply(200, SamplesAnswered, description="The answers."),
    errors=(409, 503),
)
async def request_samples(cluster_id: UUID, body: SamplesRequest) -> SamplesAnswered:
    """Answer, and keep the inputs where that is wanted."""
    async with _speaking(cluster_id, Scope.REQUEST) as live:
        inputs = _deal("input", body.inputs, body.input_hexagons, (await live.ports()).inputs)
        effect = await live.act(Act(inputs, None, answer=True))
    request_id = uuid4() if body.keep else None
    if request_id is not None:
        services().sessions.keep(cluster_id, request_id, inputs, len(body.inputs))
    return SamplesAnswered(
        request_id=request_id, novelty=effect.novelty.tolist(), answers=[_told(part) for part in effect.answers]
    )


@blueprint.post("/v1/clusters/<uuid:cluster_id>/requests/<uuid:request_id>/truth")
@op(
    id="learnTruth",
    tag="samples",
    verb="truth",
    summary="Tell the truth about a request",
    description=(
        "The cluster learns it on the inputs that were kept for it. They are forgotten after that, an hour after the "
        f"request, with a restart, or where too many wait: it is a 404 then. {DURABLE}"
    ),
    idempotent=True,
    for_devices=True,
    body=Body(TruthLearn, example={"targets": [[1]]}),
    reply=Reply(200, SamplesLearned, description="What learning did."),
    errors=(409, 503),
)
async def learn_truth(cluster_id: UUID, request_id: UUID, body: TruthLearn) -> SamplesLearned:
    """Learn; goes on to its end although the client goes away."""
    return await asyncio.shield(_learn_truth(cluster_id, request_id, body))


async def _learn_truth(cluster_id: UUID, request_id: UUID, body: TruthLearn) -> SamplesLearned:
    async with _speaking(cluster_id, Scope.LEARN) as live:
        kept = services().sessions.kept(cluster_id)
        found = None if kept is None else kept.find(request_id)
        if kept is None or found is None:
            raise NotFoundError
        inputs, rows = found
        if rows != len(body.targets):
            raise ValidationFailedError.of("targets", f"expected {rows} as in the request, got {len(body.targets)}")
        targets = _deal("target", body.targets, body.target_hexagons, (await live.ports()).outputs)
        kept.done(request_id)  # whoever tells it twice at a time is heard once
        try:
            return await _taught(live, Act(inputs, targets, answer=False))
        except BaseException:
            kept.keep(request_id, inputs, rows)
            raise


@asynccontextmanager
async def _speaking(cluster_id: UUID, scope: Scope) -> AsyncIterator[Live]:
    """Speak to a network that the viewer sees, with a key that is good for it."""
    parts, who = services(), viewer()
    await parts.rows.get_visible(tables.Cluster, who, cluster_id)
    if who.device is not None and scope not in who.device.scopes:
        raise ForbiddenError("This key is not good for that.")
    with network_faults():
        async with parts.fleet.lives.using(cluster_id) as live:
            try:
                yield live
            except InputError as error:
                field, dot, hexagon = error.field.partition(".")
                raise ValidationFailedError.of(FIELDS.get(field, field) + dot + hexagon, error.message) from error


async def _taught(live: Live, act: Act) -> SamplesLearned:
    """Learn, and keep it."""
    losses = live.losses
    effect = await live.act(act)
    try:
        await live.save()
    except OSError as error:
        raise UnavailableError("It was learned, but could not be saved yet; that is tried again.") from error
    if live.losses != losses:
        raise UnavailableError("It was learned, but lost with the GPU of the network before it could be saved.")
    async with change(live.cluster_id):
        pass  # what was learned is in the file of the network; that somebody taught it is kept here
    return SamplesLearned(
        loss=effect.loss,
        novelty=effect.novelty.tolist(),
        samples=effect.samples,
        answers=[_told(part) for part in effect.answers] if act.answer else None,
    )


def _deal(side: str, rows: Sequence[Row], hexagons: Sequence[str] | None, ports: Sequence[Port]) -> Values:
    """Give rows as the engine takes them: an array, or one for each hexagon where there are several."""
    field, width = f"{side}s", len(rows[0])
    for index, row in enumerate(rows):
        if len(row) != width:
            raise ValidationFailedError.of(
                f"{field}[{index}]", f"expected {width} values as in the first, got {len(row)}"
            )
    values = np.array([[np.nan if value is None else value for value in row] for row in rows], np.float64)
    if hexagons is not None:
        return _by_name(side, values, hexagons, ports)
    if len(ports) == 1:
        return values
    widths = [1 if port.values == "class" else port.width for port in ports]
    if any(port.open or port.values is None for port in ports):
        raise ValidationFailedError.of(field, f"the template does not say what is for whom: expected {side}_hexagons")
    if sum(widths) != width:
        raise ValidationFailedError.of(field, f"expected {sum(widths)} values per row, got {width}")
    parts = np.split(values, np.cumsum(widths)[:-1], axis=1)
    return {port.name: part for port, part in zip(ports, parts, strict=True)}


def _by_name(side: str, values: Array, hexagons: Sequence[str], ports: Sequence[Port]) -> Values:
    field = f"{side}_hexagons"
    if len(hexagons) != values.shape[1]:
        message = f"expected {values.shape[1]} names, one for each value of a row, got {len(hexagons)}"
        raise ValidationFailedError.of(field, message)
    names = np.array(hexagons)
    for name in set(hexagons) - {port.name for port in ports}:
        raise ValidationFailedError.of(
            field, f"there is no {'input' if side == 'input' else 'output'} hexagon '{name}'"
        )
    parts = {port.name: values[:, names == port.name] for port in ports}
    return parts if len(ports) > 1 else values


def _told(part: Answers) -> HexagonAnswers:
    values: Array = part.values
    numbers = values.astype(np.float64)
    rows = [[value if np.isfinite(value) else None for value in row] for row in numbers.tolist()]
    labels = values.argmax(axis=1).tolist() if part.classes and values.shape[1] else None
    meaning = None if part.meaning is None else Meaning(part.meaning)
    return HexagonAnswers(hexagon=part.name, values=meaning, rows=rows, labels=labels)
