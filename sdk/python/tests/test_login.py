"""Where credentials come from, and how tokens are renewed."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hanami_sdk import Client, ConfigurationError, UnauthorizedError

INFO = {"version": "1", "engine_version": "2", "cores": 4, "memory_bytes": None}
INFO |= {"python_version": "3", "platform": "Linux", "database": "sqlite"}


def token(text: str, lifetime: timedelta = timedelta(hours=1)) -> dict[str, object]:
    return {
        "token": text,
        "expires_at": (datetime.now(UTC) + lifetime).isoformat(),
        "user_id": "ann",
        "project_id": None,
        "roles": [],
    }


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("URL", "USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"HANAMI_{name}", raising=False)


@pytest.fixture
def ann(faulty):
    with Client(faulty.url, user="ann", password="secret") as client:
        yield client


def sent_tokens(faulty):
    return [seen.headers.get("Authorization") for seen in faulty.requests if seen.path != "/v1/tokens"]


def test_one_login_serves_many_requests(ann, faulty):
    faulty.answer(201, token("first"))
    faulty.answer(body=INFO)
    faulty.answer(body=INFO)
    ann.system.info()
    ann.system.info()
    assert [seen.path for seen in faulty.requests] == ["/v1/tokens", "/v1/system/info", "/v1/system/info"]
    assert sent_tokens(faulty) == ["Bearer first"] * 2


def test_a_token_is_renewed_before_it_ends(ann, faulty):
    faulty.answer(201, token("first", timedelta(seconds=-1)))
    faulty.answer(body=INFO)
    faulty.answer(201, token("second"))
    faulty.answer(body=INFO)
    ann.system.info()
    ann.system.info()
    assert sent_tokens(faulty) == ["Bearer first", "Bearer second"]


def test_a_refused_token_is_renewed_once(ann, faulty):
    faulty.answer(201, token("first"))
    faulty.answer(401)
    faulty.answer(201, token("second"))
    faulty.answer(body=INFO)
    assert ann.system.info().cores == 4
    assert sent_tokens(faulty) == ["Bearer first", "Bearer second"]
    faulty.answer(401)
    faulty.answer(201, token("third"))
    faulty.answer(401)
    with pytest.raises(UnauthorizedError):
        ann.system.info()


def test_a_token_from_elsewhere_is_not_renewed(shaky, faulty):
    faulty.answer(401)
    with pytest.raises(UnauthorizedError):
        shaky.system.info()
    assert sent_tokens(faulty) == ["Bearer a token"]


def test_wrong_password(server, admin):
    with Client(server.url, user=admin["user"], password="wrong") as client, pytest.raises(UnauthorizedError):
        client.system.info()


def test_everything_from_the_environment(server, admin, monkeypatch):
    monkeypatch.setenv("HANAMI_URL", server.url + "/")
    monkeypatch.setenv("HANAMI_USER", admin["user"])
    monkeypatch.setenv("HANAMI_PASSWORD", admin["password"])
    with Client() as client:
        assert client.users.get(admin["user"]).is_admin
    monkeypatch.delenv("HANAMI_USER")
    access = httpx.post(
        f"{server.url}/v1/tokens", json={"user_id": admin["user"], "password": admin["password"]}
    ).json()
    monkeypatch.setenv("HANAMI_TOKEN", access["token"])
    with Client() as client:
        assert client.users.get(admin["user"]).is_admin


def test_arguments_come_before_the_environment(server, admin, monkeypatch):
    monkeypatch.setenv("HANAMI_URL", "http://nowhere.invalid")
    monkeypatch.setenv("HANAMI_TOKEN", "not this one")
    with Client(server.url, **admin) as client:
        assert client.users.get(admin["user"]).is_admin


def test_what_is_missing_is_named():
    with pytest.raises(ConfigurationError, match="HANAMI_URL"):
        Client(token="x")
    with pytest.raises(ConfigurationError, match="HANAMI_TOKEN"):
        Client("http://127.0.0.1:1", user="ann")
