"""Clusters, tasks and checkpoints through the API of a real server."""

import hashlib
import json
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import uuid4

import httpx
import numpy as np
import pytest
from hanami_engine import Network
from sklearn.datasets import load_digits

TEMPLATE = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 64}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, name: label, size: 10, values: class}
"""
REAL = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, size: 2}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, size: 1, values: real}
"""
FLOAT = {"dtype": "float32", "width": 1}
LONG = 10_000  # epochs that no test waits for


def kinds_of(dataset):
    """Its columns without their ranges."""
    return [{key: column[key] for key in ("name", "dtype", "width")} for column in dataset["columns"]]


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


DIGITS = load_digits()
IMAGES, LABELS = DIGITS.images * 15, DIGITS.target


def upload(client, content):
    answer = client.post("/v1/uploads", content=content, headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def made(answer, status=201):
    assert answer.status_code == status, answer.text
    return answer.json()


def make_digits(client, rows=slice(None)):
    source = {"kind": "idx", "images": upload(client, idx(IMAGES[rows])), "labels": upload(client, idx(LABELS[rows]))}
    return made(client.post("/v1/datasets", json={"name": "digits", "source": source}))


def make_table(client, text):
    source = {"kind": "csv", "file": upload(client, text.encode())}
    return made(client.post("/v1/datasets", json={"name": "table", "source": source}))


def make_cluster(client, template=TEMPLATE, **more):
    return made(client.post("/v1/clusters", json={"name": "c", "template": template} | more))


def train(client, cluster, dataset, **more):
    task = {"type": "train", "dataset_id": dataset["id"], "inputs": ["image"], "outputs": ["label"]}
    return client.post(f"/v1/clusters/{cluster['id']}/tasks", json=task | more)


def request(client, cluster, dataset, **more):
    task = {"type": "request", "dataset_id": dataset["id"], "inputs": ["image"], "result_name": "answers"}
    return client.post(f"/v1/clusters/{cluster['id']}/tasks", json=task | more)


def follow(client, task):
    """All events of a task."""
    with client.stream("GET", f"/v1/tasks/{task['id']}/events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def finish(client, answer):
    """Follow an accepted task to its end; gives the task."""
    task = made(answer, 202)
    last = follow(client, task)[-1]
    task = client.get(f"/v1/tasks/{task['id']}").json()
    assert (task["state"], task["progress"], task["error"]) == (last["state"], last["progress"], last["error"])
    return task


def run_until_progress(client, cluster, dataset):
    """Start a training that does not end by itself, and wait until it has learned something."""
    task = made(train(client, cluster, dataset, epochs=LONG), 202)
    with client.stream("GET", f"/v1/tasks/{task['id']}/events") as answer:
        for line in answer.iter_lines():
            if line and json.loads(line.removeprefix("data: "))["progress"]["done"]:
                return task
    raise AssertionError("the task ended")


def accuracy(client, cluster, dataset):
    task = finish(client, request(client, cluster, dataset))
    assert task["state"] == "finished", task
    check = {"column": "label", "reference_dataset_id": dataset["id"], "reference_column": "label"}
    report = made(client.post(f"/v1/datasets/{task['result_dataset_id']}/accuracy", json=check), 200)
    assert report["correct"] == np.trace(report["confusion"]["counts"])
    return report["accuracy"]


@pytest.fixture
def kept(server):
    """Every file in the folders of the server."""
    return lambda: {path for name in ("uploads", "datasets", "clusters", "checkpoints")
                    for path in (server.data_dir / name).iterdir()}  # fmt: skip


def test_from_files_to_a_trained_network_and_back(member, kept):
    before = kept()
    first, rest = make_digits(member, slice(0, 1400)), make_digits(member, slice(1400, None))
    cluster = make_cluster(member, seed=1)
    nothing = dict.fromkeys(("samples", "inputs", "neurons", "levels", "sections", "synapses", "bytes"), 0)
    assert cluster["statistics"] | {"bytes": 0} == nothing

    task = finish(member, train(member, cluster, first, epochs=3))
    assert task["state"] == "finished"
    progress = task["progress"]
    assert progress["done"] == progress["total"] == 3 * 1400
    assert progress["loss"] > 0
    statistics = member.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]
    assert statistics | {name: progress[name] for name in ("sections", "synapses", "bytes")} == statistics
    assert statistics["samples"] == 4200
    assert min(statistics.values()) > 0
    reached = accuracy(member, cluster, rest)
    assert reached > 0.85

    checkpoint = made(member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "good"}))
    content = member.get(f"/v1/checkpoints/{checkpoint['id']}/content").content
    assert hashlib.sha256(content).hexdigest() == checkpoint["sha256"]
    assert len(content) == checkpoint["bytes"]
    assert Network.from_bytes(content).stats().samples == 4200

    finish(member, train(member, cluster, rest))
    assert accuracy(member, cluster, rest) != reached
    answer = member.post(f"/v1/clusters/{cluster['id']}/restore", json={"checkpoint_id": checkpoint["id"]})
    restored = made(answer, 200)["statistics"]
    assert restored["bytes"] <= statistics["bytes"]  # room for growth is not kept
    assert restored | {"bytes": 0} == statistics | {"bytes": 0}
    assert accuracy(member, cluster, rest) == reached

    assert len(member.get(f"/v1/clusters/{cluster['id']}/tasks").json()["items"]) == 5
    assert member.get(f"/v1/clusters/{cluster['id']}/checkpoints").json()["items"] == [checkpoint]
    assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204
    for dataset in member.get("/v1/datasets").json()["items"]:
        assert member.delete(f"/v1/datasets/{dataset['id']}").status_code == 204
    assert kept() == before


