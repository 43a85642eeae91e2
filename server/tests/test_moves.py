"""Clusters on hosts, through the API: where they live, where they go, and what a GPU that is lost leaves."""

import time
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from hanami_engine import Network, Template
from hanami_engine.cuda import Gpu
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_server.blobs.files import Blobs
from hanami_server.fleet import devices
from hanami_server.settings import Settings

from .conftest import ADMIN
from .inside import served
from .talk import LEARN, TEMPLATE, Talk, network_of
from .test_session_safety import ROOT, logged_in
from .test_work import finish, follow, made, make_cluster, make_digits, run_until_progress, train

GPU = "emulated-0"
X = np.random.default_rng(3).normal(size=(64, 4)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.float32)


def log_in(server):
    client = httpx.Client(base_url=server.url, timeout=60)
    client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=ADMIN).json()['token']}"
    return client


@pytest.fixture
def start(fresh_server):
    """Start a server with a GPU, again with the same data; gives a client of its admin."""
    clients = []

    def begin(**more):
        account = {"admin_user": ADMIN["user_id"], "admin_password": ADMIN["password"]}
        clients.append(log_in(fresh_server(**account, **({"gpus": "emulated"} | more))))
        return clients[-1]

    yield begin
    for client in clients:
        client.close()


def address(cluster):
    return f"/v1/clusters/{cluster['id']}/host"


def move(client, cluster, host, **more):
    return client.put(address(cluster), json={"host": host}, **more)


def test_without_a_gpu_there_is_the_machine(member):
    (host,) = member.get("/v1/hosts").json()["items"]
    assert (host["id"], host["kind"], host["state"]) == ("local", "local", "ready")
    nothing = {"device", "memory_bytes", "memory_free_bytes", "temperature_celsius", "power_watts"}
    assert {host[name] for name in nothing} == {None}
    cluster = make_cluster(member)
    assert member.get(address(cluster)).json() == {"host": "local", "choice": "auto", "version": 1}
    for nowhere in (GPU, "cuda-0", "elsewhere"):
        answer = move(member, cluster, nowhere)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "host")
    for wrong in ("cuda:0", "", 1, None):
        assert move(member, cluster, wrong).status_code == 422
    moved = move(member, cluster, "local")
    assert moved.json() == {"host": "local", "choice": "local", "version": 2}
    assert moved.headers["ETag"] == '"2"' == member.get(address(cluster)).headers["ETag"]
    assert made(member.get(f"/v1/clusters/{cluster['id']}"), 200)["version"] == 2
    assert move(member, cluster, "auto", headers={"If-Match": '"1"'}).status_code == 412
    assert member.get(address(cluster)).json()["choice"] == "local"
    assert move(member, cluster, "auto", headers={"If-Match": '"2"'}).status_code == 200


def test_clusters_of_others_stay_where_they_are(new_user):
    owner, stranger = new_user(), new_user()
    cluster = make_cluster(owner.client)
    assert move(stranger.client, cluster, "local").status_code == 404
    assert stranger.client.get(address(cluster)).status_code == 404
    entries = owner.client.get("/v1/clusters").json()["items"]
    assert [entry["version"] for entry in entries] == [1]


def test_a_cluster_learns_on_a_gpu_and_stays_there(start):
    client = start()
    hosts = {host["id"]: host for host in client.get("/v1/hosts").json()["items"]}
    assert list(hosts) == ["local", GPU]
    assert (hosts[GPU]["kind"], hosts[GPU]["state"]) == ("gpu", "ready")
    assert 0 < hosts[GPU]["memory_free_bytes"] <= hosts[GPU]["memory_bytes"]
    here, there, digits = make_cluster(client, seed=3), make_cluster(client, seed=3), make_digits(client)
    assert made(move(client, there, GPU), 200) == {"host": GPU, "choice": GPU, "version": 2}
    for cluster in (here, there):
        assert finish(client, train(client, cluster, digits))["state"] == "finished"
    assert network_of(client, here["id"]) == network_of(client, there["id"])
    assert [cluster["host"] for cluster in client.get("/v1/clusters").json()["items"]] == ["local", GPU]
    assert made(client.get(f"/v1/clusters/{there['id']}"), 200)["host"] == GPU
    growth = client.get(f"/v1/clusters/{there['id']}/growth").json()["points"]
    assert growth[-1]["samples"] == made(client.get(f"/v1/clusters/{there['id']}"), 200)["statistics"]["samples"]
    twin = made(client.post(f"/v1/clusters/{there['id']}/copy", json={"name": "twin"}))
    assert twin["host"] == GPU
    before = network_of(client, there["id"])
    again = start()
    assert again.get(address(there)).json() == {"host": GPU, "choice": GPU, "version": 2}
    assert network_of(again, there["id"]) == before
    without = start(gpus="none")  # nothing is lost, and it goes back when there is one again
    assert without.get(address(twin)).json()["host"] == "local"
    assert network_of(without, there["id"]) == before
    assert without.get(address(there)).json() == {"host": "local", "choice": GPU, "version": 2}


