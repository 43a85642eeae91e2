"""What every answer has: a request id, safe headers, and one shape for every failure."""

import logging

from hanami_engine import DeviceLostError
from quart import Quart, Response, g
from quart.typing import ResponseTypes
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter

from hanami_server.contract import errors
from hanami_server.contract.base import HUMAN_ID_PATTERN
from hanami_server.contract.problem import Problem
from hanami_server.contract.text import start_sentence
from hanami_server.telemetry.audit import record_refusal
from hanami_server.telemetry.faults import record_fault
from hanami_server.telemetry.requests import current, request_id

log = logging.getLogger("hanami_server")

HSTS = "max-age=31536000; includeSubDomains"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class HumanId(BaseConverter):
    """A path parameter without a type: what cannot be the id of a user or project is not found, nor looked for."""

    regex = HUMAN_ID_PATTERN.strip("^$")
    part_isolating = True


def install(app: Quart) -> None:
    """Give every answer of `app` all of that."""
    app.url_map.converters["default"] = HumanId
    app.register_error_handler(Exception, _answer_failure)
    app.after_request(_add_headers)
    app.after_websocket(_add_headers_to_refusal)


async def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    for name, value in g.get("rate_headers", {}).items():
        response.headers.setdefault(name, value)
    if current().scheme in {"https", "wss"}:  # behind a proxy that we believe
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers["X-Request-Id"] = request_id()
    return response


async def _add_headers_to_refusal(response: ResponseTypes | None) -> ResponseTypes | None:
    """Do the same for a websocket, which has an answer only where it was not accepted."""
    return await _add_headers(response) if isinstance(response, Response) else response


async def _answer_failure(failure: Exception) -> Response:
    error = _as_api_error(failure)
    if error.status == 500:
        await record_fault(failure)
    await record_refusal(error.status)
    problem = Problem(
        type=f"/docs#{error.slug()}",
        title=error.title,
        status=error.status,
        detail=error.message,
        errors=error.errors,
        request_id=request_id(),
    )
    return Response(
        problem.model_dump_json(),
        status=error.status,
        headers=error.headers,
        content_type="application/problem+json",
    )


def _as_api_error(failure: Exception) -> errors.ApiError:
    if isinstance(failure, errors.ApiError):
        return failure
    if isinstance(failure, MemoryError):
        log.error("request %s found no memory: %s", request_id(), failure)
        return errors.UnavailableError("The server has no memory left for that; remove clusters, or try later.")
    if isinstance(failure, DeviceLostError):
        return errors.UnavailableError(f"{start_sentence(str(failure))}; the cluster goes on from its last state.")
    if isinstance(failure, MethodNotAllowed):
        return errors.MethodNotAllowedError(headers={"Allow": ", ".join(sorted(failure.valid_methods or []))})
    if isinstance(failure, HTTPException):
        return errors.ERRORS.get(failure.code or 500, errors.BadRequestError)()
    return errors.InternalError()
