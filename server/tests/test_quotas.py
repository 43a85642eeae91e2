"""Quotas: exact, whoever creates at the same time; seen by whom they are for, set by admins."""

import asyncio

import httpx
import numpy as np
import pytest

from .conftest import ADMIN

pytestmark = pytest.mark.both_databases

OCTETS = {"Content-Type": "application/octet-stream"}
TABLE = b"a,b\n" + b"1,2\n" * 50
TRAIN = {"type": "train", "inputs": ["a"], "outputs": ["b"]}
EVERYTHING = {"clusters", "dataset_bytes", "checkpoint_bytes", "synapse_bytes", "tasks", "sessions"}


@pytest.fixture
def limit(admin):
    """Set limits of a user or project."""

    def put(path, **limits):
        answer = admin.put(f"/v1/{path}/quota", json=limits)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return put


def usage(client, path):
    return client.get(f"/v1/{path}/quota").json()["usage"]


def upload(client, content=TABLE):
    return client.post("/v1/uploads", content=content, headers=OCTETS)


def make_dataset(client):
    source = {"kind": "csv", "file": upload(client).json()["id"]}
    return client.post("/v1/datasets", json={"name": "d", "source": source})


def make_cluster(client):
    return client.post("/v1/clusters", json={"name": "c"})


def wait_for_end(client, task_id):
    client.get(f"/v1/tasks/{task_id}/events")
    return client.get(f"/v1/tasks/{task_id}").json()


def together(client, number, *calls):
    """Send each of these calls that often, all at the same time; gives the statuses."""

    async def send():
        headers = {"Authorization": client.headers["Authorization"]}
        pool = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(base_url=client.base_url, headers=headers, timeout=120, limits=pool) as many:
            answers = await asyncio.gather(*(many.request(*call[:2], **call[2]) for call in calls * number))
        return [answer.status_code for answer in answers]

    return asyncio.run(send())


@pytest.mark.parametrize("scope", ["user", "project"])
def test_item_20_of_50_clusters_at_the_same_time_as_many_as_allowed(new_user, limit, scope):
    account = new_user()
    path = f"users/{account.id}" if scope == "user" else f"projects/{account.project_id}"
    limit(path, clusters=7)
    statuses = together(account.client, 50, ("POST", "/v1/clusters", {"json": {"name": "c"}}))
    assert sorted(statuses) == [201] * 7 + [409] * 43
    assert len(account.client.get("/v1/clusters").json()["items"]) == usage(account.client, path)["clusters"] == 7
    assert limit(path, clusters=8)["limits"]["clusters"] == 8
    assert make_cluster(account.client).status_code == 201
    assert make_cluster(account.client).status_code == 409


def test_item_20_of_50_uploads_at_the_same_time_as_many_bytes_as_allowed(new_user, limit):
    account = new_user()
    limit(f"users/{account.id}", dataset_bytes=10 * len(TABLE) + 5)
    call = ("POST", "/v1/uploads", {"content": TABLE, "headers": OCTETS})
    statuses = together(account.client, 50, call)
    assert sorted(statuses) == [201] * 10 + [409] * 40
    assert usage(account.client, f"users/{account.id}")["dataset_bytes"] == 10 * len(TABLE)


def test_item_20_of_50_checkpoints_at_the_same_time_as_many_bytes_as_allowed(new_user, limit):
    account = new_user()
    cluster = make_cluster(account.client).json()["id"]
    path = f"/v1/clusters/{cluster}/checkpoints"
    size = account.client.post(path, json={"name": "first"}).json()["bytes"]
    limit(f"projects/{account.project_id}", checkpoint_bytes=4 * size)
    statuses = together(account.client, 50, ("POST", path, {"json": {"name": "x"}}))
    assert sorted(statuses) == [201] * 3 + [409] * 47


