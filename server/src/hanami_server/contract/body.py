"""Request bodies that never fill the memory: the sender waits while the reader is busy, and every read has a limit.

Quart's own body buffers whatever arrives and holds only the header Content-Length against its limit.
"""

import asyncio
from collections.abc import AsyncIterator

from hypercorn.typing import ASGIReceiveCallable
from quart import Quart, Request
from quart import request as current_request
from quart.asgi import ASGIHTTPConnection
from quart.wrappers.request import Body

from hanami_server.contract.errors import BadRequestError, ContentTooLargeError

HIGH_WATER = 1 << 20  # bytes that wait for the reader before the sender has to wait


class BoundedBody(Body):
    """A body that is read by `chunks` or `read`, which name a limit."""

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self._expected = expected_content_length
        self._room = asyncio.Event()
        self._broken_off = False

    async def chunks(self, limit: int) -> AsyncIterator[bytes]:
        """Yield the body as it arrives.

        Raises
        ------
        ContentTooLargeError
            The header or the bytes pass `limit`.
        BadRequestError
            The client went away before the end, and something goes on without it.
        """
        if self._expected is not None and self._expected > limit:
            raise ContentTooLargeError
        received = 0
        while self._data or not self._complete.is_set():
            await self._has_data.wait()
            if self._broken_off:
                raise BadRequestError("The body broke off.")
            chunk = bytes(self._data)
            self._data.clear()
            if not self._complete.is_set():
                self._has_data.clear()
            self._room.set()
            received += len(chunk)
            if received > limit:
                raise ContentTooLargeError
            if chunk:
                yield chunk

    async def read(self, limit: int) -> bytes:
        """Return the whole body; raises ContentTooLargeError as `chunks` does."""
        return b"".join([chunk async for chunk in self.chunks(limit)])

    async def fill(self, data: bytes) -> None:
        """Add what arrived, and wait until there is room for more."""
        self.append(data)
        if len(self._data) >= HIGH_WATER:
            self._room.clear()
            await self._room.wait()

    def break_off(self) -> None:
        """Say that the rest will not come."""
        if not self._complete.is_set():
            self._broken_off = True
            self._has_data.set()


class BoundedRequest(Request):
    """A request whose body is a `BoundedBody`."""

    body_class = BoundedBody
    body: BoundedBody


class BoundedConnection(ASGIHTTPConnection):
    """Takes the next part of a body from the web server only when there is room for it."""

    async def handle_messages(self, request: Request, receive: ASGIReceiveCallable) -> None:
        """Fill the body until the client has sent it or gone away."""
        body = request.body
        assert isinstance(body, BoundedBody)  # noqa: S101 (narrows the type; `install` sees to it)
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.break_off()
                return
            if message["type"] == "http.request":
                await body.fill(message.get("body", b""))
                if not message.get("more_body", False):
                    body.set_complete()


def install(app: Quart) -> None:
    """Make `app` take bodies this way."""
    app.request_class = BoundedRequest
    app.asgi_http_class = BoundedConnection
    app.config["MAX_CONTENT_LENGTH"] = None
    app.config["BODY_TIMEOUT"] = None


def request_body() -> BoundedBody:
    """Return the body of the current request."""
    body = current_request.body
    assert isinstance(body, BoundedBody)  # noqa: S101 (narrows the type; `install` sees to it)
    return body
