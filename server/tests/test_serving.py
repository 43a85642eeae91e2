"""How the server starts and stops."""

import os
import signal
import subprocess
import sys

import httpx
import pytest
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
