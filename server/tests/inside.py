"""A real server on a real port, on a thread of this process: tests start it in no time and reach into it."""

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import uvloop
from hanami_server import serving
from hanami_server.app import create_app
from hanami_server.process import CHEAP_PASSWORDS
from hanami_server.serving import Server, configure
from hanami_server.settings import Settings
from quart import Quart


@dataclass
class ServerThread:
    """A running server; what tests of a process know as well is named alike."""

    url: str
    thread: int
    app: Quart
    data_dir: Path


def settings_of(given):
    """Return settings as a process would read them from its environment, where nothing else is set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(f"HANAMI_{name.upper()}", raising=False)
        for name, value in given.items():
            patch.setenv(f"HANAMI_{name.upper()}", str(value))
        return Settings()


@contextmanager
def server_thread(data_dir, given):
    """Serve until the end of the block, with settings by field name; the log goes where that of the tests goes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "logging_config", lambda _: None)
        with served(settings_of(CHEAP_PASSWORDS | {"port": "0", **given, "data_dir": str(data_dir)})) as inside:
            yield inside


@contextmanager
def served(settings, loop_factory=uvloop.new_event_loop):
    """Serve until the end of the block; the loop may be one whose callbacks can be watched."""
    app = create_app(settings)
    server = Server(configure(app, settings), app)
    running = SimpleNamespace(thread=None, loop=None)

    async def serve():
        running.thread, running.loop = threading.get_ident(), asyncio.get_running_loop()
        await server.serve()

    def work():
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(serve())

    with ThreadPoolExecutor(1) as pool:
        end = pool.submit(work)
        try:
            yield _ready(server, end, running, app, settings.data_dir)
        finally:
            if not end.done():
                running.loop.call_soon_threadsafe(server.handle_exit, signal.SIGTERM, None)
        end.result()


def _ready(server, end, running, app, data_dir):
    """Wait until a server is ready."""
    while not server.started and not end.done():
        time.sleep(0.005)
    if not server.started:
        end.result()
        raise RuntimeError("the server did not start")
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    url = f"http://{host}:{port}"
    while httpx.get(f"{url}/readyz", timeout=60).status_code != 200:
        time.sleep(0.05)
    return ServerThread(url, running.thread, app, data_dir)
