"""The audit log: a call that changes something, or is refused, leaves a row with who, what, where and the outcome."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from quart import current_app, g, has_request_context, has_websocket_context
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.op import Operation, operation_of
from hanami_server.services import services
from hanami_server.store import answers
from hanami_server.store.tables import AuditEntry
from hanami_server.telemetry.requests import current, request_id

READS = {"GET", "HEAD", "OPTIONS"}
REFUSALS = {401, 403, 404, 429}  # of reads; of changes every failure is one
log = logging.getLogger("hanami_server")


@asynccontextmanager
async def change(resource: UUID | str | None = None) -> AsyncIterator[AsyncSession]:
    """Open a session whose changes are kept together with their row in the audit log, or not at all.

    Parameters
    ----------
    resource : UUID or str, optional
        What was changed; left out, what the path names last.
    """
    operation = _operation()
    async with services().database.writing() as session:
        yield session
        if operation is not None:
            key: tuple[str, str] | None = g.get("idempotency_key")
            if key is not None:
                await answers.mark_done(session, *key, operation.reply.status)
            session.add(_entry(operation, operation.reply.status, resource))


async def record_refusal(status: int) -> None:
    """Keep that this request failed, where that matters; a log that cannot be written does not fail the answer."""
    operation = _operation()
    if operation is None or (current().method in READS and status not in REFUSALS):
        return
    try:
        async with services().database.writing() as session:
            session.add(_entry(operation, status, None))
    except Exception:
        log.exception("request %s could not be put into the audit log", request_id())


def speak_for(user_id: str, project_id: str | None = None) -> None:
    """Say whom a request is for that shows no token, so that its row names somebody."""
    g.actor = (user_id, project_id)


def _operation() -> Operation | None:
    if not (has_request_context() or has_websocket_context()):
        return None
    request = current()
    if request.routing_exception is not None or request.endpoint is None:
        return None
    return operation_of(current_app.view_functions[request.endpoint])


def _entry(operation: Operation, status: int, resource: UUID | str | None) -> AuditEntry:
    who, request = g.get("viewer"), current()
    user_id, project_id = (who.user_id, who.project_id) if who else g.get("actor", (None, None))
    named = list((request.view_args or {}).values())
    return AuditEntry(
        user_id=user_id,
        project_id=project_id,
        operation=operation.id,
        resource=str(resource or (named[-1] if named else "")) or None,
        status=status,
        address=request.remote_addr and request.remote_addr[:63],
        request_id=request_id(),
    )