def test_real_values_from_a_table(member):
    random = np.random.default_rng(0).random((500, 2))
    rows = "\n".join(f"{a},{b},{a - b}" for a, b in random)
    dataset = make_table(member, f"a,b,difference\n{rows}\n")
    cluster = make_cluster(member, REAL)
    finish(member, train(member, cluster, dataset, inputs=["a", "b"], outputs=["difference"], epochs=20))
    task = finish(member, request(member, cluster, dataset, inputs=["a", "b"]))
    result = member.get(f"/v1/datasets/{task['result_dataset_id']}").json()
    assert kinds_of(result) == [FLOAT | {"name": "output"}, FLOAT | {"name": "novelty"}]
    check = {"column": "output", "reference_dataset_id": dataset["id"], "reference_column": "difference"}
    report = made(member.post(f"/v1/datasets/{result['id']}/accuracy", json=check), 200)
    assert report["kind"] == "real"
    assert report["mean_absolute_error"] < 0.2


SEVERAL = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: left, size: 1}
  - {position: [1, 2, 1], type: input, name: right, size: 1}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [2, 2, 1], type: internal, size: 128}
  - {position: [3, 2, 1], type: output, name: larger, size: 1, values: bool}
  - {position: [3, 1, 1], type: output, name: sum, size: 1, values: real}
