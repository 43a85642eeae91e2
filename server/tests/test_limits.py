"""How often somebody may call, and how often somebody may be wrong about a password."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from hanami_server.access.passwords import Passwords

from .operations import every_operation

PASSWORD = "a long enough password"
ROOT = {"user_id": "root", "password": PASSWORD}
START = {"admin_user": ROOT["user_id"], "admin_password": PASSWORD}


@every_operation()
def test_every_operation_has_a_limit_but_the_probes(case):
    assert (429 in case.statuses) is (case.path not in {"/livez", "/readyz"})


def log_in(client: httpx.Client, user: str = "root", password: str = PASSWORD) -> httpx.Response:
    answer = client.post("/v1/tokens", json={"user_id": user, "password": password})
    if answer.status_code == 201:
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return answer


@pytest.fixture
def client(fresh_server):
    clients = []

    def start(**settings: str) -> httpx.Client:
        clients.append(httpx.Client(base_url=fresh_server(**START, **settings).url, timeout=60))
        return clients[-1]

    yield start
    for one in clients:
        one.close()


def expect_too_many(answer: httpx.Response, seconds: int) -> None:
    assert answer.status_code == 429, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Too many requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= seconds


def test_a_user_has_so_many_requests_a_minute(client):
    one = client(requests_per_minute="5", costly_requests_per_minute="2")
    log_in(one)
    for left in (4, 3, 2, 1, 0):
        answer = one.get("/v1/clusters")
        told = {name: answer.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining")}
        assert (answer.status_code, told) == (200, {"Limit": "5", "Remaining": str(left)})
        assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 120
    expect_too_many(one.get("/v1/clusters"), 120)
    assert one.get("/livez").status_code == 200
    statuses = [one.post("/v1/clusters", json={"name": "c"}).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]  # costly ones are counted by themselves


def test_addresses_without_a_good_token_have_so_many_requests_a_minute(client):
    one = client(anonymous_requests_per_minute="5")
    log_in(one)
    with httpx.Client(base_url=one.base_url) as stranger:
        statuses = [stranger.get("/v1/clusters").status_code for _ in range(3)]
        statuses += [stranger.get("/v1/clusters", headers={"Authorization": "Bearer x"}).status_code for _ in range(3)]
        assert statuses == [401] * 4 + [429] * 2
        expect_too_many(log_in(stranger), 120)
        assert stranger.get("/readyz").status_code == 200
    assert one.get("/v1/clusters").status_code == 200  # who has a token is not held up by strangers


@pytest.mark.parametrize("user", ["root", "nobody"])
def test_item_13_passwords_cannot_be_tried_for_long(client, user):
    one = client(login_failures="3")
    bodies = [log_in(one, user, "wrong").json() for _ in range(3)]
    assert {body["status"] for body in bodies} == {401}
    expect_too_many(log_in(one, user, "wrong"), 600)
    expect_too_many(log_in(one, user), 600)  # the right one is not even looked at
    assert log_in(one, "somebody-else", "wrong").status_code == 401


def test_a_login_that_succeeds_forgets_what_was_wrong(client):
    one = client(login_failures="3")
    for _ in range(3):
        assert [log_in(one, password="wrong").status_code for _ in range(2)] == [401, 401]
        assert log_in(one).status_code == 201


def test_many_users_from_one_address_are_too_many(client):
    one = client(login_failures="2")
    statuses = [log_in(one, f"user-{number}", "wrong").status_code for number in range(22)]
    assert statuses == [401] * 20 + [429] * 2


def test_guesses_at_the_same_time_are_counted_too(client):
    one = client(login_failures="3")
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: log_in(one, password="wrong").status_code, range(24)))
    assert 3 <= statuses.count(401) <= 15  # those that were on their way when the third came back
    assert statuses.count(401) + statuses.count(429) == 24
    expect_too_many(log_in(one), 600)


def test_item_13_unknown_users_are_told_the_same_as_wrong_passwords(new_user, anonymous):
    for user in (new_user().id, "nobody-at-all"):
        answer = anonymous.post("/v1/tokens", json={"user_id": user, "password": "wrong"})
        assert answer.json()["detail"] == "Unknown user, wrong password, or not a member of that project."


async def test_item_13_as_much_is_computed_for_unknown_users_as_for_wrong_passwords(monkeypatch):
    verify, verified = PasswordHasher.verify, []
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, kept, given: verified.append(kept) or verify(self, kept, given)
    )
    with closing(Passwords(memory=32, passes=1)) as passwords:
        kept = await passwords.hash("right")
        assert await passwords.verify(kept, "right")
        assert not await passwords.verify(kept, "wrong")
        assert not await passwords.verify(None, "wrong")
    right, wrong, unknown = map(extract_parameters, verified)
    assert right == wrong == unknown
