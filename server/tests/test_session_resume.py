"""What a client learned is learned exactly once, whatever happens to its connection or to the server."""

import os
import signal
import socket
import struct
import threading
import time
from uuid import uuid4

import numpy as np
import psutil
import pytest
from hanami_engine import Network, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .talk import LEARN, LEARN_AND_ANSWER, REQUEST, TEMPLATE, TRUTH, Talk, frame, network_of
from .test_session_safety import ROOT, logged_in, make_cluster

X = np.random.default_rng(3).normal(size=(200, 4)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.float32)


@pytest.fixture
def place(server, member):
    """A cluster of the shared server, and how to speak to it."""
    return server.url, make_cluster(member), member.headers["Authorization"]


def learned(*rows):
    network = Network(Template.parse(TEMPLATE))
    for row in rows:
        network.learn(X[row], int(Y[row]))
    return network.to_bytes()


def cut(session):
    """Lose the connection, without a word."""
    session.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    session.socket.socket.shutdown(socket.SHUT_RD)  # else the thread that reads would not notice
    session.socket.recv_events_thread.join(5)
    session.socket.socket.close()


@pytest.mark.process
def test_who_is_gone_takes_so_much_memory_and_no_more(place, server, member):
    """Inputs of 64 sessions without a connection, of eight MiB each: half of them are kept."""
    url, _, token = place
    cluster = member.post("/v1/clusters", json={"name": "c"}).json()["id"]
    before, process = psutil.Process(server.pid).memory_info().rss, psutil.Process(server.pid)
    known = []
    for _ in range(64):
        session = Talk(url, cluster, token)
        known.append(session.open(inputs=[{"width": 2048}]).session_id)
        for request in range(1, 3):
            heard = session.say(REQUEST, np.ones((511, 2048), np.float32), request=request)
            assert heard["type"] == "answer", heard
        cut(session)
    assert process.memory_info().rss - before < 400 << 20
    resumed = []
    for session_id in known:
        with Talk(url, cluster, token) as session:
            resumed.append(session.open(session_id=session_id).resumed)
    assert resumed[-20:] == [True] * 20
    assert not any(resumed[:20])


def test_a_lost_connection_is_taken_up_again(place, member):
    first = Talk(*place)
    opened = first.open()
    for row in range(5):
        first.say(LEARN_AND_ANSWER, X[row], Y[row])
    first.say(REQUEST, X[5], request=9)
    answers = [first.say(REQUEST, X[row]) for row in range(6, 8)]
    cut(first)
    with Talk(*place) as second:
        again = second.open(session_id=opened.session_id, received=6)
        assert (again.resumed, again.session_id, again.sequence) == (True, opened.session_id, 8)
        assert again.forgotten == 6
        for answer in answers:  # those that may have been lost are told again
            heard = second.hear("answer")
            assert heard.sequence == answer.sequence
            np.testing.assert_array_equal(heard.outputs["y"], answer.outputs["y"])
        assert second.say(TRUTH, y=[Y[5]], request=9)["type"] == "answer"  # it is still known
        assert second.say(LEARN, X[6], Y[6]).sequence == 10
    assert network_of(member, place[1]) == learned(0, 1, 2, 3, 4, 5, 6)


def test_a_second_connection_takes_the_session_over(place, member):
    with Talk(*place) as first, Talk(*place) as second:
        opened = first.open()
        first.say(LEARN, X[0], Y[0])
        again = second.open(session_id=opened.session_id, received=1)
        assert (again.resumed, again.sequence) == (True, 1)
        assert first.end()[0] == 4409
        second.say(LEARN, X[1], Y[1])
    assert network_of(member, place[1]) == learned(0, 1)


def test_an_unknown_session_begins_anew(place, new_user, server):
    with Talk(*place) as session:
        opened = session.open(session_id=str(uuid4()))
        assert (opened.resumed, opened.sequence) == (False, 0)
        session.say(LEARN, X[0], Y[0])
        session.order(type="save")
        session.hear("saved")
        del new_user, server


def test_a_session_is_its_owners_alone(place, new_user, member, admin):
    """Also an admin, who sees the cluster, does not go on with somebody else's session."""
    with Talk(*place) as session:
        opened = session.open()
        session.say(LEARN, X[0], Y[0])
        session.order(type="save")
        session.hear("saved")
        with Talk(*place[:2], admin.headers["Authorization"]) as other:
            assert not other.open(session_id=opened.session_id).resumed
        assert session.say(LEARN, X[1], Y[1])["type"] == "answer"


@pytest.mark.process
def test_item_34_what_is_sent_again_after_a_crash_is_learned_once(fresh_server):
    process = fresh_server(**ROOT, session_save_interval="3600")
    with logged_in(process) as client:
        cluster = make_cluster(client)
        session = Talk(process.url, cluster, client.headers["Authorization"])
        opened = session.open()
        for row in range(10):
            session.say(LEARN, X[row], Y[row])
        session.order(type="save")
        assert session.hear("saved").sequence == 10
        for row in range(10, 25):
            session.say(LEARN, X[row], Y[row])
        os.kill(process.pid, signal.SIGKILL)
        assert session.end()[0] == 1006
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        assert client.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 10
        with Talk(process.url, cluster, client.headers["Authorization"]) as session:
            again = session.open(session_id=opened.session_id, received=25)
            assert (again.resumed, again.sequence, again.durable) == (True, 10, 10)
            for row in range(10, 25):
                assert session.say(LEARN, X[row], Y[row], sequence=row + 1)["type"] == "answer"
        assert network_of(client, cluster) == learned(*range(25))


