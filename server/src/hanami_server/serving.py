"""Serves the application with uvicorn, and lets streams know early that the server stops."""

import gc
import signal
import socket
from types import FrameType

import uvicorn
from quart import Quart
from quart.typing import Event

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
        """Start the application, listen, then say where; a signal in the meantime ends that, with nothing left open.

        Raises
        ------
        StartError
            The application does not start.
        SystemExit
            The address cannot be listened on; uvicorn has logged why.
        """
        if self.should_exit:
            return
        await self._app.startup()
        try:
            if not self.should_exit:
                await super().startup(sockets)
        finally:
            if not self.started:
                await self._app.shutdown()
        if self.started:
            self._announce()

    def _announce(self) -> None:
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
        if not self.force_exit:
            await self._app.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Tell the streams, then stop as uvicorn does."""
        stopping: Event | None = getattr(self._app, "shutdown_event", None)  # made when the application starts
        if stopping is not None:
            stopping.set()
        super().handle_exit(sig, frame)


def serve(app: Quart, settings: Settings) -> None:
    """Serve until a signal comes; when all is closed, the signal ends the process as it ends other programs."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # else Python would raise KeyboardInterrupt instead
    Server(configure(app, settings), app).run()


def configure(app: Quart, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves the application."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        lifespan="off",  # `Server` starts and stops the application, and so meets the errors of its start
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