"""


def test_a_cluster_without_a_template_takes_what_comes(member):
    digits = make_digits(member)
    cluster = made(member.post("/v1/clusters", json={"name": "c", "seed": 1}))
    assert "type: input" in cluster["template"]
    early = finish(member, request(member, cluster, digits))
    assert early["state"] == "failed"
    assert "not known before" in early["error"]
    assert finish(member, train(member, cluster, digits, epochs=3))["state"] == "finished"
    assert accuracy(member, cluster, digits) > 0.9
    checkpoint = made(member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "good"}))
    made(member.post(f"/v1/clusters/{cluster['id']}/restore", json={"checkpoint_id": checkpoint["id"]}), 200)
    answer = train(member, cluster, make_table(member, "image,label\n1,0\n"))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "inputs", "message": "expected columns of 64 or more values per row for this cluster, got 1"}
    ]
    assert accuracy(member, cluster, digits) > 0.9


def test_a_training_that_came_to_misfit_while_it_waited(member):
    """The tasks before it let the cluster become wider."""
    wide, narrow = make_digits(member), make_table(member, "image,label\n1,0\n2,1\n")
    cluster = made(member.post("/v1/clusters", json={"name": "c"}))
    running = run_until_progress(member, cluster, narrow)
    waiting = [made(train(member, cluster, dataset), 202) for dataset in (wide, narrow)]
    member.post(f"/v1/tasks/{running['id']}/cancel")
    first, second = [follow(member, task)[-1] for task in waiting]
    assert (first["state"], second["state"]) == ("finished", "failed")
    assert "expected at least 64 values per row, got 1" in second["error"]
    assert finish(member, train(member, cluster, wide))["state"] == "finished"


def test_novelty_is_told(member):
    rows = "\n".join(f"{i % 10},{i % 2}" for i in range(500))
    usual, unusual = make_table(member, f"x,y\n{rows}\n"), make_table(member, "x\n5\n36\n")
    cluster = made(member.post("/v1/clusters", json={"name": "c"}))
    task = {"inputs": ["x"], "outputs": ["y"]}
    waiting = made(train(member, cluster, usual, **task), 202)
    assert waiting["progress"]["novelty"] is None
    learned = follow(member, waiting)[-1]["progress"]
    assert 0 < learned["novelty"] < 1
    again = finish(member, train(member, cluster, usual, **task))["progress"]
    assert again["novelty"] == 0
    asked = finish(member, request(member, cluster, unusual, inputs=["x"]))
    assert asked["progress"]["novelty"] == pytest.approx(1)  # of 5 nothing, of 36 two doublings
    truth = make_table(member, "novelty\n0\n2\n")
    check = {"column": "novelty", "reference_dataset_id": truth["id"], "reference_column": "novelty"}
    report = made(member.post(f"/v1/datasets/{asked['result_dataset_id']}/accuracy", json=check), 200)
    assert report["mean_absolute_error"] < 1e-6


def test_columns_are_dealt_to_several_hexagons(member):
    random = np.random.default_rng(0).random((2000, 2))
    rows = "\n".join(f"{a},{b},{int(a > b)},{a + b}" for a, b in random)
    dataset = make_table(member, f"a,b,larger,sum\n{rows}\n")
    cluster = make_cluster(member, SEVERAL)
    task = finish(member, train(member, cluster, dataset, inputs=["a", "b"], outputs=["larger", "sum"], epochs=20))
    assert task["state"] == "finished", task
    task = finish(member, request(member, cluster, dataset, inputs=["a", "b"]))
    result = member.get(f"/v1/datasets/{task['result_dataset_id']}").json()
    assert kinds_of(result) == [
        {"name": "larger_output", "dtype": "uint8", "width": 1},
        FLOAT | {"name": "sum_output"},
        FLOAT | {"name": "novelty"},
    ]
    check = {"column": "larger_output", "reference_dataset_id": dataset["id"], "reference_column": "larger"}
    assert made(member.post(f"/v1/datasets/{result['id']}/accuracy", json=check), 200)["accuracy"] > 0.9
    answer = train(member, cluster, dataset, inputs=["a"], outputs=["larger", "sum"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "field": "inputs",
        "message": "expected columns of 2 values per row for this cluster, got 1",
    }
    loose = make_cluster(member, SEVERAL.replace("name: left, size: 1", "name: left"))
    wish = {"inputs": ["b", "a", "sum"], "outputs": ["larger", "sum"]}
    answer = train(member, loose, dataset, **wish)
    assert "expected input_hexagons" in answer.json()["errors"][0]["message"]
    answer = train(member, loose, dataset, **wish, input_hexagons=["right", "left", "left"])
    assert finish(member, answer)["state"] == "finished"
    answer = train(member, loose, dataset, **wish, input_hexagons=["right", "left", "middle"])
    assert answer.json()["errors"] == [
        {"field": "input_hexagons", "message": "there is no input hexagon 'middle' in this cluster"}
    ]


WORDS = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input}
  - {position: [2, 1, 1], type: internal, size: 256}
  - {position: [3, 1, 1], type: output, values: KIND}
"""


