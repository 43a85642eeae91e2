"""Who may open a session, what ends it, and that a bad client harms nobody else (items 7 and 25 to 29)."""

import json
import os
import signal
import socket
import threading
import time
from contextlib import closing, suppress

import httpx
import numpy as np
import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .talk import HEADER, LEARN, LEARN_AND_ANSWER, REQUEST, TEMPLATE, Talk, frame

X = np.random.default_rng(1).normal(size=(64, 4)).astype(np.float32)
ROOT = {"admin_user": "root", "admin_password": "a long enough one"}


def make_cluster(client, template=TEMPLATE):
    return client.post("/v1/clusters", json={"name": "c", "template": template}).json()["id"]


def logged_in(process):
    client = httpx.Client(base_url=process.url, timeout=60)
    login = {"user_id": "root", "password": ROOT["admin_password"]}
    client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=login).json()['token']}"
    return closing(client)


def refusal(server, cluster, token, **more):
    """The answer to a handshake that is refused: no websocket is opened."""
    with pytest.raises(InvalidStatus) as refused:
        Talk(server.url, cluster, token, **more)
    answer = refused.value.response
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["status"] == answer.status_code
    return answer.status_code, problem


@pytest.fixture
def account(new_user):
    return new_user()


@pytest.fixture
def cluster(account):
    return make_cluster(account.client)


# 25. Before it is accepted


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer ", "Basic eDp5", "Bearer hdk_x"])
def test_item_25_without_a_good_token_nothing_is_accepted(server, cluster, token):
    assert refusal(server, cluster, token)[0] == 401


def test_item_25_a_token_in_the_address_is_none(server, account, cluster):
    token = account.client.headers["Authorization"].removeprefix("Bearer ")
    assert refusal(server, f"{cluster}/session?token={token}&access_token={token}&x=", "")[0] in {401, 404}


def test_item_25_browsers_show_their_token_as_a_subprotocol(server, account, cluster):
    token = account.client.headers["Authorization"].removeprefix("Bearer ")
    with Talk(server.url, cluster, "", subprotocols=("hanami.v1", f"bearer.{token}")) as session:
        assert session.socket.subprotocol == "hanami.v1"
        session.open()
    assert refusal(server, cluster, "", subprotocols=("hanami.v1", "bearer.x"))[0] == 401
    assert refusal(server, cluster, "", subprotocols=(f"bearer.{token}",))[0] == 400


def test_item_25_foreign_is_missing(server, new_user, cluster):
    stranger = new_user().client.headers["Authorization"]
    (status, foreign), (_, missing) = (
        refusal(server, item, stranger) for item in (cluster, "00000000-0000-4000-8000-000000000000")
    )
    assert status == 404
    assert {**foreign, "request_id": 0} == {**missing, "request_id": 0}


def test_item_25_refused_openings_are_in_the_audit_log(server, admin, cluster, new_user):
    stranger = new_user()
    refusal(server, cluster, stranger.client.headers["Authorization"])
    entries = admin.get("/v1/audit-log", params={"user_id": stranger.id}).json()["items"]
    assert ("openSession", 404) in {(entry["operation"], entry["status"]) for entry in entries}


def test_an_opened_session_is_in_the_audit_log(server, admin, account, cluster):
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        opened = session.open()
    entries = admin.get("/v1/audit-log", params={"user_id": account.id}).json()["items"]
    assert ("openSession", opened.session_id) in {(entry["operation"], entry["resource"]) for entry in entries}


# 26. Origins and messages


def test_item_26_foreign_pages_are_refused(server, account, cluster):
    token = account.client.headers["Authorization"]
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        assert refusal(server, cluster, token, headers={"Origin": origin})[0] == 403
    with Talk(server.url, cluster, token, headers={"Origin": server.url}) as session:
        session.open()


def test_item_26_named_pages_are_let_in(fresh_server):
    process = fresh_server(**ROOT, allowed_origins='["https://panel.example"]')
    with logged_in(process) as client:
        token, cluster = client.headers["Authorization"], make_cluster(client)
        with Talk(process.url, cluster, token, headers={"Origin": "https://panel.example"}) as session:
            session.open()
        assert refusal(process, cluster, token, headers={"Origin": "https://other.example"})[0] == 403


@pytest.mark.parametrize(
    "message",
    [
        HEADER.pack(9, 1, 1, 0, 0) + bytes(16),
        HEADER.pack(0, 1, 1, 0, 0) + bytes(16),
        HEADER.pack(131, 1, 1, 0, 0) + bytes(16),
        HEADER.pack(LEARN, 7, 1, 0, 0) + bytes(20),
        HEADER.pack(LEARN, 0, 1, 0, 0) + bytes(20),
        b"",
        b"short",
        "",
        "no json",
        "[]",
        '{"type": "unknown"}',
        '{"type": "rest", "more": 1}',
        '{"type": "open"}',
        '{"type": "layout", "inputs": [{"width": 0}]}',
        "[" * 100_000,
    ],
)
def test_item_26_what_is_no_message_ends_the_session(server, account, cluster, message):
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        session.socket.send(message)
        code, reason, goodbye = session.end()
        assert (code, goodbye.sequence, goodbye.durable) == (1008, 1, 1)
        assert reason


