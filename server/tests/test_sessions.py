"""Direct sessions: what the protocol promises, spoken frame by frame."""

import json
import time
from contextlib import closing

import httpx
import numpy as np
import pytest
from hanami_engine import Network, Template

from .talk import HEADER, LEARN, LEARN_AND_ANSWER, REQUEST, TEMPLATE, TRUTH, Talk, frame, network_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 4)).astype(np.float32)
Y = RANDOM.integers(0, 3, 40).astype(np.float32)
EVERYTHING = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: flow, size: 2}
  - {position: [1, 2, 1], type: input, name: heat, size: 3}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: kind, size: 3, values: class}
  - {position: [3, 1, 2], type: output, name: count, size: 1, values: int}
  - {position: [2, 1, 2], type: output, name: level, size: 2, values: real}
  - {position: [1, 1, 2], type: output, name: alarm, size: 1, values: bool}
axons:
  - {from: [1, 2, 1], to: [2, 1, 1]}
  - {from: [2, 1, 1], to: [3, 1, 2]}
  - {from: [2, 1, 1], to: [2, 1, 2]}
  - {from: [2, 1, 1], to: [1, 1, 2]}
"""


def refusal(heard):
    """Kind, and the fields at fault."""
    assert heard["type"] == "error"
    return heard["kind"], [error["field"] for error in heard["errors"]]


@pytest.fixture
def new_cluster(member):
    def create(template=TEMPLATE, seed=0):
        answer = member.post("/v1/clusters", json={"name": "c", "template": template, "seed": seed})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return create


@pytest.fixture
def talk(member, server):
    """Speak to a cluster."""
    open_now = []

    def connect(cluster, **more):
        open_now.append(Talk(server.url, cluster, member.headers["Authorization"], **more))
        return open_now[-1]

    yield connect
    for one in open_now:
        one.socket.close()


def test_the_first_act_of_an_untrained_cluster_is_to_learn(talk, member):
    cluster = member.post("/v1/clusters", json={"name": "new"}).json()["id"]
    with talk(cluster) as session:
        opened = session.open(inputs=[{"width": 4}])
        assert opened.sequence == opened.durable == 0
        assert not opened.resumed
        for row in range(3):
            assert session.say(LEARN, X[row], row).loss >= 0
        answer = session.say(REQUEST, X[0])
        assert answer.outputs["3,1,1"].shape == (1, 3)
        assert answer.outputs["3,1,1"].sum() == pytest.approx(1)
    assert member.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 3


def test_a_cluster_that_knows_nothing_answers_nothing_at_once(talk, member):
    cluster = member.post("/v1/clusters", json={"name": "new"}).json()["id"]
    with talk(cluster) as session:
        session.open(inputs=[{"width": 2}])
        answer = session.say(REQUEST, [[1, 2]])
        assert answer.outputs["3,1,1"].shape == (1, 0)
        assert answer.novelty.tolist() == [2]
        assert np.isnan(answer.loss)


@pytest.mark.parametrize("rows", [1, 7])
def test_sessions_do_what_the_engine_does(talk, member, new_cluster, rows):
    cluster, network = new_cluster(seed=5), Network(Template.parse(TEMPLATE), seed=5)
    with talk(cluster) as session:
        session.open()
        for start in range(0, 35, rows):
            x, y = X[start : start + rows], Y[start : start + rows]
            kind = (LEARN, LEARN_AND_ANSWER)[start % 2]
            answer = session.say(kind, x, y)
            report = network.learn_many(x, y, answer=True)
            assert answer.loss == np.float32(report.loss)
            np.testing.assert_array_equal(answer.novelty, report.novelty)
            if kind == LEARN_AND_ANSWER:
                np.testing.assert_array_equal(answer.outputs["y"], report.outputs)
            asked = session.say(REQUEST, x)
            np.testing.assert_array_equal(asked.outputs["y"], network.predict_many(x))
            assert asked.sequence == answer.sequence + 1
    assert network_of(member, cluster) == network.to_bytes()


def test_octets_are_learned_as_they_are(talk, member, new_cluster):
    cluster, network = new_cluster(), Network(Template.parse(TEMPLATE))
    octets = RANDOM.integers(0, 256, (5, 4)).astype(np.uint8)
    with talk(cluster) as session:
        session.open()
        session.say(LEARN, octets, [0, 1, 2, 0, 1], dtype="u1")
    network.learn_many(octets, [0, 1, 2, 0, 1])
    assert network_of(member, cluster) == network.to_bytes()


def test_several_hexagons_stand_one_after_the_other(talk, member, new_cluster):
    cluster, network = new_cluster(EVERYTHING), Network(Template.parse(EVERYTHING))
    flow, heat = X[:6, :2], RANDOM.normal(size=(6, 3)).astype("<f4")
    kind, count = np.array([0, 1, 2, 0, 1, 2], "u1"), np.array([2**64 - 1, 0, 7, 2**63, 1, 2], "<u8")
    level, alarm = X[:6, 2:].copy(), np.array([0, 1, 1, 0, 0, 1], "u1")
    layout = [
        {"hexagon": "alarm", "width": 1, "dtype": "uint8"},
        {"hexagon": "kind", "width": 1, "dtype": "uint8"},
        {"hexagon": "level", "width": 2},
        {"hexagon": "count", "width": 1, "dtype": "uint64"},
    ]
    with talk(cluster) as session:
        opened = session.open(inputs=[{"hexagon": "heat", "width": 3}, {"hexagon": "flow", "width": 2}], targets=layout)
        assert [(part["hexagon"], part["values"], part["dtype"]) for part in opened.shape["answers"]] == [
            ("kind", "class", "float32"),
            ("count", "int", "uint64"),
            ("level", "real", "float32"),
            ("alarm", "bool", "uint8"),
        ]
        for _ in range(30):
            parts = (heat, flow, alarm, kind, level, count)
            session.socket.send(HEADER.pack(LEARN_AND_ANSWER, 1, 6, 0, 0) + b"".join(map(bytes, parts)))
            answer = session.hear("answer", "error")
            report = network.learn_many(
                {"flow": flow, "heat": heat},
                {"kind": kind, "count": count[:, None], "level": level, "alarm": alarm[:, None]},
                answer=True,
            )
            for name, values in report.outputs.items():
                np.testing.assert_array_equal(answer.outputs[name], values)
        np.testing.assert_array_equal(answer.outputs["count"][:, 0], count)
    assert network_of(member, cluster) == network.to_bytes()


def test_the_truth_may_come_later(talk, member, new_cluster):
    cluster, network = new_cluster(), Network(Template.parse(TEMPLATE))
    with talk(cluster) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        session.say(REQUEST, X[1:3], request=7)
        session.say(REQUEST, X[3], request=8)
        session.say(LEARN, X[4], 2)
        assert refusal(session.say(TRUTH, y=[1], request=7)) == ("validation-failed", ["rows"])
        learned = session.say(TRUTH, y=[2, 0], request=7, rows=2)
        assert (learned.kind, learned.id, learned.rows) == (TRUTH, 7, 2)
        session.say(TRUTH, y=[0], request=8)
        for unknown in (7, 8, 9, 0):
            assert refusal(session.say(TRUTH, y=[0], request=unknown)) == ("not-found", [])
    for x, y in ((X[:1], [1]), (X[4:5], [2]), (X[1:3], [2, 0]), (X[3:4], [0])):
        network.learn_many(x, y)
    assert network_of(member, cluster) == network.to_bytes()


def test_only_so_many_requests_wait_for_their_truth(fresh_server):
    process = fresh_server(admin_user="root", admin_password="a long enough one", truth_requests="3")
    with closing(own_client(process)) as client:
        cluster = client.post("/v1/clusters", json={"name": "c", "template": TEMPLATE}).json()["id"]
        with Talk(process.url, cluster, client.headers["Authorization"]) as session:
            session.open()
            session.say(LEARN, X[0], 1)
            for request in range(1, 6):
                session.say(REQUEST, X[request], request=request)
            heard = [session.say(TRUTH, y=[0], request=request)["type"] for request in range(1, 5)]
            assert heard == ["error", "error", "answer", "answer"]


def test_requests_wait_only_so_long_for_their_truth(fresh_server):
    process = fresh_server(admin_user="root", admin_password="a long enough one", truth_seconds="1")
    with closing(own_client(process)) as client:
        cluster = client.post("/v1/clusters", json={"name": "c", "template": TEMPLATE}).json()["id"]
        with Talk(process.url, cluster, client.headers["Authorization"]) as session:
            session.open()
            session.say(REQUEST, X[0], request=5)
            time.sleep(1.1)
            assert refusal(session.say(TRUTH, y=[0], request=5)) == ("not-found", [])


def own_client(process):
    client = httpx.Client(base_url=process.url, timeout=60)
    login = {"user_id": "root", "password": "a long enough one"}
    client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=login).json()['token']}"
    return client


def test_answers_come_in_the_order_of_frames(talk, new_cluster):
    with talk(new_cluster()) as session:
        session.open()
        for number in range(1, 33):
            session.send(LEARN_AND_ANSWER, X[number % 40], Y[number % 40], request=1000 + number)
        heard = [session.hear("answer") for _ in range(32)]
    assert [(answer.sequence, answer.id) for answer in heard] == [(n, 1000 + n) for n in range(1, 33)]


@pytest.mark.parametrize(
    ("bad", "kind", "field"),
    [
        (frame(LEARN, [[1, 2, 3]], [1]), "validation-failed", "inputs"),
        (frame(LEARN, [[1, 2, 3, 4, 5, 6]], [1]), "validation-failed", "inputs"),
        (frame(REQUEST, [[1, 2, 3, 4]], [1]), "validation-failed", "inputs"),
        (frame(LEARN, X[:2], [1]), "validation-failed", "inputs"),
        (frame(LEARN, X[:1], [3]), "validation-failed", "targets"),
        (frame(LEARN, X[:1], [np.nan]), "validation-failed", "targets"),
        (frame(LEARN, X[:1], [0.5]), "validation-failed", "targets"),
        (HEADER.pack(REQUEST, 1, 0, 0, 0), "validation-failed", "rows"),
        (frame(REQUEST, np.zeros((1025, 4))), "validation-failed", "rows"),
    ],
    ids=["few", "many", "too much", "a target is missing", "class", "nan class", "half", "no rows", "too many rows"],
)
def test_what_cannot_be_learned_changes_nothing_and_ends_nothing(talk, member, new_cluster, bad, kind, field):
    cluster, network = new_cluster(), Network(Template.parse(TEMPLATE))
    with talk(cluster) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        session.socket.send(bad)
        assert refusal(session.hear("answer", "error")) == (kind, [field])
        session.say(LEARN, X[1], 2)
    network.learn_many(X[:2], [1, 2])
    assert network_of(member, cluster) == network.to_bytes()


def test_missing_and_broken_readings_are_taken(talk, member, new_cluster):
    cluster, network = new_cluster(), Network(Template.parse(TEMPLATE))
    rows = np.array([[np.nan, 1, 2, 3], [np.inf, -np.inf, 3e38, 1], [np.nan] * 4], "<f4")
    with talk(cluster) as session:
        session.open()
        assert np.isfinite(session.say(LEARN, rows, [0, 1, 2]).loss)
        assert np.isfinite(session.say(REQUEST, rows).outputs["y"]).all()
    network.learn_many(rows, [0, 1, 2])
    assert network_of(member, cluster) == network.to_bytes()


@pytest.mark.parametrize(
    ("layout", "field"),
    [
        ({"inputs": [{"hexagon": "z", "width": 4}]}, "inputs[0].hexagon"),
        ({"inputs": [{"hexagon": "x", "width": 5}]}, "inputs[0].width"),
        ({"inputs": [{"width": 4}, {"hexagon": "x", "width": 4}]}, "inputs[1].hexagon"),
        ({"targets": [{"hexagon": "y", "width": 2}]}, "targets[0].width"),
        ({"targets": [{"hexagon": "x", "width": 1}]}, "targets[0].hexagon"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(talk, new_cluster, layout, field):
    with talk(new_cluster()) as session:
        session.open()
        session.order(type="layout", **layout)
        assert refusal(session.hear("shape", "error")) == ("validation-failed", [field])
        assert session.say(LEARN, X[0], 1)["type"] == "answer"


def test_data_may_become_wider(talk, member):
    cluster, network = member.post("/v1/clusters", json={"name": "open"}).json()["id"], Network()
    with talk(cluster) as session:
        session.open(inputs=[{"width": 2}])
        session.say(LEARN, X[0, :2], 0)
        session.order(type="layout", inputs=[{"width": 4}])
        assert session.hear("shape").inputs == [{"hexagon": "1,1,1", "width": 4}]
        session.say(LEARN, X[1], 2)
        shape = session.say(LEARN_AND_ANSWER, X[2], 4)
        assert shape.outputs["3,1,1"].shape == (1, 5)
    for x, y in ((X[:1, :2], [0]), (X[1:2], [2]), (X[2:3], [4])):
        network.learn_many(x, y)
    assert network_of(member, cluster) == network.to_bytes()


def test_what_was_learned_is_saved_when_asked(talk, new_cluster):
    with talk(new_cluster()) as session:
        session.open()
        session.order(type="save")
        assert session.hear("saved").sequence == 0
        for row in range(3):
            session.say(LEARN, X[row], 1)
        session.say(REQUEST, X[0])
        session.order(type="save")
        assert session.hear("saved").sequence == 3


def test_a_session_ends_as_asked(talk, new_cluster):
    with talk(new_cluster()) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        session.order(type="close")
        code, _, goodbye = session.end()
        assert (code, goodbye.code, goodbye.sequence, goodbye.durable) == (1000, 1000, 1, 1)


def test_echoes_fade_when_asked(talk, member, new_cluster):
    template = TEMPLATE + "settings: {neuron_cooldown: 4, refractory_time: 2}\n"
    cluster, network = new_cluster(template), Network(Template.parse(template))
    with talk(cluster) as session:
        session.open()
        session.say(LEARN, X[:5], Y[:5])
        session.order(type="rest")
        assert session.hear("rested").sequence == 2
        session.say(LEARN, X[5:9], Y[5:9], sequence=3)
        session.order(type="rest", sequence=3)
        assert session.hear("error").kind == "conflict"
    network.learn_many(X[:5], Y[:5])
    network.rest()
    network.learn_many(X[5:9], Y[5:9])
    assert network_of(member, cluster) == network.to_bytes()


def test_frames_are_numbered(talk, member, new_cluster):
    cluster = new_cluster()
    with talk(cluster) as session:
        session.open()
        assert session.say(LEARN, X[0], 1, sequence=5).sequence == 5
        assert session.say(LEARN, X[0], 1).sequence == 6
        for taken in (5, 6, 1):
            heard = session.say(LEARN, X[0], 1, sequence=taken)
            assert (heard["type"], heard.get("kind"), heard.sequence) == ("error", "conflict", taken)
    assert member.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 2


def test_terms_are_told_without_a_session(member, new_cluster):
    terms = member.get(f"/v1/clusters/{new_cluster()}/session").json()
    assert terms["protocol"] == "hanami.v1"
    assert terms["shape"]["inputs"] == [{"hexagon": "x", "width": 4}]


def test_who_is_there_can_be_seen_and_followed(talk, member, new_cluster):
    cluster = new_cluster()
    with talk(cluster) as session:
        opened = session.open()
        path = f"/v1/clusters/{cluster}/sessions"
        with member.stream("GET", f"{path}/{opened.session_id}/events") as events:
            lines = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: "))
            assert next(lines)["learned"] == 0
            session.say(LEARN, X[:10], Y[:10])
            session.say(REQUEST, X[0], request=3)
            session.say(LEARN, X[:1], [9])
            seen = next(line for line in lines if line["learned"] == 10 and line["loss"] is not None)
            assert (seen["requested"], seen["refused"], seen["waiting"], seen["connected"]) == (1, 1, 1, True)
            assert seen["sequence"] == 3
            (listed,) = member.get(path).json()["items"]
            assert listed["id"] == opened.session_id
            assert member.delete(f"{path}/{opened.session_id}").status_code == 204
            *_, last = lines  # the stream ends with the session
            assert not last["connected"]
        assert session.end()[0] == 4410
    assert member.get(path).json()["items"] == []
    assert member.delete(f"{path}/{opened.session_id}").status_code == 404
    assert member.get(f"{path}/{opened.session_id}/events").status_code == 404
