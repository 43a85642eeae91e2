"""Every failure of every route answers in the one shape, and as the contract declares."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hanami_server.access.tokens import Claims, Tokens
from hanami_server.contract.errors import ERRORS

from .operations import every_operation

SHAPE = {"type", "title", "status", "detail", "errors", "request_id"}
BAD_TOKENS = {
    "no token": {},
    "another scheme": {"Authorization": "Basic cm9vdDpyb290"},
    "not a token": {"Authorization": "Bearer nonsense"},
    "empty": {"Authorization": "Bearer"},
    "expired": {
        "Authorization": "Bearer "
        + Tokens([b"a secret of the tests, long enough to be one"], timedelta(hours=-1)).issue(Claims("root", None))[0]
    },
}


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of that status and nothing else; give the problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert set(problem) == SHAPE
    assert problem["status"] == status
    assert problem["type"] == f"/docs#{ERRORS[status].slug()}"
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    for error in problem["errors"]:
        assert set(error) == {"field", "message"}
    return problem


def with_json(case: Any) -> bool:
    return case.media == "application/json"


@pytest.fixture
def call(admin: httpx.Client, anonymous: httpx.Client) -> Callable[..., httpx.Response]:
    """Call an operation with whatever is wrong; as the admin, who is stopped by nothing else."""

    def send(case: Any, client: httpx.Client = admin, **arguments: Any) -> httpx.Response:
        answer = client.request(case.method, case.url(), **arguments)
        assert answer.status_code in case.statuses | {405}, f"{case.id} does not declare {answer.status_code}"
        return answer

    return send


@every_operation(lambda case: case.access != "public")
@pytest.mark.parametrize("headers", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_item_4_without_a_good_token(case, call, anonymous, headers):
    answer = call(case, anonymous, headers=headers)
    problem_of(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@every_operation(lambda case: case.roles == {"admin"})
def test_item_4_what_only_admins_may_do(case, call, member):
    problem_of(call(case, member, **case.body()), 403)


@every_operation(lambda case: "{" in case.path)
def test_unknown_ids(case, call):
    problem_of(call(case, **case.body()), 404)


@every_operation(lambda case: "_id}" in case.path)
@pytest.mark.parametrize("bad", ["x" * 300, "..%2F..%2Fetc%2Fpasswd", "%00", "%FF%FE", "null"])
def test_ids_that_cannot_be(case, admin, bad):
    answer = admin.request(case.method, case.url(**dict.fromkeys(_names(case), bad)), **case.body())
    problem_of(answer, 404)


def _names(case: Any) -> list[str]:
    return [part.strip("{}") for part in case.path.split("/") if part.startswith("{")]


@every_operation()
def test_item_4_wrong_method(case, admin):
    answer = admin.request("TRACE", case.url())
    problem_of(answer, 405)
    assert case.method in answer.headers["Allow"].split(", ")


@every_operation()
def test_item_4_trailing_slash_is_another_address(case, anonymous):
    problem_of(anonymous.request(case.method, case.url() + "/"), 404)


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "//v1/users", "/v1/../v1/nothing", "/v1/users/a/b", "/%"])
def test_unknown_address(anonymous, path):
    problem_of(anonymous.get(path), 404)


@every_operation(lambda case: case.media is not None)
@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx"]
)
def test_wrong_content_type(case, call, media):
    problem_of(call(case, content=b"{}", headers={"Content-Type": media}), 415)


@every_operation(lambda case: case.media is not None)
def test_missing_content_type(case, call):
    problem_of(call(case, content=b"{}"), 415)


@every_operation(with_json)
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe{}", b'{"a": "\xc3\x28"}', b'{"a": "\\ud800"}', b"[" * 100_000],
)
def test_not_json(case, call, content):
    problem_of(call(case, content=content, headers={"Content-Type": case.media}), 400)


@every_operation(with_json)
@pytest.mark.parametrize("value", [None, 1, True, "text", [], [{}], {}], ids=json.dumps)
def test_json_of_another_type(case, call, value):
    answer = call(case, content=json.dumps(value), headers={"Content-Type": case.media})
    is_good = value == {} and case.id in {"setUserQuota", "setProjectQuota"}  # no limits: nobody has the id, though
    assert problem_of(answer, 404 if is_good else 422)["errors"] or is_good


@every_operation(with_json)
def test_every_field_of_another_type(case, call):
    for name in case.example:
        problem = problem_of(call(case, json=case.example | {name: {"unexpected": ["thing"]}}), 422)
        tagged = name in ("kind", "type")  # the tag of a union is missed by the whole
        assert {error["field"].split(".")[0] for error in problem["errors"]} == {"body" if tagged else name}


@every_operation(with_json)
@pytest.mark.parametrize("field", ["owner_id", "created_at", "x" * 1000, "__class__"])
def test_item_5_unknown_fields(case, call, field):
    problem = problem_of(call(case, json=case.example | {field: "x"}), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


@every_operation(with_json)
def test_numbers_and_truths_are_not_read_from_text(case, call):
    for name, value in case.example.items():
        if isinstance(value, int | bool):
            problem_of(call(case, json=case.example | {name: str(value)}), 422)


@every_operation(with_json)
def test_item_22_oversize(case, call):
    content = b'{"a": "' + b"x" * (1 << 20) + b'"}'
    headers = {"Content-Type": case.media}
    problem_of(call(case, content=content, headers=headers), 413)

    def chunks() -> Iterator[bytes]:
        yield from (content[start : start + 65536] for start in range(0, len(content), 65536))

    problem_of(call(case, content=chunks(), headers=headers), 413)


@every_operation(lambda case: case.has_query and "{" not in case.path)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "x"),
        ("limit", "1e9"),
        ("cursor", "x"),
        ("cursor", "WyJhIiwiYiJd"),
        ("offset", "1"),
    ],
)
def test_item_22_bad_query(case, call, name, value):
    problem = problem_of(call(case, params={name: value}), 422)
    assert [error["field"] for error in problem["errors"]] == [name]


def test_item_37_nothing_of_the_inside_shows(admin):
    """SQL, paths and traces stay in the log."""
    answers = [
        admin.post("/v1/projects", json={"id": "default", "name": "Again"}),
        admin.get("/v1/users", params={"cursor": "' OR 1=1 --"}),
        admin.get("/v1/users/' OR 1=1 --"),
    ]
    for answer in answers:
        assert not {"Traceback", "sqlite", "INSERT", "SELECT", ".py", "/site-packages"} & set(answer.text.split())
