"""The id of a request: in its answer, in every log, and in the problem that it ended in."""

from uuid import uuid4

from quart import Request, Websocket, g, has_websocket_context, request, websocket


def current() -> Request | Websocket:
    """Return the request, or the websocket, that is being served."""
    return websocket if has_websocket_context() else request


def request_id() -> str:
    """Return the id of the current request."""
    if "request_id" not in g:
        g.request_id = uuid4().hex
    known: str = g.request_id
    return known
