"""A websocket as the web server gives it: no queue in between, so that whoever does not read holds up the sender.

Quart's own websocket takes in messages without bound, fails on empty ones, and lets the event loop turn before each
that it sends.
"""

from typing import cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, websocket
from quart.asgi import ASGIWebsocketConnection
from uvicorn.protocols.utils import ClientDisconnected

KEY = "hanami.pipe"


class GoneError(Exception):
    """The client has gone."""


class Pipe:
    """Messages to and from one client, once its websocket is accepted."""

    def __init__(self, connection: "DirectConnection", receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self._connection, self._receive, self._send = connection, receive, send

    async def receive(self) -> str | bytes:
        """Wait for the next message; raises GoneError."""
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self._connection.hang_up()
                raise GoneError
            if event["type"] == "websocket.receive":
                data = event.get("bytes")
                return data if data is not None else str(event["text"])

    async def send(self, message: str | bytes) -> None:
        """Send a message, when there is room for it; raises GoneError."""
        data, text = (None, message) if isinstance(message, str) else (message, None)
        try:
            await self._send({"type": "websocket.send", "bytes": data, "text": text})
        except ClientDisconnected as error:
            self._connection.hang_up()
            raise GoneError from error

    async def close(self, code: int, reason: str) -> None:
        """Close it; one that is closed already stays so."""
        try:
            await self._connection.close_once(self._send, code, reason)
        except ClientDisconnected:
            self._connection.hang_up()


class DirectConnection(ASGIWebsocketConnection):
    """Hands the messages of a websocket to its handler one by one."""

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Serve one websocket."""
        await receive()  # that somebody wants to connect
        cast("dict[str, object]", self.scope)[KEY] = Pipe(self, receive, send)
        await self.handle_websocket(self._create_websocket_from_scope(send), send)

    def hang_up(self) -> None:
        """Take note that there is nobody left to close it with."""
        self._closed = True

    async def close_once(self, send: ASGISendCallable, code: int, reason: str) -> None:
        """Close, unless that was done."""
        if not self._closed:
            await self.close_connection(send, code, reason)


def install(app: Quart) -> None:
    """Make `app` take websockets this way."""
    app.asgi_websocket_class = DirectConnection


def current_pipe() -> Pipe:
    """Return the pipe of the current websocket."""
    return cast("dict[str, Pipe]", websocket.scope)[KEY]
