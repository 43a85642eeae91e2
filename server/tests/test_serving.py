"""How the server starts and stops."""

import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import httpx
import pytest
from hanami_server import process
from hanami_server.process import ANNOUNCEMENT

ENDLESS = """
from quart import Quart, Response, current_app
from hanami_server.serving import serve
from hanami_server.settings import Settings

app = Quart(__name__)
app.config["RESPONSE_TIMEOUT"] = None

@app.get("/")
async def stream():
    stopping = current_app.shutdown_event
    async def events():
        yield b"hello "
        await stopping.wait()
        yield b"goodbye"
    return Response(events())

serve(app, Settings(port=0, stop_seconds=120))
"""


def test_streams_are_told_before_the_server_stops():
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().removeprefix(ANNOUNCEMENT).strip()
            with httpx.stream("GET", url) as answer:
                received = answer.iter_bytes()
                assert next(received) == b"hello "
                os.kill(process.pid, signal.SIGTERM)
                assert b"".join(received) == b"goodbye"
        finally:
            process.terminate()


def test_nothing_answers_after_the_stop(fresh_server):
    first = fresh_server()
    fresh_server()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first.url}/livez")


def test_an_interrupt_while_a_server_is_started_leaves_none(tmp_path, monkeypatch):
    started = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            started.append(self)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(process, "subprocess", SimpleNamespace(Popen=Interrupted, PIPE=subprocess.PIPE))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # the background of a shell ignores it
    try:
        with pytest.raises(KeyboardInterrupt), process.server_process(tmp_path, {}):
            pytest.fail("it was not interrupted")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert [one.poll() is not None for one in started] == [True]