def test_item_20_of_50_tasks_at_the_same_time_as_many_as_allowed(new_user, limit):
    account = new_user()
    dataset = make_dataset(account.client).json()["id"]
    cluster = make_cluster(account.client).json()["id"]
    limit(f"users/{account.id}", tasks=5)
    wish = TRAIN | {"dataset_id": dataset, "epochs": 10_000}
    statuses = together(account.client, 50, ("POST", f"/v1/clusters/{cluster}/tasks", {"json": wish}))
    assert sorted(set(statuses)) == [202, 409]
    tasks = account.client.get(f"/v1/clusters/{cluster}/tasks").json()["items"]
    assert len(tasks) == statuses.count(202) >= 5
    assert sum(task["state"] in {"queued", "running"} for task in tasks) <= 5
    for task in tasks:
        account.client.post(f"/v1/tasks/{task['id']}/cancel")
    assert usage(account.client, f"users/{account.id}")["tasks"] == 0
    again = account.client.post(f"/v1/clusters/{cluster}/tasks", json=wish | {"epochs": 1})
    assert again.status_code == 202


def test_a_network_that_may_not_grow_is_not_taught(new_user, limit):
    account = new_user()
    dataset, cluster = make_dataset(account.client).json()["id"], make_cluster(account.client).json()
    path = f"users/{account.id}"
    assert usage(account.client, path)["synapse_bytes"] == cluster["statistics"]["bytes"]
    tasks = f"/v1/clusters/{cluster['id']}/tasks"
    task = account.client.post(tasks, json=TRAIN | {"dataset_id": dataset}).json()
    done = wait_for_end(account.client, task["id"])
    assert usage(account.client, path)["synapse_bytes"] == done["progress"]["bytes"]
    limit(path, synapse_bytes=done["progress"]["bytes"])
    refused = account.client.post(tasks, json=TRAIN | {"dataset_id": dataset})
    assert refused.status_code == 409
    assert "quota of synapse bytes of the user" in refused.json()["detail"]
    request = {"type": "request", "dataset_id": dataset, "inputs": ["a"], "result_name": "r"}
    assert account.client.post(tasks, json=request).status_code == 202
    assert make_cluster(account.client).status_code == 409


def test_a_network_that_grows_too_large_is_stopped(new_user, limit):
    """Its growth is looked at once a second, so it may be a little larger than allowed."""
    account = new_user()
    rows = np.random.default_rng(5).normal(size=(400, 40)).round(3)
    table = ",".join(f"c{index}" for index in range(40)) + "\n" + "\n".join(",".join(map(str, row)) for row in rows)
    source = {"kind": "csv", "file": upload(account.client, table.encode()).json()["id"]}
    dataset = account.client.post("/v1/datasets", json={"name": "d", "source": source}).json()["id"]
    cluster = make_cluster(account.client).json()
    most = cluster["statistics"]["bytes"] + 100_000
    limit(f"projects/{account.project_id}", synapse_bytes=most)
    names = [f"c{index}" for index in range(40)]
    wish = {"type": "train", "dataset_id": dataset, "inputs": names[:30], "outputs": names[30:], "epochs": 10_000}
    task = account.client.post(f"/v1/clusters/{cluster['id']}/tasks", json=wish)
    assert task.status_code == 202, task.text
    done = wait_for_end(account.client, task.json()["id"])
    assert done["state"] == "failed"
    assert "quota of synapse bytes of the project" in done["error"]
    assert done["progress"]["done"] < done["progress"]["total"]
    assert account.client.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]["samples"] > 0


def test_answers_that_would_be_too_much_fail_their_task(new_user, limit):
    account = new_user()
    dataset, cluster = make_dataset(account.client).json(), make_cluster(account.client).json()["id"]
    tasks = f"/v1/clusters/{cluster}/tasks"
    wait_for_end(account.client, account.client.post(tasks, json=TRAIN | {"dataset_id": dataset["id"]}).json()["id"])
    limit(f"projects/{account.project_id}", dataset_bytes=dataset["bytes"])
    request = {"type": "request", "dataset_id": dataset["id"], "inputs": ["a"], "result_name": "r"}
    done = wait_for_end(account.client, account.client.post(tasks, json=request).json()["id"])
    assert (done["state"], done["result_dataset_id"]) == ("failed", None)
    assert "quota of dataset bytes of the project" in done["error"]
    assert [item["id"] for item in account.client.get("/v1/datasets").json()["items"]] == [dataset["id"]]


