"""Direct sessions of the SDK: arrays in and out, and nothing lost or learned twice when connections are."""

import asyncio
import contextlib
import os
import signal
import socket
import threading

import numpy as np
import pytest
from hanami_engine import Network, Template
from hanami_sdk import (
    AsyncClient,
    Client,
    NotFoundError,
    Resend,
    SessionClosedError,
    UnauthorizedError,
    ValidationFailedError,
)
from hanami_sdk.errors import BY_STATUS, ApiError, NoAnswerError, error_of_kind
from hanami_sdk.sessions import dialogue
from hanami_server.process import server_process

from .conftest import ADMIN, PASSWORD, SETTINGS

TEMPLATE = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: x, size: 4}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: y, size: 3, values: class}
"""
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(300, 4)).astype(np.float32)
Y = RANDOM.integers(0, 3, 300)


class Cutter:
    """Between client and server: hands on what both say, and cuts the line when told, or after so many bytes."""

    def __init__(self, url):
        self.host, port = url.removeprefix("http://").split(":")
        self.port = int(port)
        self.cut_after = None
        self.cuts = 0
        self.lines, self.sockets, self.threads = [], [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.start(self.accept)

    def start(self, work, *args):
        self.threads.append(threading.Thread(target=work, args=args, daemon=True))
        self.threads[-1].start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection((self.host, self.port))
                self.lines.append((client, server))
                self.sockets += [client, server]
                for one, other in ((client, server), (server, client)):
                    self.start(self.carry, one, other)

    def carry(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(4096):
                if self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after < 0:
                        data = data[: len(data) // 2]
                        self.cut_after = None
                        other.sendall(data)
                        self.cut()
                        return
                other.sendall(data)
        for line in (one, other):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """Cut every line."""
        self.cuts += 1
        lines, self.lines = self.lines, []
        for pair in lines:
            for line in pair:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.cut()
        for thread in self.threads:
            thread.join(10)
        for one in (self.listener, *self.sockets):
            one.close()


@pytest.fixture
def cutter(server):
    line = Cutter(server.url)
    yield line
    line.close()


@pytest.fixture
def cluster(client):
    return client.clusters.create("c", template=TEMPLATE).id


def network_of(client, cluster, folder):
    kept = client.checkpoints.create(cluster, "now")
    client.checkpoints.download(kept.id, folder / "state")
    return (folder / "state").read_bytes()


def learned(*rows):
    network = Network(Template.parse(TEMPLATE))
    for row in rows:
        network.learn(X[row], int(Y[row]))
    return network.to_bytes()


def test_arrays_in_and_out(client, cluster):
    network = Network(Template.parse(TEMPLATE))
    with client.session(cluster) as session:
        assert session.id is not None
        for row in range(5):
            answer = session.learn_and_answer(X[row], Y[row])
            report = network.learn_many(X[row : row + 1], Y[row : row + 1], answer=True)
            np.testing.assert_array_equal(answer.outputs, report.outputs[0])
            assert answer.loss == np.float32(report.loss)
            assert answer.novelty == report.novelty[0]
        told = session.learn(X[5:20].tolist(), Y[5:20])
        np.testing.assert_array_equal(told.novelty, network.learn_many(X[5:20], Y[5:20]).novelty)
        assert told.outputs is None
        asked = session.request(X[:7])
        np.testing.assert_array_equal(asked.outputs, network.predict_many(X[:7]))
        assert np.isnan(asked.loss)
        np.testing.assert_array_equal(session.request([1, np.nan, 3, 4]).outputs, network.predict([1, np.nan, 3, 4]))


def test_a_cluster_without_a_template_learns_whatever_comes(client):
    cluster = client.clusters.create("new").id
    with client.session(cluster) as session:
        assert session.request([1, 2]).outputs.shape == (0,)
        session.learn([1, 2], 0)
        session.learn(np.array([1, 2, 3], np.uint8), 1)
        assert session.learn_and_answer([1.5, 2, 3, 4], 3).outputs.shape == (4,)
    assert client.clusters.get(cluster).statistics.samples == 3


def test_several_hexagons_by_their_names(client):
    template = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: flow, size: 2}
  - {position: [1, 2, 1], type: input, name: heat, size: 1}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: count, size: 1, values: int}
  - {position: [2, 1, 2], type: output, name: alarm, size: 2, values: bool}
axons:
  - {from: [1, 2, 1], to: [2, 1, 1]}
  - {from: [2, 1, 1], to: [2, 1, 2]}
"""
    cluster, network = client.clusters.create("two", template=template).id, Network(Template.parse(template))
    x, y = {"heat": [7], "flow": [1, 2]}, {"alarm": [True, False], "count": [2**64 - 1]}
    with client.session(cluster) as session:
        for _ in range(100):
            answer = session.learn_and_answer(x, y)
            network.learn(x, y)
        answer = session.request(x)
        assert answer.outputs["count"].tolist() == network.predict(x)["count"].tolist() == [2**64 - 1]
        assert answer.outputs["alarm"].tolist() == [True, False]
        with pytest.raises(ValidationFailedError, match="no values for the hexagon 'heat'"):
            session.request({"flow": [1, 2]})
        assert session.request(x).outputs["count"][0] == 2**64 - 1


