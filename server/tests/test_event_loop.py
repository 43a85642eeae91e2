"""The event loop is never held up: no callback takes longer than 2 ms of it while 50 sessions learn and ask.

What a callback takes is the time that its thread really ran: what others do on the machine does not count.
"""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hanami_server.app import create_app
from hanami_server.serving import Server, configure
from hanami_server.settings import Settings

from .talk import LEARN, LEARN_AND_ANSWER, REQUEST, Talk
from .test_session_safety import ROOT, logged_in

SESSIONS, CLUSTERS, ROUNDS = 50, 5, 20
WARM = 10  # rounds in which networks are laid out, and nobody knows yet what they cost
LONGEST = 0.002  # seconds


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A server on a thread of this process; gives its address and what its callbacks took."""
    seen = SimpleNamespace(url="", taken=[], watching=False, thread=None)
    run = asyncio.Handle._run

    def timed(handle):
        if not seen.watching or threading.get_ident() != seen.thread:
            return run(handle)
        what, began = repr(handle), time.thread_time()
        try:
            return run(handle)
        finally:
            seen.taken.append((time.thread_time() - began, what))

    monkeypatch.setattr(asyncio.Handle, "_run", timed)
    settings = Settings(data_dir=tmp_path, port=0, log_level="warning", **ROOT)
    app = create_app(settings)
    server = Server(configure(app, settings), app)

    async def serve():
        seen.thread = threading.get_ident()
        await server.serve()

    def work():
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    seen.url = f"http://{host}:{port}"
    yield seen
    server.should_exit = True
    thread.join()


def test_no_callback_takes_two_milliseconds(watched):
    random = np.random.default_rng(0)
    samples, labels = random.integers(0, 256, (ROUNDS, 784)).astype(np.uint8), random.integers(0, 10, ROUNDS)
    with logged_in(SimpleNamespace(url=watched.url)) as client:
        token = client.headers["Authorization"]
        clusters = [client.post("/v1/clusters", json={"name": "c"}).json()["id"] for _ in range(CLUSTERS)]
        sessions = [Talk(watched.url, clusters[number % CLUSTERS], token) for number in range(SESSIONS)]
        for session in sessions:
            session.open(inputs=[{"width": 784}])

        def play(session, rounds):
            for row in rounds:
                kind = (LEARN, LEARN_AND_ANSWER, REQUEST)[row % 3]
                heard = session.say(kind, samples[row], None if kind == REQUEST else labels[row], dtype="u1")
                assert heard["type"] == "answer", heard

        with ThreadPoolExecutor(SESSIONS) as pool:
            list(pool.map(lambda session: play(session, range(WARM)), sessions))
            watched.watching = True
            list(pool.map(lambda session: play(session, range(WARM, ROUNDS)), sessions))
            watched.watching = False
        for session in sessions:
            session.socket.close()
    assert len(watched.taken) >= SESSIONS * (ROUNDS - WARM)
    longest, what = max(watched.taken)
    assert longest < LONGEST, what