@pytest.mark.process
def test_samples_are_saved_every_interval(fresh_server):
    process = fresh_server(**ROOT, session_save_interval="0.5")
    with logged_in(process) as client:
        cluster = make_cluster(client)
        session = Talk(process.url, cluster, client.headers["Authorization"])
        session.open()
        for row in range(7):
            session.say(LEARN, X[row], Y[row])
        durable = 0
        while durable < 7:
            durable = session.hear("saved").sequence
        os.kill(process.pid, signal.SIGKILL)
        session.end()
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        assert network_of(client, cluster) == learned(*range(7))


def test_a_session_that_left_is_saved(place, member):
    with Talk(*place) as session:
        opened = session.open()
        session.say(LEARN, X[0], Y[0])
    path = f"/v1/clusters/{place[1]}/sessions"
    deadline = time.monotonic() + 60
    while member.get(path).json()["items"][0]["connected"]:
        assert time.monotonic() < deadline
    with Talk(*place) as session:
        assert session.open(session_id=opened.session_id, received=1).durable == 1


@st.composite
def scripts(draw):
    """What some sessions do, in the order in which they do it."""
    sessions = draw(st.integers(1, 3))
    acts = st.sampled_from(["learn", "batch", "answer", "ask", "truth", "cut", "half", "bad", "save", "fragments"])
    return sessions, draw(st.lists(st.tuples(st.integers(0, sessions - 1), acts), min_size=1, max_size=25))


class Player:
    """One session of a script, and what the engine alone would have done."""

    def __init__(self, place, network):
        self.place, self.network = place, network
        self.session, self.id, self.received, self.waiting = None, None, 0, {}

    def act(self, name, row):
        if self.session is None:
            self.session = Talk(*self.place)
            opened = self.session.open(**({"session_id": self.id} if self.id else {}), received=self.received)
            assert opened.resumed == (self.id is not None and self.received > 0) or not self.received
            self.id, self.received = opened.session_id, max(self.received, opened.sequence)
        getattr(self, name)(row)

    def say(self, *args, **more):
        heard = self.session.say(*args, **more)
        self.received = heard.sequence
        return heard

    def learn(self, row):
        heard = self.say(LEARN, X[row], Y[row])
        assert heard.loss == np.float32(self.network.learn(X[row], int(Y[row])).loss)

    def batch(self, row):
        self.say(LEARN, X[row : row + 4], Y[row : row + 4])
        self.network.learn_many(X[row : row + 4], Y[row : row + 4])

    def answer(self, row):
        heard = self.say(LEARN_AND_ANSWER, X[row], Y[row])
        report = self.network.learn_many(X[row : row + 1], Y[row : row + 1], answer=True)
        np.testing.assert_array_equal(heard.outputs["y"], report.outputs)

    def ask(self, row):
        heard = self.say(REQUEST, X[row], request=row + 1)
        self.waiting[row + 1] = row
        np.testing.assert_array_equal(heard.outputs["y"][0], self.network.predict(X[row]))

    def truth(self, _):
        for request, row in list(self.waiting.items())[:1]:
            assert self.say(TRUTH, y=[Y[row]], request=request)["type"] == "answer"
            self.network.learn(X[row], int(Y[row]))
            del self.waiting[request]

    def bad(self, row):
        assert self.say(LEARN, X[row], 77)["type"] == "error"

    def save(self, _):
        self.session.order(type="save")
        self.session.hear("saved")

    def fragments(self, row):
        whole = frame(LEARN, X[row], Y[row])
        self.session.socket.send(whole[i : i + 5] for i in range(0, len(whole), 5))
        self.received = self.session.hear("answer").sequence
        self.network.learn(X[row], int(Y[row]))

    def cut(self, _):
        cut(self.session)
        self.session = None

    def half(self, row):
        """Lose the connection in the middle of a frame: it was never sent."""
        whole = frame(LEARN, X[row], Y[row])
        head = bytes([0x82, 0x80 | len(whole), 0, 0, 0, 0])
        self.session.socket.socket.sendall(head + whole[:20])
        self.cut(row)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(script=scripts())
def test_any_interleaving_is_a_sequence(script, server, member):
    """Frames, fragments, lost connections, several sessions: the network is the one of the engine alone, to the bit."""
    number, acts = script
    cluster = make_cluster(member)
    network = Network(Template.parse(TEMPLATE))
    players = [Player((server.url, cluster, member.headers["Authorization"]), network) for _ in range(number)]
    for row, (player, name) in enumerate(acts):
        players[player].act(name, row)
    assert network_of(member, cluster) == network.to_bytes()
    for player in players:
        if player.session is not None:
            player.session.socket.close()


def test_sessions_at_the_same_time_are_one_sequence(server, member):
    """Threads that learn at once: the answers tell in which order it was, and the engine confirms it."""
    cluster, token = make_cluster(member), member.headers["Authorization"]
    heard = {}

    def learn(which):
        with Talk(server.url, cluster, token) as session:
            session.open()
            for row in range(which * 30, which * 30 + 30):
                heard[row] = session.say(LEARN_AND_ANSWER, X[row], Y[row])

    threads = [threading.Thread(target=learn, args=(which,)) for which in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    network, places = Network(Template.parse(TEMPLATE)), [0, 30, 60]
    for _ in range(90):
        before = network.to_bytes()
        for which, row in enumerate(places):
            if row == which * 30 + 30:
                continue
            trial = Network.from_bytes(before)
            report = trial.learn_many(X[row : row + 1], Y[row : row + 1], answer=True)
            answer = heard[row]
            if np.array_equal(answer.outputs["y"], report.outputs) and answer.loss == np.float32(report.loss):
                network, places[which] = trial, row + 1
                break
        else:
            pytest.fail(f"no session can have been the next one after {places}")
    assert network_of(member, cluster) == network.to_bytes()
