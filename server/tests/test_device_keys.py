"""Device keys: good for one cluster, told once, refused as soon as they should be."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from hanami_server.store.tables import DeviceKey
from sqlalchemy import select

from .operations import CASES, every_operation

WISH = {"name": "pump", "scopes": ["request", "learn"]}


@pytest.fixture
def account(new_user):
    return new_user()


@pytest.fixture
def cluster(account):
    return account.client.post("/v1/clusters", json={"name": "c"}).json()["id"]


@pytest.fixture
def make(account, cluster):
    """Make a key of the cluster."""

    def post(**changes):
        answer = account.client.post(f"/v1/clusters/{cluster}/device-keys", json=WISH | changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return post


@pytest.fixture
def device(server):
    """A client that shows a key."""
    clients = []

    def connect(key):
        clients.append(httpx.Client(base_url=server.url, timeout=60, headers={"Authorization": f"Bearer {key}"}))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def test_a_device_sees_its_cluster_and_nothing_else(account, cluster, make, device):
    other = account.client.post("/v1/clusters", json={"name": "other"}).json()["id"]
    made = make()
    sensor = device(made["key"])
    assert sensor.get("/v1/tokens/current").json() == {
        "user_id": None,
        "project_id": account.project_id,
        "roles": ["device"],
        "cluster_id": cluster,
        "scopes": ["learn", "request"],
    }
    assert sensor.get(f"/v1/clusters/{cluster}").json()["id"] == cluster
    missing = sensor.get(f"/v1/clusters/{uuid4()}")
    foreign = sensor.get(f"/v1/clusters/{other}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["detail"] == missing.json()["detail"]


@every_operation(lambda case: case.access == "policy" and "device" not in case.roles)
def test_item_4_a_device_may_call_nothing_that_is_not_for_devices(case, cluster, make, device):
    answer = device(make()["key"]).request(case.method, case.url(cluster_id=cluster), **case.body())
    assert answer.status_code == 403


def test_only_some_operations_are_for_devices():
    samples = {"openSession", "learnSamples", "requestSamples", "learnTruth"}
    assert {case.id for case in CASES if "device" in case.roles} == {"getIdentity", "getCluster"} | samples


def test_who_users_are(account, admin, anonymous):
    assert account.client.get("/v1/tokens/current").json() == {
        "user_id": account.id,
        "project_id": account.project_id,
        "roles": ["member"],
        "cluster_id": None,
        "scopes": None,
    }
    assert admin.get("/v1/tokens/current").json()["roles"] == ["admin", "project-admin"]
    assert anonymous.get("/v1/tokens/current").status_code == 401


def test_a_key_is_told_once_and_not_kept(account, cluster, make, in_database):
    made = make()
    key = made.pop("key")
    assert account.client.get(f"/v1/device-keys/{made['id']}").json() == made
    assert account.client.get(f"/v1/clusters/{cluster}/device-keys").json()["items"] == [made]
    rows = in_database(lambda session: [vars(row).copy() for row in session.scalars(select(DeviceKey))])
    assert key not in str(rows)
    assert made["id"] in str(rows)


def test_a_key_that_was_deleted_is_refused_at_once(account, make, device):
    made = make()
    sensor = device(made["key"])
    assert sensor.get("/v1/tokens/current").status_code == 200
    assert account.client.delete(f"/v1/device-keys/{made['id']}").status_code == 204
    assert sensor.get("/v1/tokens/current").status_code == 401
    assert account.client.delete(f"/v1/device-keys/{made['id']}").status_code == 404


def test_a_key_of_a_cluster_that_was_deleted_is_refused_at_once(account, cluster, make, device):
    sensor = device(make()["key"])
    assert sensor.get(f"/v1/clusters/{cluster}").status_code == 200
    assert account.client.delete(f"/v1/clusters/{cluster}").status_code == 204
    assert sensor.get(f"/v1/clusters/{cluster}").status_code == 401


def test_a_key_is_good_until_its_end(make, device):
    end = datetime.now(UTC) + timedelta(seconds=3)
    sensor = device(make(expires_at=end.isoformat())["key"])
    while True:
        asked, status = datetime.now(UTC), sensor.get("/v1/tokens/current").status_code
        if status == 401:
            break
        assert (status, asked < end) == (200, True)
        time.sleep(0.1)
    assert datetime.now(UTC) >= end


def test_item_10_a_key_is_as_good_as_the_user_who_made_it(account, admin, make, device):
    sensor = device(make()["key"])
    member = f"/v1/projects/{account.project_id}/members/{account.id}"
    for off, on in (
        (("PATCH", f"/v1/users/{account.id}", {"is_disabled": True}), ("PATCH", f"/v1/users/{account.id}", None)),
        (("DELETE", member, None), ("PUT", member, {"role": "member"})),
    ):
        assert sensor.get("/v1/tokens/current").status_code == 200
        assert admin.request(off[0], off[1], json=off[2]).status_code < 300
        assert sensor.get("/v1/tokens/current").status_code == 401
        assert admin.request(on[0], on[1], json=on[2] or {"is_disabled": False}).status_code < 300
    assert sensor.get("/v1/tokens/current").status_code == 200
    assert admin.delete(f"/v1/users/{account.id}", params={"force": True}).status_code == 204
    assert sensor.get("/v1/tokens/current").status_code == 401


@pytest.mark.parametrize("key", ["hdk_", "hdk_" + "A" * 43, "hdk_\x00", "hdk_" + "x" * 10_000])
def test_a_key_that_nobody_has(device, key):
    try:
        sensor = device(key)
        assert sensor.get("/v1/tokens/current").status_code in {400, 401}
    except (httpx.LocalProtocolError, httpx.RemoteProtocolError):
        assert "\x00" in key


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["learn", "learn"]}, "scopes"),
        ({"scopes": ["own"]}, "scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2100-01-01T00:00:00"}, "expires_at"),
        ({"key": "mine"}, "key"),
        ({"cluster_id": str(uuid4())}, "cluster_id"),
        ({"name": ""}, "name"),
    ],
)
def test_keys_that_cannot_be(account, cluster, changes, field):
    answer = account.client.post(f"/v1/clusters/{cluster}/device-keys", json=WISH | changes)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_device_may_name_what_it_does_once(cluster, make, device):
    first, second = device(make()["key"]), device(make()["key"])
    path, sample = f"/v1/clusters/{cluster}/samples", {"inputs": [[20.5, None]], "targets": [[1]]}
    told = [sensor.post(path, json=sample, headers={"Idempotency-Key": "reading-1"}) for sensor in (first, first)]
    assert [answer.status_code for answer in told] == [200, 200], told[0].text
    assert told[0].json() == told[1].json()
    other = second.post(path, json=sample, headers={"Idempotency-Key": "reading-1"})
    assert (
        other.json()["sequence" if "sequence" in other.json() else "samples"] >= 1
    )  # a key of its own, not that of another


def test_item_38_the_log_names_the_device(account, admin, cluster, make, device):
    made = make()
    assert device(made["key"]).delete(f"/v1/clusters/{cluster}").status_code == 403
    entry = admin.get("/v1/audit-log", params={"operation": "deleteCluster", "resource": cluster}).json()["items"][0]
    assert (entry["user_id"], entry["status"]) == (f"device:{made['id']}", 403)
    entry = admin.get("/v1/audit-log", params={"operation": "createDeviceKey", "resource": made["id"]}).json()["items"]
    assert [item["user_id"] for item in entry] == [account.id]