@pytest.mark.parametrize(("kind", "dtype"), [("bool", "uint8"), ("int", "uint64"), ("float", "float32")])
def test_bits_are_answered_as_what_they_stand_for(member, kind, dtype):
    rows = "\n".join(f"{i % 4},{(1, 0, 1, 0)[i % 4] * (1 if kind == 'bool' else 300)}" for i in range(400))
    dataset = make_table(member, f"x,y\n{rows}\n")
    cluster = make_cluster(member, WORDS.replace("KIND", kind))
    finish(member, train(member, cluster, dataset, inputs=["x"], outputs=["y"], epochs=10))
    task = finish(member, request(member, cluster, dataset, inputs=["x"]))
    result = member.get(f"/v1/datasets/{task['result_dataset_id']}").json()
    assert kinds_of(result)[0] == {"name": "output", "dtype": dtype, "width": 1}
    check = {"column": "output", "reference_dataset_id": dataset["id"], "reference_column": "y"}
    report = made(member.post(f"/v1/datasets/{result['id']}/accuracy", json=check), 200)
    assert report.get("accuracy", 1) == 1
    assert report.get("mean_absolute_error", 0) == 0


HISTORIC = """\
version: 1
settings:
    max_connection_distance: 1
hexagons:
    1,1,1
    2,1,1
    3,1,1
inputs:
    point: 1,1,1
outputs:
    side: 3,1,1
"""


def test_a_historic_template(member):
    dataset = make_table(member, "x,y,side\n" + "\n".join(f"{i % 9},{i % 7},{int(i % 9 > i % 7)}" for i in range(630)))
    cluster = make_cluster(member, HISTORIC)
    task = {"inputs": ["x", "y"], "outputs": ["side"], "epochs": 10}
    assert finish(member, train(member, cluster, dataset, **task))["state"] == "finished"
    answers = finish(member, request(member, cluster, dataset, inputs=["x", "y"]))["result_dataset_id"]
    check = {"column": "label", "reference_dataset_id": dataset["id"], "reference_column": "side"}
    assert made(member.post(f"/v1/datasets/{answers}/accuracy", json=check), 200)["accuracy"] > 0.95


def test_events_tell_every_step(member):
    cluster, dataset = make_cluster(member), make_digits(member)
    running = run_until_progress(member, cluster, dataset)
    waiting = made(train(member, cluster, dataset), 202)
    with member.stream("GET", f"/v1/tasks/{waiting['id']}/events") as answer:
        events = (json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line)
        assert next(events)["state"] == "queued"
        member.post(f"/v1/tasks/{running['id']}/cancel")
        states = [event["state"] for event in events]
    assert states[-1] == "finished"
    assert set(states[:-1]) <= {"queued", "running"}
    again = follow(member, waiting)
    assert [event["state"] for event in again] == ["finished"]
    growth = [event["progress"]["sections"] for event in again]
    assert growth[-1] > 0


def test_cancel(member):
    cluster, dataset = make_cluster(member), make_digits(member)
    task = run_until_progress(member, cluster, dataset)
    live = member.get(f"/v1/tasks/{task['id']}").json()
    assert live["state"] == "running"
    assert live["progress"]["done"] > 0
    ended = made(member.post(f"/v1/tasks/{task['id']}/cancel"), 200)
    assert ended["state"] == "cancelled"
    assert 0 < ended["progress"]["done"] < ended["progress"]["total"]
    statistics = member.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]
    assert statistics["samples"] == ended["progress"]["done"]
    assert made(member.post(f"/v1/tasks/{task['id']}/cancel"), 200) == ended


def test_tasks_of_one_cluster_run_in_order(member):
    cluster, dataset = make_cluster(member), make_digits(member)
    tasks = [made(train(member, cluster, dataset), 202) for _ in range(4)]
    for task in tasks:
        follow(member, task)
    found = member.get(f"/v1/clusters/{cluster['id']}/tasks").json()["items"]
    assert [task["id"] for task in found] == [task["id"] for task in tasks]
    assert all(first["finished_at"] <= second["started_at"] for first, second in pairwise(found))


def test_item_23_too_many_waiting_tasks(member):
    cluster, dataset = make_cluster(member), make_digits(member)
    answers = [train(member, cluster, dataset, epochs=LONG) for _ in range(101)]
    assert {answer.status_code for answer in answers[:100]} == {202}
    assert answers[100].status_code == 503
    assert answers[100].headers["Retry-After"]
    assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204


