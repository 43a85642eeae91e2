"""What a server that is killed, or stopped, leaves behind of what it was doing."""

import json
import os
import signal
from uuid import uuid4

import httpx
import pytest

from .conftest import ADMIN
from .test_work import accuracy, finish, follow, made, make_cluster, make_digits, run_until_progress, train

pytestmark = pytest.mark.process


@pytest.fixture
def start(fresh_server):
    """Start a server, or start it again after a stop or a kill; gives its process and a client of its admin."""
    clients = []

    def start_again():
        process = fresh_server(admin_user=ADMIN["user_id"], admin_password=ADMIN["password"])
        client = httpx.Client(base_url=process.url, timeout=60)
        clients.append(client)
        client.headers["Authorization"] = f"Bearer {made(client.post('/v1/tokens', json=ADMIN))['token']}"
        return process, client

    yield start_again
    for client in clients:
        client.close()


def test_what_survives_a_kill(start):
    process, client = start()
    dataset, cluster = make_digits(client), make_cluster(client)
    finish(client, train(client, cluster, dataset))
    reached = accuracy(client, cluster, dataset)
    checkpoint = made(client.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))
    running = run_until_progress(client, cluster, dataset)
    waiting = made(train(client, cluster, dataset), 202)
    lists = [client.get(path).json() for path in ("/v1/datasets", "/v1/clusters")]
    os.kill(process.pid, signal.SIGKILL)
    folder = process.data_dir / "datasets"
    left = {folder / f"{uuid4()}.arrow", folder / f"{uuid4()}.arrow.12ab.tmp"}
    for path in left:
        path.write_bytes(b"half")

    _, client = start()
    assert [client.get(path).json() for path in ("/v1/datasets", "/v1/clusters")] == lists
    for task in (running, waiting):
        found = client.get(f"/v1/tasks/{task['id']}").json()
        assert (found["state"], found["error"]) == ("failed", "interrupted by a restart of the server")
        assert follow(client, task)[-1]["state"] == "failed"
    assert {path.stem for path in set(folder.iterdir()) - left} == {item["id"] for item in lists[0]["items"]}
    assert {path.read_bytes() for path in left} == {b"half"}
    reported = [line for line in (process.data_dir / "server.log").read_text().splitlines() if "left alone" in line]
    assert len(reported) == 1
    assert f"{folder}: 1 files without a row in the database and 1 half-written files" in reported[0]
    assert accuracy(client, cluster, dataset) == reached
    answer = client.post(f"/v1/clusters/{cluster['id']}/restore", json={"checkpoint_id": checkpoint["id"]})
    assert made(answer, 200)["statistics"]["samples"] == 1797
    assert finish(client, train(client, cluster, dataset))["state"] == "finished"


def test_a_stop_tells_who_listens_and_saves_what_was_learned(start):
    process, client = start()
    dataset, cluster = make_digits(client), make_cluster(client)
    running = run_until_progress(client, cluster, dataset)
    with client.stream("GET", f"/v1/tasks/{running['id']}/events") as answer:
        events = (json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line)
        next(events)
        os.kill(process.pid, signal.SIGTERM)
        last = [*events][-1]
    assert (last["state"], last["error"]) == ("failed", "the server was stopped")

    _, client = start()
    task = client.get(f"/v1/tasks/{running['id']}").json()
    assert (task["state"], task["error"]) == ("failed", "the server was stopped")
    assert task["progress"] == last["progress"]
    statistics = client.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]
    assert statistics["samples"] == last["progress"]["done"] > 0