def test_what_is_refused_does_not_end_the_session(client, cluster):
    with client.session(cluster) as session:
        for wrong in ([1, 2, 3], X[0, :2], np.zeros((2, 5))):
            with pytest.raises(ValidationFailedError, match="inputs"):
                session.request(wrong)
        with pytest.raises(ValidationFailedError, match="a class from 0 to 2"):
            session.learn(X[0], 3)
        for wrong in ("text", [["a"]], np.zeros((2, 2, 2)), [], {}):
            with pytest.raises((TypeError, ValueError)):
                session.request(wrong)
        with pytest.raises(ValueError, match="no request 99"):
            session.truth(99, 1)
        session.learn(X[0], 2)
    assert client.clusters.get(cluster).statistics.samples == 1


@pytest.mark.parametrize("kind", ["learn", "learn-and-answer", "request"])
def test_many_are_sent_ahead_of_their_answers(client, cluster, kind, tmp_path):
    network = Network(Template.parse(TEMPLATE))
    items = list(X) if kind == "request" else list(zip(X, Y, strict=True))
    seen = []
    with client.session(cluster) as session:
        assert session.stream(items, seen.append, kind) == len(items)
    for row, answer in enumerate(seen):
        if kind == "request":
            assert answer.outputs.shape == (3,)
            continue
        report = network.learn_many(X[row : row + 1], Y[row : row + 1], answer=True)
        assert answer.loss == np.float32(report.loss)
        if kind == "learn-and-answer":
            np.testing.assert_array_equal(answer.outputs, report.outputs[0])
    assert network_of(client, cluster, tmp_path) == network.to_bytes()


def test_errors_among_many(client, cluster):
    items = [(X[0], 0), (X[1], 7), (X[2], 1)]
    with client.session(cluster) as session:
        results = list(session.send_many(items, "learn", errors="yield"))
        assert [isinstance(result, ApiError) for result in results] == [False, True, False]
        with pytest.raises(ValidationFailedError):
            list(session.send_many(items, "learn"))
        assert session.request(X[0]).outputs.shape == (3,)  # what was ahead does not get in the way


@pytest.mark.parametrize("after", [1, 100, 700, 2000, 4000])
def test_a_lost_connection_comes_back(client, cluster, cutter, admin, after, tmp_path):
    """Wherever the line is cut, in whichever direction: every sample is learned once, every answer is there."""
    network = Network(Template.parse(TEMPLATE))
    with Client(cutter.url, **admin) as other, other.session(cluster) as session:
        first = session.id
        answers = []
        for number, answer in enumerate(session.send_many(zip(X, Y, strict=True), "learn")):
            answers.append(answer)
            if number in {30, 100} and cutter.cut_after is None:
                cutter.cut_after = after
        assert session.id == first
        assert cutter.cuts >= 1
    assert len(answers) == len(X)
    for row in range(len(X)):
        loss = network.learn(X[row], int(Y[row])).loss
        assert np.isnan(answers[row].loss) or answers[row].loss == np.float32(loss)
    assert network_of(client, cluster, tmp_path) == network.to_bytes()