@pytest.mark.parametrize("first", [b"x" * 20, '{"type": "save"}', "x", frame(LEARN, X[:1], [1])])
def test_item_26_a_session_begins_with_open(server, account, cluster, first):
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        session.socket.send(first)
        assert session.end()[:1] == (1008,)


def test_item_26_an_oversize_message_closes(server, account, cluster):
    """By the size that its first bytes tell: nobody waits for the rest."""
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        opened = session.open()
        masked = bytes([0x82, 0x80 | 127]) + (opened.frame_bytes + 1).to_bytes(8, "big") + bytes(4)
        session.socket.socket.sendall(masked)
        assert session.end()[0] == 1009


# 7. Who is not welcome any more


@pytest.mark.parametrize("way", ["membership", "logout", "disabled", "password", "deleted"])
def test_item_7_whoever_may_not_stay_is_out_within_five_seconds(server, admin, account, cluster, way):
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        if way == "membership":
            gone = admin.delete(f"/v1/projects/{account.project_id}/members/{account.id}")
        elif way == "logout":
            gone = account.client.delete("/v1/tokens/current")
        elif way == "disabled":
            gone = admin.patch(f"/v1/users/{account.id}", json={"is_disabled": True})
        elif way == "password":
            gone = admin.put(f"/v1/users/{account.id}/password", json={"password": "another long password"})
        else:
            gone = admin.delete(f"/v1/users/{account.id}", params={"force": "true"})
        assert gone.is_success, gone.text
        code, _, _ = session.end()
        assert code in {4401, 4403, 4404}


def test_item_7_a_device_key_that_is_gone_ends_its_session(server, account, cluster):
    made = account.client.post(f"/v1/clusters/{cluster}/device-keys", json={"name": "k", "scopes": ["learn"]}).json()
    with Talk(server.url, cluster, f"Bearer {made['key']}") as session:
        session.open()
        assert session.say(LEARN, X[0], 1)["type"] == "answer"
        assert account.client.delete(f"/v1/device-keys/{made['id']}").status_code == 204
        assert session.end()[0] == 4401


def test_keys_are_good_for_their_scopes_only(server, account, cluster):
    keys = {
        scope: account.client.post(f"/v1/clusters/{cluster}/device-keys", json={"name": "k", "scopes": [scope]}).json()
        for scope in ("learn", "request")
    }
    other = make_cluster(account.client)
    assert refusal(server, other, f"Bearer {keys['learn']['key']}")[0] == 404
    good = {"learn": {LEARN}, "request": {REQUEST}}
    for scope, made in keys.items():
        with Talk(server.url, cluster, f"Bearer {made['key']}") as session:
            session.open()
            for kind in (LEARN, REQUEST, LEARN_AND_ANSWER):
                heard = session.say(kind, X[0], None if kind == REQUEST else 1)
                assert heard["type"] == ("answer" if kind in good[scope] else "error"), (scope, kind)
                assert heard.get("kind") in {kind, "forbidden"}


def test_a_removed_cluster_ends_its_sessions(server, account, cluster):
    with Talk(server.url, cluster, account.client.headers["Authorization"]) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        assert account.client.delete(f"/v1/clusters/{cluster}").status_code == 204
        assert session.end()[0] == 4404


def test_open_sessions_have_a_quota(server, admin, account, cluster):
    token = account.client.headers["Authorization"]
    assert admin.put(f"/v1/users/{account.id}/quota", json={"sessions": 2}).is_success
    with Talk(server.url, cluster, token) as first, Talk(server.url, cluster, token) as second:
        first.open()
        opened = second.open()
        assert admin.get(f"/v1/users/{account.id}/quota").json()["usage"]["sessions"] == 2
        with Talk(server.url, cluster, token) as third:
            third.order(type="open")
            assert third.end()[0] == 4429
        with Talk(server.url, cluster, token) as again:  # the same session is no further one
            again.open(session_id=opened.session_id)
            assert second.end()[0] == 4409
    deadline = time.monotonic() + 60
    while admin.get(f"/v1/users/{account.id}/quota").json()["usage"]["sessions"] and time.monotonic() < deadline:
        time.sleep(0.05)
    with Talk(server.url, cluster, token) as fourth:
        fourth.open()


# 27. Clients that do not read, or do not send


