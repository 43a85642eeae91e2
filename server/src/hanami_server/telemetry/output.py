"""The log of the process, on stderr: lines for people, or JSON for machines; every line of a request has its id."""

import logging
import time
from typing import Any

from pythonjsonlogger.json import JsonFormatter
from quart import Quart, Response, current_app, g, has_request_context, has_websocket_context, request

from hanami_server.contract.op import operation_of
from hanami_server.settings import Settings
from hanami_server.telemetry.requests import request_id

FIELDS = ("asctime", "levelname", "name", "message", "request_id")
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
NO_REQUEST = "-"
log = logging.getLogger("hanami_server.requests")


class RequestIds(logging.Filter):
    """Puts the id of the current request into every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        served = has_request_context() or has_websocket_context()
        record.request_id = request_id() if served else NO_REQUEST
        return True


class TextFormatter(logging.Formatter):
    """One line per record but for traces: what a client sent cannot look like another line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name that logging has)
        """Write the line."""
        return "".join(char if char.isprintable() else repr(char)[1:-1] for char in super().formatMessage(record))


def logging_config(settings: Settings) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`."""
    formatter: dict[str, Any] = {"()": TextFormatter, "fmt": TEXT}
    if settings.log_format == "json":
        formatter = {
            "()": JsonFormatter,
            "fmt": list(FIELDS),
            "rename_fields": {"asctime": "time", "levelname": "level"},
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": RequestIds}},
        "formatters": {"lines": formatter},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["request"],
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {name: {"level": settings.log_level.upper()} for name in ("uvicorn", "hanami_server")},
    }


def install(app: Quart) -> None:
    """Write a line about every request of `app` when it is answered."""

    @app.before_request
    async def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    async def tell(response: Response) -> Response:
        view = current_app.view_functions.get(request.endpoint or "")
        operation = operation_of(view) if view else None
        who = g.get("viewer")
        facts = {
            "operation": operation.id if operation else None,
            "method": request.method,
            "status": response.status_code,
            "milliseconds": round(1000 * (time.perf_counter() - g.began), 2) if "began" in g else None,
            "user": who.user_id if who else None,
            "address": request.remote_addr,
        }
        log.info(" ".join(f"{name}={value}" for name, value in facts.items() if value is not None), extra=facts)
        return response
