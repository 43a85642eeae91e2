"""Files that arrive in pieces, and files that are fetched in pieces."""

import hashlib
import os
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from .test_session_safety import ROOT, logged_in

pytestmark = pytest.mark.both_databases

TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (row, row * row) for row in range(2000))
SIZE = len(TABLE)
OCTETS = {"Content-Type": "application/octet-stream"}


def start(client, size=SIZE):
    answer = client.post("/v1/uploads/start", json={"size": size})
    assert answer.status_code == 201, answer.text
    return answer.json()


def append(client, upload, offset, data):
    path = f"/v1/uploads/{upload['id']}/append"
    return client.post(path, params={"offset": offset}, content=data, headers=OCTETS)


@pytest.fixture
def account(new_user):
    return new_user()


def make_dataset(client, upload):
    return client.post("/v1/datasets", json={"name": "d", "source": {"kind": "csv", "file": upload["id"]}})


def test_a_file_in_three_pieces(account):
    client, upload = account.client, start(account.client)
    assert (upload["size"], upload["received"], upload["sha256"]) == (len(TABLE), 0, None)
    for begin, end in ((0, 1000), (1000, 1001), (1001, len(TABLE))):
        told = append(client, upload, begin, TABLE[begin:end])
        assert told.status_code == 200, told.text
        assert told.json()["received"] == end
    assert told.json()["sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert client.get(f"/v1/uploads/{upload['id']}").json() == told.json()
    assert make_dataset(client, upload).json()["rows"] == 2000


def test_only_the_next_bytes_are_taken(account):
    client, upload = account.client, start(account.client)
    append(client, upload, 0, TABLE[:10])
    for offset in (0, 9, 11):
        refused = append(client, upload, offset, b"x")
        assert refused.status_code == 409
        assert f"10 of {len(TABLE)} bytes" in refused.json()["detail"]
    assert append(client, upload, 10, TABLE[10:] + b"x").status_code == 413
    told = client.get(f"/v1/uploads/{upload['id']}").json()
    assert 10 <= told["received"] <= len(TABLE)
    rest = append(client, upload, told["received"], TABLE[told["received"] :])
    assert rest.json()["sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert append(client, upload, len(TABLE), b"x").status_code == 409


def test_no_dataset_of_half_a_file(account):
    client, upload = account.client, start(account.client)
    append(client, upload, 0, TABLE[:100])
    refused = make_dataset(client, upload)
    assert refused.status_code == 422
    (problem,) = refused.json()["errors"]
    assert problem == {
        "field": "source.file",
        "message": f"expected a whole file; 100 of {len(TABLE)} bytes have arrived",
    }


@pytest.mark.parametrize("size", [0, -1, 1 << 60])
def test_sizes_that_are_none(account, size):
    assert account.client.post("/v1/uploads/start", json={"size": size}).status_code in {413, 422}


def test_what_arrived_before_the_line_broke_is_kept(account, server):
    upload, at = start(account.client), urlsplit(server.url)
    with socket.create_connection((at.hostname, at.port)) as line:
        head = (
            f"POST /v1/uploads/{upload['id']}/append?offset=0 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {account.client.headers['Authorization']}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(TABLE)}\r\n\r\n"
        )
        line.sendall(head.encode() + TABLE[:5000])
        time.sleep(0.3)
    deadline, received = time.monotonic() + 120, 0
    while not received:
        assert time.monotonic() < deadline
        received = account.client.get(f"/v1/uploads/{upload['id']}").json()["received"]
    assert received == 5000
    assert append(account.client, upload, 5000, TABLE[5000:]).json()["sha256"] == hashlib.sha256(TABLE).hexdigest()


def test_two_calls_at_a_time_do_not_mix(account, server):
    upload, line = call_that_stays(account.client, server)
    with line:
        line.sendall(TABLE[5000:])
        answer = b""
        with suppress(TimeoutError):
            line.settimeout(60)
            while hashlib.sha256(TABLE).hexdigest().encode() not in answer:
                answer += line.recv(4096)
    told = account.client.get(f"/v1/uploads/{upload['id']}").json()
    assert told["sha256"] == hashlib.sha256(TABLE).hexdigest()


def call_that_stays(client, server):
    """Begin to append, as often as it takes: whoever asks whether it holds the file may be in its way."""
    at = urlsplit(server.url)
    for wait in (0.2, 0.5, 1, 2, 4, 8):
        upload = start(client)
        head = (
            f"POST /v1/uploads/{upload['id']}/append?offset=0 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {client.headers['Authorization']}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(TABLE)}\r\n\r\n"
        )
        line = socket.create_connection((at.hostname, at.port))
        line.sendall(head.encode() + TABLE[:5000])
        time.sleep(wait)
        if append(client, upload, 0, b"").status_code == 409:
            return upload, line
        line.close()
    raise AssertionError("two calls append at the same time")


@pytest.mark.process
def test_pieces_outlive_the_server(fresh_server):
    process = fresh_server(**ROOT)
    with logged_in(process) as client:
        upload = start(client)
        append(client, upload, 0, TABLE[:700])
    os.kill(process.pid, 9)
    with (process.data_dir / "uploads" / upload["id"]).open("ab") as file:
        file.write(b"what was never told to anybody")
    with logged_in(fresh_server(**ROOT)) as client:
        assert client.get(f"/v1/uploads/{upload['id']}").json()["received"] == 700
        told = append(client, upload, 700, TABLE[700:]).json()
        assert told["sha256"] == hashlib.sha256(TABLE).hexdigest()


def test_room_is_taken_at_the_start(account, admin):
    quota = {"dataset_bytes": len(TABLE)}
    assert admin.put(f"/v1/users/{account.id}/quota", json=quota).status_code == 200
    start(account.client)
    refused = account.client.post("/v1/uploads/start", json={"size": 1})
    assert refused.status_code == 409


# Ranges


@pytest.fixture
def place(account):
    upload = start(account.client)
    append(account.client, upload, 0, TABLE)
    return f"/v1/datasets/{make_dataset(account.client, upload).json()['id']}/content"


def test_parts_make_up_the_whole(account, place):
    whole = account.client.get(place)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"] == "no-store"
    assert "Expires" not in whole.headers
    tag = {"If-Range": whole.headers["ETag"]}
    first = account.client.get(place, headers={"Range": "bytes=0-99"} | tag)
    rest = account.client.get(place, headers={"Range": "bytes=100-"} | tag)
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.headers["Content-Range"] == f"bytes 0-99/{len(whole.content)}"
    assert first.content + rest.content == whole.content
    other = account.client.get(place, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)


def test_a_part_that_is_not_there(account, place):
    refused = account.client.get(place, headers={"Range": "bytes=99999999-"})
    assert refused.status_code == 416
    assert refused.json()["title"] == "Range not satisfiable"
