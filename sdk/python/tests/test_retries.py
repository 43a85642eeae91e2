"""What is sent again, and what is not."""

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID

import pytest
from hanami_sdk import Client, ConflictError, InternalError, NoAnswerError, TooManyRequestsError, UnavailableError

INFO = {"version": "1", "engine_version": "2", "cores": 4, "memory_bytes": None}
INFO |= {"python_version": "3", "platform": "Linux", "database": "sqlite"}
AT_ONCE = {"Retry-After": "0"}
MOMENTS = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
USER = {"id": "ann", "name": "Ann", "is_admin": False, "is_disabled": False, "version": 1, "created_by": None} | MOMENTS


@pytest.mark.parametrize("status", [429, 503])
def test_not_now_is_asked_again(shaky, faulty, status):
    faulty.answer(status, headers=AT_ONCE)
    faulty.answer(status, headers=AT_ONCE)
    faulty.answer(body=INFO)
    assert shaky.system.info().cores == 4
    assert len(faulty.requests) == 3


def test_not_now_is_asked_again_with_the_same_body(shaky, faulty):
    faulty.answer(503, headers=AT_ONCE)
    faulty.answer(201, USER)
    assert shaky.users.create("ann", "Ann", "a long password").id == "ann"
    first, second = faulty.requests
    assert json.loads(first.body) == json.loads(second.body)


def test_two_retries_are_all(shaky, faulty):
    for _ in range(3):
        faulty.answer(429, headers=AT_ONCE)
    with pytest.raises(TooManyRequestsError):
        shaky.system.info()
    assert len(faulty.requests) == 3


def test_no_retries_where_none_are_wanted(faulty):
    faulty.answer(503, headers=AT_ONCE)
    with Client(faulty.url, token="x", retries=0) as client, pytest.raises(UnavailableError):
        client.system.info()
    assert len(faulty.requests) == 1


def test_a_lost_connection_is_tried_again_where_twice_is_once(shaky, faulty):
    faulty.answer(None)
    faulty.answer(body=INFO)
    assert shaky.system.info().version == "1"
    assert len(faulty.requests) == 2


def test_a_lost_connection_is_not_tried_again_where_twice_is_twice(shaky, faulty):
    faulty.answer(None)
    with pytest.raises(NoAnswerError):
        shaky.clusters.restore(UUID(int=0), UUID(int=0))
    assert len(faulty.requests) == 1


def test_creations_are_tried_again_under_the_same_key(shaky, faulty):
    faulty.answer(None)
    faulty.answer(409, headers=AT_ONCE)  # the first try is still at work
    faulty.answer(201, USER)
    assert shaky.users.create("ann", "Ann", "a long password").id == "ann"
    faulty.answer(201, USER)
    shaky.users.create("ann", "Ann", "a long password")
    first, second, third, other = (request.headers["Idempotency-Key"] for request in faulty.requests)
    assert first == second == third != other


def test_a_conflict_is_not_tried_again(shaky, faulty):
    faulty.answer(409)
    with pytest.raises(ConflictError):
        shaky.users.create("ann", "Ann", "a long password")
    assert len(faulty.requests) == 1


def test_faults_of_the_server_are_not_tried_again(shaky, faulty):
    faulty.answer(500)
    with pytest.raises(InternalError):
        shaky.system.info()
    assert len(faulty.requests) == 1


def test_nobody_there():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with Client(url, user="a", password="b", retries=1) as client, pytest.raises(NoAnswerError, match="refused"):
            client.system.info()


def test_retry_after_may_be_a_date(shaky, faulty):
    past = format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)
    faulty.answer(503, headers={"Retry-After": past})
    faulty.answer(body=INFO)
    assert shaky.system.info().cores == 4


def test_a_wait_that_is_too_long_is_not_begun(shaky, faulty):
    faulty.answer(429, headers={"Retry-After": "3600"})
    with pytest.raises(TooManyRequestsError):
        shaky.system.info()
    assert len(faulty.requests) == 1


def test_an_upload_from_an_iterator_is_sent_once(shaky, faulty):
    faulty.answer(503, headers=AT_ONCE | {"Connection": "close"})
    with pytest.raises(UnavailableError):
        shaky.uploads.create(iter([b"some", b"bytes"]))
    assert len(faulty.requests) == 1


def test_an_upload_from_a_path_is_sent_again(shaky, faulty, tmp_path):
    (tmp_path / "file").write_bytes(b"some bytes")
    upload = {
        "id": "0b0f2f2e-0000-4000-8000-000000000000",
        "owner_id": "ann",
        "project_id": "lab",
        **MOMENTS,
        "version": 1,
        "size": 10,
        "received": 10,
        "sha256": "",
    }
    faulty.answer(503, headers=AT_ONCE)
    faulty.answer(201, upload)
    assert shaky.uploads.create(tmp_path / "file").size == 10
    assert [request.body for request in faulty.requests] == [b"some bytes", b"some bytes"]


def test_a_download_that_breaks_off_leaves_nothing(shaky, faulty, tmp_path):
    faulty.answer(200, b"half", {"Content-Length": "8"})
    with pytest.raises(NoAnswerError):
        shaky.datasets.download("any", tmp_path / "data.arrow")
    assert list(tmp_path.iterdir()) == []
