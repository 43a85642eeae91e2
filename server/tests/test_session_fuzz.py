"""Frames that no good client sends: always a documented error or close, never a crash, and no memory lost.

`make fuzz` tries 100,000; HANAMI_FUZZ_FRAMES says how many.
"""

import json
import os

import httpx
import numpy as np
import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from .talk import HEADER, LEARN, TEMPLATE, Talk, frame
from .test_session_safety import ROOT, logged_in, make_cluster

pytestmark = pytest.mark.process

FRAMES = int(os.environ.get("HANAMI_FUZZ_FRAMES", "1500"))
KINDS = {"validation-failed", "conflict", "not-found", "forbidden", "unavailable"}
CODES = {1000, 1007, 1008, 1009, 1002}
ORDERS = [
    {"type": "layout", "inputs": [{"hexagon": "x", "width": 4}]},
    {"type": "layout", "targets": [{"width": 1, "dtype": "uint8"}]},
    {"type": "layout", "targets": [{"width": 1, "dtype": "uint64"}]},
    {"type": "rest", "sequence": 0},
    {"type": "save"},
    {"type": "close"},
    {"type": "open"},
]


def mutated(random, data):
    """Bytes with a few of them changed, left out, doubled or added."""
    data = bytearray(data)
    for _ in range(random.integers(1, 4)):
        at = int(random.integers(0, len(data) + 1))
        match random.integers(0, 5):
            case 0 if data:
                data[at % len(data)] = random.integers(0, 256)
            case 1:
                del data[at : at + int(random.integers(1, 9))]
            case 2:
                data[at:at] = random.bytes(int(random.integers(1, 9)))
            case 3 if data:
                data[at % len(data)] ^= 1 << int(random.integers(0, 8))
            case _:
                data[at:at] = data[: int(random.integers(0, 20))]
    return bytes(data)


def noise(random):
    return random.bytes(int(random.integers(0, 64)))


def wild_header(random):
    fields = [int(random.integers(0, 2**bits, dtype=np.uint64)) for bits in (8, 8, 16, 32, 63)]
    return HEADER.pack(*fields) + noise(random)


def order(random):
    return json.dumps(ORDERS[random.integers(0, len(ORDERS))])


def mutated_order(random):
    return mutated(random, order(random).encode()).decode("latin-1")


def strange_values(random):
    values = random.choice([np.nan, np.inf, -np.inf, 3e38, -1e-45, 0.0, 1e9], (2, 4))
    return frame(int(random.integers(1, 4)), values, random.choice([0, 1, 2, 3, -1, np.nan, 1e30], 2))


def mutated_frame(random):
    return mutated(random, frame(int(random.integers(1, 4)), random.normal(size=(1, 4)), [random.integers(0, 3)]))


def truth(random):
    return frame(4, y=[random.integers(0, 3)], request=int(random.integers(0, 4)))


def request(random):
    return frame(1, random.normal(size=(1, 4)), request=int(random.integers(0, 4)))


MESSAGES = [noise, wild_header, order, mutated_order, strange_values, mutated_frame, truth, request]


def expect_documented(closed):
    """A session that is ended is ended with a code of the protocol."""
    assert closed.rcvd is not None, "the server hung up without a word"
    assert closed.rcvd.code in CODES, closed.rcvd


def goes_on(session):
    """Read what is there up to the answer to a question of our own; False where the session ended."""
    try:
        session.order(type="save")
        while (heard := session.next())["type"] != "saved":
            if heard["type"] == "error":
                assert heard["kind"] in KINDS
            if heard["type"] == "answer":
                assert all(np.isfinite(part).all() for part in heard.outputs.values())
    except ConnectionClosed as closed:
        expect_documented(closed)
        return False
    return True


@pytest.mark.timeout(3600)
def test_any_frame_has_a_documented_end(fresh_server):
    server = fresh_server(**ROOT, session_resume_seconds="1", truth_requests="100")  # what is kept is soon all there is
    random, session, memory = np.random.default_rng(FRAMES), None, []
    with logged_in(server) as member:
        token, cluster = member.headers["Authorization"], make_cluster(member, TEMPLATE)
    process = psutil.Process(server.pid)
    for number in range(FRAMES):
        if session is None:
            session = Talk(server.url, cluster, token)
            session.open()
        said = MESSAGES[random.integers(0, len(MESSAGES))](random)
        try:
            session.socket.send(said)
        except ConnectionClosed as closed:
            expect_documented(closed)
            session = None
            continue
        if number % 7 == 0 and not goes_on(session):
            session = None
        if number in {FRAMES // 3, FRAMES - 1}:
            memory.append(process.memory_info().rss)
    if session is not None:
        session.socket.close()
    assert memory[1] - memory[0] < 32 << 20
    assert httpx.get(f"{server.url}/readyz").status_code == 200
    with Talk(server.url, cluster, token) as after:
        after.open()
        assert after.say(LEARN, np.ones((1, 4)), [1])["type"] == "answer"