def test_deleting_a_cluster_with_tasks(member, kept):
    dataset, before = make_digits(member), kept()
    cluster = make_cluster(member)
    member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"})
    running = run_until_progress(member, cluster, dataset)
    waiting = made(request(member, cluster, dataset), 202)
    with member.stream("GET", f"/v1/tasks/{running['id']}/events") as answer:
        events = (json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line)
        next(events)
        assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204
        assert [*events][-1]["state"] == "cancelled"
    for task in (running, waiting):
        assert member.get(f"/v1/tasks/{task['id']}").status_code == 404
    assert member.get(f"/v1/clusters/{cluster['id']}").status_code == 404
    assert kept() == before


def test_deleting_a_cluster_while_others_use_it(member, kept):
    """Whatever comes in between: an answer that makes sense, and nothing left behind."""
    dataset = make_digits(member)
    before, results = kept(), []
    with ThreadPoolExecutor(8) as pool:
        for _ in range(15):
            cluster = make_cluster(member)
            path = f"/v1/clusters/{cluster['id']}"
            kept_state = made(member.post(f"{path}/checkpoints", json={"name": "k"}))
            calls = [
                pool.submit(train, member, cluster, dataset, epochs=2),
                pool.submit(member.post, f"{path}/restore", json={"checkpoint_id": kept_state["id"]}),
                pool.submit(member.post, f"{path}/checkpoints", json={"name": "k"}),
                pool.submit(request, member, cluster, dataset),
                pool.submit(member.get, path),
                pool.submit(member.delete, path),
                pool.submit(member.get, path),
                pool.submit(train, member, cluster, dataset),
            ]
            results += [call.result() for call in calls]
            assert member.get(path).status_code == 404
    assert {answer.status_code for answer in results} <= {200, 201, 202, 204, 404, 409, 422}
    answers = {item["id"] for item in member.get("/v1/datasets").json()["items"]} - {dataset["id"]}
    assert {path.stem for path in kept() - before} == answers


def test_deleting_the_dataset_of_a_task(member):
    cluster, dataset = make_cluster(member), make_digits(member)
    running = run_until_progress(member, cluster, dataset)
    waiting = made(train(member, cluster, dataset), 202)
    assert member.delete(f"/v1/datasets/{dataset['id']}").status_code == 204
    member.post(f"/v1/tasks/{running['id']}/cancel")
    assert follow(member, waiting)[-1]["state"] == "finished"


BAD_TEMPLATES = {
    "not YAML": ("version: 1\nhexagons: [", "line"),
    "a list": ("- 1", "mapping"),
    "no hexagons": ("version: 1\n", "hexagons"),
    "another version": (TEMPLATE.replace("version: 1", "version: 2"), "version"),
    "unknown key": (TEMPLATE.replace("name: image", "colour: red"), "line 3, key 'hexagons[0].colour'"),
    "no way out": (TEMPLATE.replace("[3, 1, 1]", "[5, 1, 1]"), "touches no other"),
    "absurd size": (TEMPLATE.replace("size: 128", "size: 1e99"), "hexagons[1].size"),
    "negative size": (TEMPLATE.replace("size: 128", "size: -1"), "hexagons[1].size"),
    "unknown type": (TEMPLATE.replace("internal", "infernal"), "hexagons[1].type"),
    "same place": (TEMPLATE.replace("[2, 1, 1]", "[1, 1, 1]"), "position"),
    "an alias bomb": ("a: &a [x]\nb: &b [*a, *a]\nversion: 1\nhexagons: *b\n", "key"),
}


@pytest.mark.parametrize("name", BAD_TEMPLATES)
def test_bad_templates(member, kept, name):
    template, words = BAD_TEMPLATES[name]
    before = kept()
    answer = member.post("/v1/clusters", json={"name": "c", "template": template})
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "template"
    assert words in fault["message"]
    assert member.get("/v1/clusters").json()["items"] == []
    assert kept() == before


