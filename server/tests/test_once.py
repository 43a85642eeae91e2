"""Creations with an `Idempotency-Key`: done once, answered alike, whatever happens in between."""

import asyncio
import json
import socket
import time
from collections import Counter
from contextlib import closing
from uuid import uuid4

import httpx
import pytest
from hanami_server.store.tables import IdempotentAnswer, now
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from .operations import CASES, DOCUMENT

pytestmark = pytest.mark.both_databases

LEARNING = {"learnSamples", "learnTruth"}
SECRETS_TOLD_ONCE = {
    "createToken",
    "exchangeToken",
    "switchProject",
    "createDeviceKey",
}  # which are not kept for a second time
OCTETS = {"Content-Type": "application/octet-stream"}


def has_key(case):
    parameters = DOCUMENT["paths"][case.path][case.method.lower()].get("parameters", [])
    return any(parameter["name"] == "Idempotency-Key" for parameter in parameters)


@pytest.fixture
def key():
    return {"Idempotency-Key": str(uuid4())}


@pytest.fixture
def account(new_user):
    return new_user()


def create(client, headers, name="c"):
    return client.post("/v1/clusters", json={"name": name}, headers=headers)


def number_of_clusters(client):
    return len(client.get("/v1/clusters").json()["items"])


def test_every_creation_takes_a_key():
    created = {case.id for case in CASES if case.method == "POST" and case.statuses & {201, 202}}
    assert {case.id for case in CASES if has_key(case)} == (created | LEARNING) - SECRETS_TOLD_ONCE


def test_the_same_again_is_the_same_answer(account, key):
    first = create(account.client, key)
    again = create(account.client, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["ETag"] == again.headers["ETag"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert number_of_clusters(account.client) == 1


def test_another_wish_under_the_same_key(account, key, admin):
    assert create(account.client, key).status_code == 201
    for answer in (
        create(account.client, key, "another"),
        account.client.post("/v1/uploads", content=b"x", headers=OCTETS | key),
    ):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert number_of_clusters(account.client) == 1
    other = create(admin, key)  # keys of others are others
    assert other.status_code == 201
    assert "Idempotent-Replayed" not in other.headers


def test_the_same_key_in_another_project_is_another_wish(admin, new_user, new_project, connect, key):
    account, project = new_user(), new_project()
    assert create(account.client, key).status_code == 201
    assert admin.put(f"/v1/projects/{project}/members/{account.id}", json={"role": "member"}).status_code == 200
    elsewhere = connect(account.id, project_id=project)
    assert create(elsewhere, key).status_code == 422
    assert number_of_clusters(elsewhere) == 0


@pytest.mark.parametrize("bad", ["", "x" * 256, "a b", "ä".encode("latin-1")])
def test_what_is_no_key(account, bad):
    answer = create(account.client, {"Idempotency-Key": bad})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert number_of_clusters(account.client) == 0


def test_what_failed_may_be_tried_again(account, admin, key):
    admin.put(f"/v1/users/{account.id}/quota", json={"clusters": 0})
    assert create(account.client, key).status_code == 409
    admin.put(f"/v1/users/{account.id}/quota", json={})
    assert create(account.client, key).status_code == 201
    assert account.client.post("/v1/clusters", json={"name": 1}, headers=key).status_code == 422  # not even read
    assert number_of_clusters(account.client) == 1


def test_fifty_at_the_same_time_make_one(account, key):
    async def send():
        headers = {"Authorization": account.client.headers["Authorization"]} | key
        async with httpx.AsyncClient(base_url=account.client.base_url, headers=headers, timeout=120) as many:
            return await asyncio.gather(*(many.post("/v1/clusters", json={"name": "c"}) for _ in range(50)))

    answers = asyncio.run(send())
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
    assert number_of_clusters(account.client) == 1


def test_a_client_that_goes_away_finds_the_answer_later(account, key, server):
    body = json.dumps({"name": "c"}).encode()
    head = (
        f"POST /v1/clusters HTTP/1.1\r\nHost: x\r\nAuthorization: {account.client.headers['Authorization']}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: {key['Idempotency-Key']}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.05)
    answer = create(account.client, key)
    while answer.status_code == 409:
        time.sleep(0.1)
        answer = create(account.client, key)
    assert answer.status_code == 201
    assert number_of_clusters(account.client) == 1


def test_an_upload_that_breaks_off_may_be_tried_again(account, key, server):
    head = (
        f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: {account.client.headers['Authorization']}\r\n"
        f"Content-Type: application/octet-stream\r\nIdempotency-Key: {key['Idempotency-Key']}\r\n"
        "Content-Length: 100\r\n\r\nonly some"
    )
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode())
        time.sleep(0.3)
    deadline = time.monotonic() + 120
    while True:
        answer = account.client.post("/v1/uploads", content=b"a,b\n1,2\n", headers=OCTETS | key)
        if answer.status_code == 201 or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert answer.status_code == 201, answer.text
    again = account.client.post("/v1/uploads", content=b"a,b\n1,2\n", headers=OCTETS | key)
    assert again.json() == answer.json()


def test_what_a_crash_leaves_behind(fresh_server, database_url, tmp_path):
    root = {"user_id": "root", "password": "root's long password"}
    settings = {"admin_user": root["user_id"], "admin_password": root["password"]}
    keys = {name: {"Idempotency-Key": name} for name in ("done", "lost", "begun", "old")}

    def log_in(server):
        client = httpx.Client(base_url=server.url, timeout=60)
        client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=root).json()['token']}"
        return client

    with closing(log_in(fresh_server(**settings))) as client:
        done = {name: create(client, headers, name).json() for name, headers in keys.items()}
    edit_answers(database_url)
    with closing(log_in(fresh_server(**settings))) as client:
        assert create(client, keys["done"], "done").json() == done["done"]
        lost = create(client, keys["lost"], "lost")
        assert lost.status_code == 409
        assert "carried out" in lost.json()["detail"]
        assert create(client, keys["begun"], "begun").json()["id"] != done["begun"]["id"]
        assert create(client, keys["old"], "old").json()["id"] != done["old"]["id"]


def edit_answers(database_url):
    """Make of four answers: one as it was, one that was lost, one never begun, one of last week."""

    async def edit():
        engine = create_async_engine(database_url)
        async with AsyncSession(engine) as session, session.begin():
            for key, values in (
                ("lost", {"body": None}),
                ("begun", {"body": None, "status": None}),
                ("old", {"created_at": now().replace(year=2020)}),
            ):
                await session.execute(update(IdempotentAnswer).where(IdempotentAnswer.key == key).values(**values))
        await engine.dispose()

    asyncio.run(edit())


def test_no_password_is_kept(admin, in_database, key):
    secret = "canary-of-the-keys-4711"
    body = {"id": f"u{uuid4().hex[:8]}", "name": "U", "password": secret}
    first = admin.post("/v1/users", json=body, headers=key)
    assert admin.post("/v1/users", json=body, headers=key).json() == first.json()
    row = in_database(
        lambda session: vars(
            session.scalar(select(IdempotentAnswer).where(IdempotentAnswer.key == key["Idempotency-Key"]))
        ).copy()
    )
    assert secret not in str(row)