@pytest.mark.process
def test_item_27_a_client_that_never_reads_fills_no_memory(server, account, cluster):
    """It sends as much as it can; what cannot be answered waits with the sender."""
    token, process = account.client.headers["Authorization"], psutil.Process(server.pid)
    with Talk(server.url, cluster, token) as warm:
        warm.open()
        warm.say(LEARN, X, np.zeros(64))
    before = process.memory_info().rss
    deaf = Talk(server.url, cluster, token, max_queue=1)
    deaf.open()
    flood = frame(LEARN_AND_ANSWER, np.tile(X, (16, 1)), np.zeros(1024))
    sent = 0

    def send():
        nonlocal sent
        with suppress(ConnectionClosed, OSError):
            while True:
                deaf.socket.send(flood)
                sent += 1

    deaf.socket.recv_messages.get = lambda *_: None
    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    with Talk(server.url, cluster, token) as other:
        other.open()
        for _ in range(50):
            assert other.say(REQUEST, X[0])["type"] == "answer"
    assert account.client.get("/readyz").status_code == 200
    assert process.memory_info().rss - before < 64 << 20
    deaf.socket.socket.shutdown(socket.SHUT_RDWR)
    thread.join(20)
    assert not thread.is_alive()


def test_item_27_a_client_that_never_sends_is_closed(fresh_server):
    process = fresh_server(**ROOT, session_idle_seconds="3")
    with logged_in(process) as client:
        cluster, token = make_cluster(client), client.headers["Authorization"]
        with Talk(process.url, cluster, token) as silent:
            silent.open()
            assert silent.end()[0] == 4408


# 28. Dead peers, and the end of the server


def test_item_28_dead_peers_are_found_by_pings(fresh_server):
    process = fresh_server(**ROOT, session_ping_seconds="2")
    with logged_in(process) as client:
        cluster, token = make_cluster(client), client.headers["Authorization"]
        session = Talk(process.url, cluster, token)
        session.open()
        path = f"/v1/clusters/{cluster}/sessions"
        assert [one["connected"] for one in client.get(path).json()["items"]] == [True]
        session.say(LEARN, X[0], 1)
        stopped = session.socket.protocol
        stopped.receive_data = lambda _: None  # nothing is answered any more, not even a ping
        deadline = time.monotonic() + 60
        while client.get(path).json()["items"][0]["connected"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        session.socket.socket.close()
        session.socket.recv_events_thread.join(5)


@pytest.mark.process
def test_item_28_a_server_that_stops_says_goodbye(fresh_server):
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        cluster, token = make_cluster(client), client.headers["Authorization"]
        with Talk(process.url, cluster, token) as session, Talk(process.url, cluster, token) as idle:
            session.open()
            idle.open()
            for row in range(20):
                session.send(LEARN, X[row], row % 3)
            os.kill(process.pid, signal.SIGTERM)
            answers = 0
            while (heard := session.next())["type"] != "goodbye":
                answers += heard["type"] == "answer"
            assert heard.code == 1001
            assert answers == heard.sequence == heard.durable
            assert session.end()[0] == idle.end()[0] == 1001
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        assert client.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == answers


# 29. Several at a time


def test_item_29_sessions_and_tasks_take_turns(server, account, cluster):
    """Whatever comes first is done first, and nothing is lost or done twice."""
    client, token = account.client, account.client.headers["Authorization"]
    content = "a,b,c,d,e\n" + "1,2,3,4,1\n" * 20_000
    upload = client.post("/v1/uploads", content=content, headers={"Content-Type": "application/octet-stream"}).json()
    source = {"kind": "csv", "file": upload["id"]}
    dataset = client.post("/v1/datasets", json={"name": "d", "source": source}).json()["id"]
    task = {"type": "train", "dataset_id": dataset, "inputs": list("abcd"), "outputs": ["e"]}
    task = client.post(f"/v1/clusters/{cluster}/tasks", json=task).json()["id"]

    def learn(count):
        with Talk(server.url, cluster, token) as session:
            session.open()
            for row in range(count):
                assert session.say(LEARN_AND_ANSWER, X[row], row % 3)["type"] == "answer"

    threads = [threading.Thread(target=learn, args=(50,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.get(f"/v1/tasks/{task}/events")
    assert client.get(f"/v1/tasks/{task}").json()["state"] == "finished"
    assert client.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 20_000 + 4 * 50


def test_a_checkpoint_comes_back_between_two_frames(server, account, cluster):
    client, token = account.client, account.client.headers["Authorization"]
    with Talk(server.url, cluster, token) as session:
        session.open()
        session.say(LEARN, X[0], 1)
        kept = client.post(f"/v1/clusters/{cluster}/checkpoints", json={"name": "k"}).json()["id"]
        wanted = session.say(REQUEST, X[1]).outputs["y"].tolist()
        session.say(LEARN, X, np.ones(64))
        assert session.say(REQUEST, X[1]).outputs["y"].tolist() != wanted
        assert client.post(f"/v1/clusters/{cluster}/restore", json={"checkpoint_id": kept}).is_success
        assert session.say(REQUEST, X[1]).outputs["y"].tolist() == wanted
        assert session.say(LEARN, X[2], 2)["type"] == "answer"
    assert client.get(f"/v1/clusters/{cluster}").json()["statistics"]["samples"] == 2
