"""Samples over plain HTTP: the same as in a session, one call at a time, and kept before it is answered."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hanami_engine import Network, Template

from .conftest import ADMIN
from .talk import TEMPLATE, network_of
from .test_session_safety import ROOT, logged_in, make_cluster

X = np.random.default_rng(5).normal(size=(30, 4)).astype(np.float32).astype(float)
Y = [[int(row.sum() > 0)] for row in X]
TWO = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: flow, size: 1}
  - {position: [1, 2, 1], type: input, name: heat, size: 2}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: y, size: 2, values: real}
axons:
  - {from: [1, 2, 1], to: [2, 1, 1]}
"""


@pytest.fixture
def cluster(member):
    return make_cluster(member)


def learn(client, cluster, x, y, **more):
    return client.post(f"/v1/clusters/{cluster}/samples", json={"inputs": x, "targets": y} | more)


def ask(client, cluster, x, **more):
    return client.post(f"/v1/clusters/{cluster}/requests", json={"inputs": x} | more)


def at_fault(answer):
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


def test_samples_are_learned_as_the_engine_does(member, cluster):
    network = Network(Template.parse(TEMPLATE))
    for rows in (slice(0, 1), slice(1, 9), slice(9, 30)):
        told = learn(member, cluster, X[rows].tolist(), Y[rows], answer=True).json()
        report = network.learn_many(X[rows].astype(np.float32), np.array(Y[rows]), answer=True)
        assert told["loss"] == pytest.approx(report.loss)
        assert told["novelty"] == report.novelty.tolist()
        assert told["samples"] == network.samples
        (answers,) = told["answers"]
        assert (answers["hexagon"], answers["values"]) == ("y", "class")
        np.testing.assert_array_equal(np.array(answers["rows"], np.float32), report.outputs)
        assert answers["labels"] == report.outputs.argmax(axis=1).tolist()
    asked = ask(member, cluster, X[:5].tolist()).json()
    np.testing.assert_array_equal(np.array(asked["answers"][0]["rows"], "f4"), network.predict_many(X[:5].astype("f4")))
    assert asked["request_id"] is None
    assert network_of(member, cluster) == network.to_bytes()


def test_an_untrained_cluster_answers_nothing_and_learns_at_once(member):
    cluster = member.post("/v1/clusters", json={"name": "new"}).json()["id"]
    (answers,) = ask(member, cluster, [[1, None, 3]]).json()["answers"]
    assert (answers["rows"], answers["labels"]) == ([[]], None)
    assert learn(member, cluster, [[1, None, 3]], [[2]]).json()["samples"] == 1
    (answers,) = ask(member, cluster, [[1, None, 3]]).json()["answers"]
    assert len(answers["rows"][0]) == 3


def test_the_truth_may_come_later(member, cluster):
    kept = ask(member, cluster, X[:2].tolist(), keep=True).json()["request_id"]
    path = f"/v1/clusters/{cluster}/requests/{kept}/truth"
    assert at_fault(member.post(path, json={"targets": [[1]]})) == ["targets"]
    assert at_fault(member.post(path, json={"targets": [[1], [9]]})) == ["targets"]
    assert member.post(path, json={"targets": Y[:2]}).json()["samples"] == 2
    assert member.post(path, json={"targets": Y[:2]}).status_code == 404
    network = Network(Template.parse(TEMPLATE))
    network.learn_many(X[:2].astype(np.float32), np.array(Y[:2]))
    assert network_of(member, cluster) == network.to_bytes()


