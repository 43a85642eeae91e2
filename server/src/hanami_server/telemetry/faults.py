"""The error log: faults of the server, under the request id that the client was told."""

import logging
import traceback

from quart import current_app, g

from hanami_server.contract.op import operation_of
from hanami_server.services import services
from hanami_server.store.tables import ErrorEntry
from hanami_server.telemetry.requests import current, request_id

LONGEST_TRACE = 20_000
log = logging.getLogger("hanami_server")


async def record_fault(failure: BaseException) -> None:
    """Keep where a fault came from; its message may hold what users sent and stays out of the database."""
    log.error("request %s failed", request_id(), exc_info=failure)
    endpoint = current().endpoint
    operation = operation_of(current_app.view_functions[endpoint]) if endpoint else None
    who = g.get("viewer")
    frames = "".join(traceback.format_tb(failure.__traceback__))
    entry = ErrorEntry(
        request_id=request_id(),
        operation=operation.id if operation else None,
        user_id=who.user_id if who else None,
        kind=type(failure).__qualname__[:120],
        trace=frames[-LONGEST_TRACE:],
    )
    try:
        async with services().database.writing() as session:
            session.add(entry)
    except Exception:
        log.exception("request %s could not be put into the error log", request_id())
