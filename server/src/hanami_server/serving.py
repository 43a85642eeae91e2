"""Serves the application with uvicorn, and lets streams know early that the server stops."""

import gc
import socket
from types import FrameType

import uvicorn
from quart import Quart

from hanami_server.services import KEY, Services
from hanami_server.settings import Settings
from hanami_server.telemetry.output import logging_config

GARBAGE = 10_000  # new objects before the youngest are looked through: sessions make many that go by themselves


class Server(uvicorn.Server):
    """Announces its address, and sets the application's stop event as soon as a signal comes.

    Without the event an endless stream of events would hold the server until its limit.
    """

    def __init__(self, config: uvicorn.Config, app: Quart) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say where."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what is there now stays: to look through it again and again would hold up every session
        gc.set_threshold(GARBAGE)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        print(f"Hanami listens on http://{host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let direct sessions say goodbye before their connections are closed."""
        parts: Services | None = self._app.extensions.get(KEY)
        if parts is not None:
            await parts.sessions.stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Tell the streams, then stop as uvicorn does."""
        self._app.shutdown_event.set()
        super().handle_exit(sig, frame)


def serve(app: Quart, settings: Settings) -> None:
    """Serve until a signal comes."""
    Server(configure(app, settings), app).run()


def configure(app: Quart, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves the application."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.session_frame_bytes,
        ws_ping_interval=settings.session_ping_seconds,
        ws_ping_timeout=settings.session_ping_seconds,
        ws_per_message_deflate=False,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=logging_config(settings),
        timeout_graceful_shutdown=settings.stop_seconds,
    )