def test_a_dataset_takes_the_place_of_its_upload(new_user, limit):
    account = new_user()
    path = f"users/{account.id}"
    first = upload(account.client).json()
    made = make_dataset(account.client).json()
    assert usage(account.client, path)["dataset_bytes"] == made["bytes"] + first["size"]
    limit(path, dataset_bytes=made["bytes"] + first["size"])
    source = {"kind": "csv", "file": first["id"]}
    refused = account.client.post("/v1/datasets", json={"name": "d", "source": source})
    assert refused.status_code == 409  # an Arrow file is larger than these few rows of text
    assert account.client.delete(f"/v1/uploads/{first['id']}").status_code == 204  # and the upload was not used up


def test_limits_are_refused_before_the_bytes_are_taken(new_user, limit):
    account = new_user()
    limit(f"users/{account.id}", dataset_bytes=10)
    answer = upload(account.client, b"x" * (8 << 20))
    assert answer.status_code == 409
    assert usage(account.client, f"users/{account.id}")["dataset_bytes"] == 0


def test_who_sees_and_who_sets(new_user, admin):
    account, stranger = new_user(), new_user()
    boss = new_user(account.project_id, "project-admin")
    quota = account.client.get(f"/v1/users/{account.id}/quota").json()
    assert set(quota["limits"]) == set(quota["usage"]) == EVERYTHING
    assert set(quota["limits"].values()) == {None}
    for path in (f"/v1/users/{account.id}/quota", f"/v1/projects/{account.project_id}/quota"):
        assert stranger.client.get(path).status_code == 404
        for client in (account.client, boss.client):
            assert client.put(path, json={}).status_code == 403
        for bad in ({"clusters": -1}, {"clusters": 1.5}, {"cluster": 1}, {"clusters": "1"}, {"clusters": 2**53}):
            assert admin.put(path, json=bad).status_code == 422
        assert admin.put(path, json={"clusters": 0}).status_code == 200
        assert admin.put(path, json={}).json()["limits"]["clusters"] is None
    assert boss.client.get(f"/v1/projects/{account.project_id}/quota").status_code == 200
    assert make_cluster(account.client).status_code == 201


def test_limits_of_the_settings_hold_for_all_who_have_none_of_their_own(fresh_server):
    root = {"user_id": "root", "password": "root's long password"}
    server = fresh_server(
        admin_user=root["user_id"],
        admin_password=root["password"],
        user_quota='{"clusters": 1}',
        project_quota='{"clusters": 2}',
    )
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=root).json()['token']}"
        assert client.get(f"/v1/users/{ADMIN['user_id']}/quota").json()["limits"]["clusters"] == 1
        assert make_cluster(client).status_code == 201
        assert "of the user root" in make_cluster(client).json()["detail"]
        assert client.put(f"/v1/users/{ADMIN['user_id']}/quota", json={"clusters": 5}).status_code == 200
        assert make_cluster(client).status_code == 201
        assert "of the project default" in make_cluster(client).json()["detail"]


def test_nothing_is_made_for_a_project_that_was_deleted_meanwhile(new_user, admin):
    account = new_user()

    async def race():
        headers = {"Authorization": account.client.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=account.client.base_url, headers=headers, timeout=120) as client:
            making = [asyncio.create_task(client.post("/v1/clusters", json={"name": "c"})) for _ in range(20)]
            await asyncio.sleep(0.02)
            gone = await asyncio.to_thread(admin.delete, f"/v1/projects/{account.project_id}?force=true")
            return gone.status_code, [answer.status_code for answer in await asyncio.gather(*making)]

    gone, made = asyncio.run(race())
    assert gone == 204
    assert set(made) <= {201, 401, 409}
    owned = admin.get("/v1/clusters", params={"limit": 200}).json()["items"]
    assert not [item for item in owned if item["project_id"] == account.project_id]
