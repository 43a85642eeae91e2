"""Direct sessions: the websocket `hanami.v1`, and who is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import UUID

from quart import Blueprint, Response, websocket

from hanami_server.access.guard import bearer_token, viewer
from hanami_server.contract.base import PageQuery
from hanami_server.contract.device_keys import Scope
from hanami_server.contract.errors import BadRequestError, ForbiddenError, NotFoundError, ValidationFailedError
from hanami_server.contract.op import EVENTS, NO_CONTENT, Reply, op, socket_of
from hanami_server.contract.sessions import PROTOCOL, Session, SessionPage, SessionTerms
from hanami_server.routes.files import network_faults
from hanami_server.services import Services, services
from hanami_server.sessions.connection import Client, Connection
from hanami_server.sessions.pipe import current_pipe
from hanami_server.sessions.shape import Shape
from hanami_server.store import tables
from hanami_server.telemetry.audit import change

blueprint = Blueprint("sessions", __name__)

OPEN = op(
    id="openSession",
    tag="sessions",
    verb="terms",
    summary="Open a direct session",
    description=(
        "A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the network "
        "learns in the same breath. Browsers, which cannot set headers, show their token as a second subprotocol, "
        "`bearer.` and the token. The page on sessions in the reference has the protocol, openapi/asyncapi.yaml its "
        "messages. Asked without a websocket, the address tells what a session would begin with."
    ),
    for_devices=True,
    reply=Reply(200, SessionTerms, description="What a session would begin with."),
    errors=(400, 409, 503),
)


async def _find(cluster_id: UUID) -> tables.Cluster:
    return await services().rows.get_visible(tables.Cluster, viewer(), cluster_id)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/session")
@OPEN
async def read_terms(cluster_id: UUID) -> SessionTerms:
    """Tell what a session would begin with."""
    parts = services()
    await _find(cluster_id)
    with network_faults():
        ports = await parts.fleet.ports(cluster_id)
    bounds = parts.sessions.bounds
    return SessionTerms(
        protocol=PROTOCOL,
        window=bounds.window,
        frame_bytes=bounds.frame_bytes,
        frame_rows=bounds.frame_rows,
        shape=Shape(ports).describe(),
    )


@blueprint.websocket("/v1/clusters/<uuid:cluster_id>/session")
@socket_of(OPEN)
async def open_session(cluster_id: UUID) -> None:
    """Accept a client that is welcome, and speak with it to the end."""
    parts = services()
    cluster = await _find(cluster_id)
    _expect_own_page(parts)
    if PROTOCOL not in websocket.requested_subprotocols:
        raise BadRequestError(f"Expected the subprotocol `{PROTOCOL}`.")
    with network_faults():
        async with parts.fleet.lives.using(cluster_id) as live:
            await websocket.accept(subprotocol=PROTOCOL)
            await Connection(current_pipe(), parts.sessions, live, _client(parts, cluster)).run()


def _expect_own_page(parts: Services) -> None:
    """Refuse scripts of foreign pages: a browser tells where they come from."""
    origin = websocket.headers.get("Origin")
    if origin is None or origin in parts.settings.allowed_origins:
        return
    if urlsplit(origin).netloc != websocket.headers.get("Host"):
        raise ForbiddenError("Pages from there may not open sessions.")


def _client(parts: Services, cluster: tables.Cluster) -> Client:
    who = viewer()

    @asynccontextmanager
    async def admission(session_id: UUID) -> AsyncIterator[None]:
        async with change(session_id) as session:
            await parts.quotas.expect_room(session, cluster.owner_id, cluster.project_id, sessions=1)
            yield

    scopes = who.device.scopes if who.device else frozenset(Scope)
    return Client(bearer_token(), who.user_id, scopes, cluster.owner_id, cluster.project_id, admission)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/sessions")
@op(
    id="listSessions",
    tag="sessions",
    summary="List the direct sessions of a cluster",
    description="All of them, on one page, the oldest first; also those that lost their client a short while ago.",
    query=PageQuery,
    reply=Reply(200, SessionPage, description="The sessions."),
)
async def list_sessions(cluster_id: UUID, query: PageQuery) -> SessionPage:
    """Ask who is there; there is no second page that a cursor could lead to."""
    await _find(cluster_id)
    if query.cursor is not None:
        raise ValidationFailedError.of("cursor", "not a cursor of this list")
    return SessionPage(items=services().sessions.of_cluster(cluster_id), next_cursor=None)


@blueprint.get("/v1/clusters/<uuid:cluster_id>/sessions/<uuid:session_id>/events")
@op(
    id="streamSessionEvents",
    tag="sessions",
    verb="events",
    summary="Follow a direct session",
    description="Server-sent events: one now, and then about two a second. The stream ends with the session.",
    reply=Reply(200, Session, media=EVENTS, description="The events; `data` is the JSON of one."),
)
async def stream_session_events(cluster_id: UUID, session_id: UUID) -> Response:
    """Listen to the session."""
    await _find(cluster_id)
    news = services().sessions.listen(cluster_id, session_id)
    if news is None:
        raise NotFoundError
    return Response(_frames(news), content_type=EVENTS)


async def _frames(events: AsyncIterator[Session]) -> AsyncIterator[bytes]:
    async for event in events:
        yield f"data: {event.model_dump_json()}\n\n".encode()


@blueprint.delete("/v1/clusters/<uuid:cluster_id>/sessions/<uuid:session_id>")
@op(
    id="deleteSession",
    tag="sessions",
    summary="End a direct session",
    description="What was learned stays. Its client is told, with the close code 4410.",
    reply=NO_CONTENT,
)
async def delete_session(cluster_id: UUID, session_id: UUID) -> None:
    """End it, and wait until its client has been told."""
    await _find(cluster_id)
    if not await services().sessions.end(cluster_id, session_id):
        raise NotFoundError
    async with change(session_id):
        pass  # no table knows of sessions; that somebody ended one is kept