def test_values_are_dealt_to_hexagons(member):
    cluster, network = make_cluster(member, TWO), Network(Template.parse(TWO))
    by_size = learn(member, cluster, [[1, 2, 3]], [[0.5, -1]])
    by_name = learn(member, cluster, [[5, 4, 6]], [[1, 2]], input_hexagons=["heat", "flow", "heat"])
    assert by_size.status_code == by_name.status_code == 200, by_name.text
    network.learn({"flow": [1], "heat": [2, 3]}, [0.5, -1])
    network.learn({"flow": [4], "heat": [5, 6]}, [1, 2])
    assert network_of(member, cluster) == network.to_bytes()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"inputs": [[1, 2, 3]]}, "inputs"),
        ({"inputs": [[1, 2, 3, 4], [1, 2]], "targets": [[1], [1]]}, "inputs[1]"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [[]]}, "inputs.0"),
        ({"inputs": [["a"] * 4]}, "inputs.0.0"),
        ({"targets": [[3]]}, "targets"),
        ({"targets": [[0.5]]}, "targets"),
        ({"targets": [[None]]}, "targets"),
        ({"targets": [[1], [1]]}, "targets"),
        ({"input_hexagons": ["z"] * 4}, "input_hexagons"),
        ({"input_hexagons": ["x"]}, "input_hexagons"),
        ({"rows": 1}, "rows"),
        ({"inputs": [[1, 2, 3, 4]] * 1025, "targets": [[1]] * 1025}, "inputs"),
    ],
)
def test_what_cannot_be_learned_is_named_and_changes_nothing(member, cluster, change, field):
    wish = {"inputs": [[1, 2, 3, 4]], "targets": [[1]]} | change
    answer = member.post(f"/v1/clusters/{cluster}/samples", json=wish)
    assert field in at_fault(answer)
    assert member.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 0


@pytest.mark.parametrize(
    "text", ['{"inputs": [[NaN, 1, 2, 3]], "targets": [[1]]}', '{"inputs": [[1e400, 1, 2, 3]], "targets": [[1]]}']
)
def test_json_has_no_nan_and_no_infinity(member, cluster, text):
    answer = member.post(f"/v1/clusters/{cluster}/samples", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}


@pytest.mark.process
def test_item_34_what_is_answered_is_kept(fresh_server):
    process = fresh_server(**ROOT, session_save_interval="3600")
    with logged_in(process) as client:
        cluster = make_cluster(client)
        for row in range(3):
            assert learn(client, cluster, [X[row].tolist()], [Y[row]]).status_code == 200
        os.kill(process.pid, signal.SIGKILL)
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        assert client.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 3


def test_the_same_key_learns_once(member, cluster):
    body, key = {"inputs": [X[0].tolist()], "targets": [Y[0]]}, {"Idempotency-Key": "reading-1"}
    answers = [member.post(f"/v1/clusters/{cluster}/samples", json=body, headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].content == answers[1].content == answers[2].content
    assert member.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 1


def test_many_at_a_time_are_all_learned(member, cluster):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda row: learn(member, cluster, [X[row].tolist()], [Y[row]]), range(30)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["samples"] for answer in answers) == list(range(1, 31))


def test_devices_do_what_their_keys_are_good_for(member, cluster, server):
    for scope, good, bad in (("learn", learn, ask), ("request", ask, learn)):
        wish = {"name": "k", "scopes": [scope]}
        key = member.post(f"/v1/clusters/{cluster}/device-keys", json=wish).json()["key"]
        device = type(member)(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        arguments = {learn: ([X[0].tolist()], [Y[0]]), ask: ([X[0].tolist()],)}
        assert good(device, cluster, *arguments[good]).status_code == 200
        assert bad(device, cluster, *arguments[bad]).status_code == 403
        assert good(device, make_cluster(member), *arguments[good]).status_code == 404
        device.close()


def test_item_21_a_network_larger_than_its_quota_learns_no_more(fresh_server):
    process = fresh_server(**ROOT, session_save_interval="3600")
    with logged_in(process) as client:
        cluster = client.post("/v1/clusters", json={"name": "grows"}).json()["id"]
        assert client.put(f"/v1/users/{ADMIN['user_id']}/quota", json={"synapse_bytes": 20_000}).is_success
        random, status, deadline = np.random.default_rng(0), 200, time.monotonic() + 120
        while time.monotonic() < deadline:  # the size is looked at once a second
            answer = learn(
                client, cluster, random.normal(size=(20, 200)).tolist(), random.integers(0, 5, (20, 1)).tolist()
            )
            status = answer.status_code
            if status != 200:
                break
        assert status == 409, answer.text
        assert "quota" in answer.json()["detail"]
        assert ask(client, cluster, random.normal(size=(1, 200)).tolist()).status_code == 200