def test_bad_tasks(member, new_user, kept):
    cluster, dataset, table = make_cluster(member), make_digits(member), make_table(member, "a,b\n1,2\n3,12\n")
    narrow = make_cluster(member, REAL.replace("values: real", "values: class").replace("size: 1,", "size: 3,"))
    foreign = make_digits(new_user().client)
    before = kept()
    for who, send, change, field, words in [
        (cluster, train, {"inputs": ["nothing"]}, "inputs", "nothing"),
        (cluster, train, {"outputs": ["nothing"]}, "outputs", "nothing"),
        (cluster, train, {"inputs": ["label"]}, "inputs", "64"),
        (cluster, train, {"outputs": ["image"]}, "outputs", "1 values"),
        (cluster, train, {"inputs": []}, "inputs", ""),
        (cluster, train, {"epochs": 0}, "epochs", ""),
        (cluster, train, {"epochs": 1.5}, "epochs", ""),
        (cluster, train, {"dataset_id": foreign["id"]}, "dataset_id", "no such dataset"),
        (cluster, train, {"dataset_id": str(uuid4())}, "dataset_id", "no such dataset"),
        (cluster, request, {"inputs": ["label"]}, "inputs", "64"),
        (cluster, request, {"outputs": ["label"]}, "outputs", ""),
        (cluster, request, {"result_name": ""}, "result_name", ""),
        (cluster, train, {"type": "dream"}, "", ""),
        (narrow, train, {"dataset_id": table["id"], "inputs": ["a", "b"], "outputs": ["b"]}, "outputs", "row 2"),
    ]:
        answer = send(member, who, dataset, **change)
        assert answer.status_code == 422, (change, answer.text)
        assert any(error["field"].endswith(field) and words in error["message"] for error in answer.json()["errors"])
    for who in (cluster, narrow):
        assert member.get(f"/v1/clusters/{who['id']}/tasks").json()["items"] == []
    assert kept() == before


def test_bad_restores(member, new_user):
    cluster, other = make_cluster(member), make_cluster(member, TEMPLATE.replace("128", "256"))
    same = make_cluster(member, "# the same\n" + TEMPLATE, seed=9)
    checkpoint = made(member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))

    def restore(target, checkpoint_id):
        return member.post(f"/v1/clusters/{target['id']}/restore", json={"checkpoint_id": checkpoint_id})

    assert restore(other, checkpoint["id"]).status_code == 409
    assert restore(same, checkpoint["id"]).status_code == 200
    assert restore(cluster, str(uuid4())).status_code == 422
    stranger = new_user().client
    theirs = make_cluster(stranger)
    foreign = made(stranger.post(f"/v1/clusters/{theirs['id']}/checkpoints", json={"name": "k"}))
    assert restore(cluster, foreign["id"]).json()["errors"] == restore(cluster, str(uuid4())).json()["errors"]
    task = run_until_progress(member, cluster, make_digits(member))
    assert restore(cluster, checkpoint["id"]).status_code == 409
    member.post(f"/v1/tasks/{task['id']}/cancel")
    assert restore(cluster, checkpoint["id"]).json()["statistics"]["samples"] == 0
    assert member.delete(f"/v1/checkpoints/{checkpoint['id']}").status_code == 204
    assert restore(cluster, checkpoint["id"]).status_code == 422


def test_item_33_a_damaged_checkpoint_is_refused(member, server):
    cluster = make_cluster(member)
    checkpoint = made(member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))
    file = server.data_dir / "checkpoints" / f"{checkpoint['id']}.hanami"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    answer = member.post(f"/v1/clusters/{cluster['id']}/restore", json={"checkpoint_id": checkpoint["id"]})
    assert answer.status_code == 409
    assert member.get(f"/v1/clusters/{cluster['id']}").json() == cluster


def test_an_upload_that_breaks_off_leaves_nothing(member, server, kept):
    before = kept()
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port)) as connection:
        head = (
            f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: {member.headers['Authorization']}\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: 9000000\r\n\r\n"
        )
        connection.sendall(head.encode() + bytes(5_000_000))
        while kept() == before:
            time.sleep(0.01)
    while kept() != before:
        time.sleep(0.01)