def test_clusters_move_in_the_middle_of_tasks(start):
    client = start(gpu_from="2")
    clusters, digits = [make_cluster(client, seed=3) for _ in range(2)], make_digits(client)
    tasks = [run_until_progress(client, cluster, digits) for cluster in clusters]
    homes = [client.get(address(cluster)).json() for cluster in clusters]
    assert [(home["host"], home["choice"]) for home in homes] == [("local", "auto"), (GPU, "auto")]
    assert client.get(f"/v1/hosts/{GPU}").json()["running_tasks"] == 1
    for cluster, host in zip(clusters, (GPU, "local"), strict=True):
        assert made(move(client, cluster, host), 200)["host"] == host
    for task, cluster in zip(tasks, clusters, strict=True):
        assert client.get(f"/v1/tasks/{task['id']}").json()["state"] == "running"
        assert client.post(f"/v1/tasks/{task['id']}/cancel").json()["state"] == "cancelled"
        done = client.get(f"/v1/tasks/{task['id']}").json()["progress"]["done"]
        assert client.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]["samples"] == done > 0


@pytest.fixture
def fragile(tmp_path, monkeypatch):
    """A server in this process, with a GPU that can be broken; gives its address, a client, and the device."""
    device = EmulatedDevice()
    monkeypatch.setattr(devices, "emulated_gpu", lambda: Gpu(device))
    settings = Settings(data_dir=tmp_path, port=0, gpus="emulated", **ROOT)
    with served(settings) as inside, logged_in(SimpleNamespace(url=inside.url)) as client:
        yield SimpleNamespace(url=inside.url, client=client, device=device, folder=tmp_path)


def test_a_session_goes_on_where_a_lost_gpu_left_it(fragile):
    """What was learned is learned once: the client sends again what `opened` does not know."""
    client, token = fragile.client, fragile.client.headers["Authorization"]
    cluster = make_cluster(client, template=TEMPLATE)
    made(move(client, cluster, GPU), 200)
    network = Network(Template.parse(TEMPLATE))
    with Talk(fragile.url, cluster["id"], token) as session:
        opened = session.open()
        for row in range(6):
            assert session.say(LEARN, X[row], Y[row])["type"] == "answer"
            network.learn(X[row], int(Y[row]))
            if row == 2:
                session.order(type="save")
                session.hear("saved")
        fragile.device.broken = True
        session.send(LEARN, X[6], Y[6])
        code, reason, goodbye = session.end()
        assert (code, "lost" in reason) == (1011, True)
        assert goodbye["sequence"] == goodbye["durable"]
        assert 3 <= goodbye["durable"] < 6
    assert client.get(f"/v1/hosts/{GPU}").json()["state"] == "lost"
    assert client.get(address(cluster)).json() == {"host": "local", "choice": GPU, "version": 2}
    with Talk(fragile.url, cluster["id"], token) as session:
        again = session.open(session_id=opened["session_id"], received=6)
        assert (again["resumed"], again["sequence"]) == (True, goodbye["durable"])
        for row in range(again["sequence"], 7):
            assert session.say(LEARN, X[row], Y[row], sequence=row + 1)["type"] == "answer"
    network.learn(X[6], int(Y[6]))
    kept = made(client.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))
    assert Blobs(fragile.folder).checkpoints.path(kept["id"]).read_bytes() == network.to_bytes()


def test_what_a_lost_gpu_leaves_to_the_api(fragile):
    client = fragile.client
    cluster, other, digits = (make_cluster(client), make_cluster(client, template=TEMPLATE), make_digits(client))
    made(move(client, cluster, GPU), 200)
    made(move(client, other, GPU), 200)
    samples = {"inputs": X[:2].tolist(), "targets": Y[:2, None].tolist()}
    learned = f"/v1/clusters/{other['id']}/samples"
    assert client.post(learned, json=samples).json()["samples"] == 2
    task = run_until_progress(client, cluster, digits)
    fragile.device.broken = True
    follow(client, task)
    ended = client.get(f"/v1/tasks/{task['id']}").json()
    assert ended["state"] == "failed"
    assert f"the host {GPU} was lost, and with it the last " in ended["error"]
    done = client.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]["samples"]
    assert done == ended["progress"]["done"] - int(ended["error"].split()[-2])
    growth = client.get(f"/v1/clusters/{cluster['id']}/growth").json()["points"]
    assert growth[-1]["samples"] <= done
    deadline = time.monotonic() + 120
    while (answer := client.post(learned, json=samples)).status_code == 503:
        assert time.monotonic() < deadline
    assert answer.json()["samples"] == 4
    assert move(client, cluster, GPU).status_code == 409
    assert move(client, cluster, "auto").json()["host"] == "local"
    assert finish(client, train(client, cluster, digits))["state"] == "finished"
