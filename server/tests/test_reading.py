"""Problems name the fields of the request, also within lists and unions."""

import base64
import json

import pytest
from hanami_server.contract.reading import _field

pytestmark = pytest.mark.both_databases

SENT = {"type": "train", "source": {"kind": "idx", "images": 1}, "list": [{"a": 1}]}


@pytest.mark.parametrize(
    ("location", "field"),
    [
        ((), "body"),
        (("train", "epochs"), "epochs"),
        (("source", "idx", "images"), "source.images"),
        (("source", "idx", "labels"), "source.labels"),
        (("list", 0, "a"), "list.0.a"),
        (("unknown",), "unknown"),
    ],
)
def test_names_of_fields(location, field):
    assert _field(location, SENT) == field


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"id": "a", "name": "n\0", "password": "long enough\0"}, ["name", "password"]),
        ({"id": "a", "name": ["x", "\0"], "password": {"deep": "\0"}}, ["name.1", "password.deep"]),
        ({"id": "a", "name": "x", "password": "long enough", "\0": 1}, ["body"]),
        ("\0", ["body"]),
    ],
)
def test_text_that_a_database_cannot_keep_is_refused(admin, body, fields):
    answer = admin.post("/v1/users", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert {error["message"] for error in answer.json()["errors"]} == {"String should not have the character U+0000"}


def test_a_backslash_before_zeros_is_text(admin):
    password = "long enough \\u0000"
    assert admin.post("/v1/users", json={"id": "backslash", "name": "B", "password": password}).status_code == 201
    assert admin.post("/v1/tokens", json={"user_id": "backslash", "password": password}).status_code == 201


@pytest.mark.parametrize("moment", ["2026-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("row_id", ["x", "\0", "\ud800", "y" * 5000])
@pytest.mark.parametrize("path", ["/v1/users", "/v1/projects", "/v1/clusters"])
def test_forged_cursors_are_no_fault(admin, path, row_id, moment):
    cursor = base64.urlsafe_b64encode(json.dumps([moment, row_id]).encode()).decode()[:200]
    assert admin.get(path, params={"cursor": cursor}).status_code in (200, 422)


@pytest.mark.parametrize("user_id", ["%00", "A", "a" * 64, "a" * 5000, "%F0%9F%98%80", "a%20b", "-a", "%ff"])
def test_what_cannot_be_an_id_is_missing(admin, user_id):
    answer = admin.get(f"/v1/users/{user_id}")
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not found"


def test_a_query_with_what_cannot_be_kept_is_refused(admin):
    answer = admin.get("/v1/users?cursor=%00")
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]