def test_a_server_that_is_killed_loses_nothing(tmp_path):
    settings, data = SETTINGS | {"session_save_interval": "3600"}, tmp_path / "data"
    with server_process(data, settings) as first:
        port = first.url.rsplit(":", 1)[1]
        client = Client(first.url, user=ADMIN, password=PASSWORD)
        cluster = client.clusters.create("c", template=TEMPLATE).id
        session = client.session(cluster)
        session.__enter__()
        for row in range(20):
            session.learn(X[row], Y[row])
        session.save()
        for row in range(20, 50):
            session.learn(X[row], Y[row])
        kept = session.request(X[50], keep=True).request_id
        os.kill(first.pid, signal.SIGKILL)
    with server_process(data, settings | {"port": port}) as second:
        assert second.url == first.url
        session.learn(X[51], Y[51])
        session.truth(kept, Y[50])  # the server has forgotten the inputs; the client has not
        session.__exit__(None, None, None)
        assert client.clusters.get(cluster).statistics.samples == 52
        assert network_of(client, cluster, tmp_path) == learned(*range(50), 51, 50)
        client.close()


def test_much_that_is_not_saved_is_saved(client, cluster, monkeypatch):
    saves = []
    save = dialogue.Dialogue.save

    def counted(self):
        saves.append(self._unsafe_bytes)
        yield from save(self)

    monkeypatch.setattr(dialogue.Dialogue, "save", counted)
    with client.session(cluster, resend=Resend(bytes=1000)) as session:
        for _ in session.send_many(zip(X, Y, strict=True), "learn"):
            pass
        assert len(saves) >= 3
        assert max(saves) < 1000 + 20 * 64


def test_what_ends_a_session_for_good(client, cluster, server, admin):
    with pytest.raises(NotFoundError), client.session(client.tokens.identity().project_id and cluster.__class__(int=0)):
        pass
    with Client(server.url, token="x") as stranger, pytest.raises(UnauthorizedError), stranger.session(cluster):
        pass
    with client.session(cluster) as session:
        session.learn(X[0], 1)
        (seen,) = client.sessions.list(cluster)
        assert (seen.id, seen.connected, seen.learned) == (session.id, True, 1)
        client.sessions.delete(cluster, seen.id)
        with pytest.raises(SessionClosedError) as closed:
            session.learn(X[1], 1)
        assert closed.value.code == 4410
    with Client("http://127.0.0.1:9", token="x", retries=0) as nowhere, pytest.raises(NoAnswerError):
        nowhere.session(cluster, resend=Resend(attempts=0)).__enter__()


def test_on_an_event_loop(server, admin, client, cluster, tmp_path):
    async def run():
        async with AsyncClient(server.url, **admin) as speaker, speaker.session(cluster) as session:
            answer = await session.learn_and_answer(X[0], Y[0])
            assert answer.outputs.shape == (3,)
            await session.learn(X[1:4], Y[1:4])
            asked = await session.request(X[4], keep=True)
            await session.truth(asked.request_id, Y[4])
            await session.rest()
            await session.save()
            seen = []
            number = await session.stream(zip(X[5:60], Y[5:60], strict=True), seen.append)
            assert number == len(seen) == 55
            with pytest.raises(ValidationFailedError):
                await session.learn(X[0], 9)
            async for answer in session.send_many(X[:5], "request"):
                assert answer.outputs.shape == (3,)

    asyncio.run(run())
    assert network_of(client, cluster, tmp_path) == learned(*range(60))


def test_samples_without_a_session(client, cluster):
    told = client.samples.learn(cluster, X[:3].tolist(), Y[:3, None].tolist(), answer=True)
    assert (told.samples, len(told.answers[0].labels)) == (3, 3)
    asked = client.samples.request(cluster, [[1, None, 3, 4]], keep=True)
    assert client.samples.truth(cluster, asked.request_id, [[2]]).samples == 4
    with pytest.raises(NotFoundError):
        client.samples.truth(cluster, asked.request_id, [[2]])
    with pytest.raises(ValidationFailedError, match="input_hexagons"):
        client.samples.learn(cluster, [[1, 2, 3, 4]], [[1]], input_hexagons=["z"] * 4)


def test_every_kind_of_refusal_is_its_error():
    kinds = {403: "forbidden", 404: "not-found", 409: "conflict", 422: "validation-failed", 503: "unavailable"}
    for status, kind in kinds.items():
        assert type(error_of_kind(kind, "x", [])) is BY_STATUS[status]
    assert type(error_of_kind("new-kind", "x", [])) is ApiError
    assert error_of_kind("not-found", "cuda:0 is no host", []).title == "Not found"
