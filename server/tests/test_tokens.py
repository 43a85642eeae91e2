"""Logging in, and every kind of token that is not good."""

import base64
import json
import stat
from datetime import timedelta

import httpx
import jwt
import pytest
from hanami_server.access.secret import rotate, token_secrets
from hanami_server.access.tokens import AUDIENCE, Claims, Tokens
from hanami_server.contract.errors import UnauthorizedError

SECRET = b"a secret of this test that is long enough for every HMAC that is tried"
PASSWORD = "a long enough password"
TOKENS = Tokens([SECRET], timedelta(minutes=5))


def good() -> tuple[dict[str, object], dict[str, object]]:
    """Header and payload of a token that is good."""
    token, _ = TOKENS.issue(Claims("alice", "digits"))
    payload = jwt.decode(token, SECRET, ["HS256"], audience=AUDIENCE)
    return jwt.get_unverified_header(token), payload


def forge(header: dict[str, object] | None = None, secret: bytes = SECRET, drop: str = "", **claims: object) -> str:
    """A token that is good but for these changes, with a right signature for its algorithm."""
    base, payload = good()
    headers = base | (header or {})
    payload = {name: value for name, value in (payload | claims).items() if name != drop}
    return jwt.encode(payload, secret, str(headers.pop("alg")), headers=headers)


def unsigned(algorithm: str) -> str:
    header, payload = good()
    parts = [json.dumps(part).encode() for part in (header | {"alg": algorithm}, payload)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def test_good_token_says_who():
    assert TOKENS.read(forge()).claims == Claims("alice", "digits")


BAD = {
    "algorithm none": unsigned("none"),
    "algorithm None": unsigned("None"),
    "empty signature": unsigned("HS256"),
    "another HMAC": forge({"alg": "HS384"}),
    "another key": forge(secret=b"another secret that is long enough too"),
    "expired": forge(exp=1),
    "not yet valid": forge(nbf=2**33, iat=2**33),
    "another issuer": forge(iss="somebody"),
    "another audience": forge(aud="something"),
    "another key id": forge({"kid": "0" * 16}),
    "key in the header": forge({"jwk": {"kty": "oct", "k": "AAAA"}}),
    "address of a key": forge({"jku": "https://example.org/keys"}),
    "address of a certificate": forge({"x5u": "https://example.org/cert"}),
    "critical extension": forge({"crit": ["b64"], "b64": True}),
    "no sub": forge(drop="sub"),
    "not a token": "x.y.z",
    "empty": "",
} | {f"no {claim}": forge(drop=claim) for claim in ("iss", "aud", "iat", "nbf", "exp", "jti")}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
def test_item_8_item_9_bad_tokens(token):
    with pytest.raises(UnauthorizedError):
        TOKENS.read(token)


def test_every_changed_character_breaks_the_signature():
    token = forge()
    start = token.rindex(".") + 1
    for index in range(start, len(token) - 1):  # the last character has bits that mean nothing
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        with pytest.raises(UnauthorizedError):
            TOKENS.read(changed)


def test_key_is_made_once_and_only_for_its_owner(tmp_path):
    (secret,) = token_secrets(None, None, tmp_path)
    assert len(secret) >= 32
    assert token_secrets(None, None, tmp_path) == [secret]
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_differ(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert len({token_secrets(None, None, folder)[0] for folder in folders}) == 2


def test_item_12_the_key_before_is_good_until_the_next_rotation(tmp_path):
    def tokens():
        return Tokens(token_secrets(None, None, tmp_path), timedelta(minutes=5))

    old, _ = tokens().issue(Claims("alice", "digits"))
    rotate(tmp_path)
    new, _ = tokens().issue(Claims("alice", "digits"))
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert tokens().read(old).claims == tokens().read(new).claims == Claims("alice", "digits")
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rotate(tmp_path)
    assert tokens().read(new)
    with pytest.raises(UnauthorizedError):
        tokens().read(old)


def test_item_12_a_key_does_not_sign_in_the_name_of_another(tmp_path):
    first, second = b"a" * 32, b"b" * 32
    tokens = Tokens([first, second], timedelta(minutes=5))
    token, _ = tokens.issue(Claims("alice", None))
    other = jwt.get_unverified_header(Tokens([second], timedelta(minutes=5)).issue(Claims("alice", None))[0])
    payload = jwt.decode(token, first, ["HS256"], audience=AUDIENCE)
    with pytest.raises(UnauthorizedError):
        tokens.read(jwt.encode(payload, first, "HS256", headers={"kid": other["kid"]}))


def test_item_12_a_server_takes_tokens_of_the_key_before(fresh_server, tmp_path):
    def server(**settings):
        return fresh_server(admin_user="root", admin_password=PASSWORD, **settings)

    def status(url, token):
        return httpx.get(f"{url}/v1/tokens/current", headers={"Authorization": f"Bearer {token}"}).status_code

    def log_in(url):
        return httpx.post(f"{url}/v1/tokens", json={"user_id": "root", "password": PASSWORD}).json()["token"]

    first, second, third = (letter * 40 for letter in "abc")
    old = log_in(server(token_secret=first).url)
    url = server(token_secret=second, previous_token_secret=first).url
    new = log_in(url)
    assert (status(url, old), status(url, new)) == (200, 200)
    url = server(token_secret=third, previous_token_secret=second).url
    assert (status(url, old), status(url, new)) == (401, 200)


def test_item_12_a_crash_in_the_middle_leaves_a_key(tmp_path, monkeypatch):
    before = token_secrets(None, None, tmp_path)

    def crash(*_):
        raise OSError("no power")

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(OSError, match="no power"):
        rotate(tmp_path)
    monkeypatch.undo()
    assert token_secrets(None, None, tmp_path) == before
    rotate(tmp_path)
    assert token_secrets(None, None, tmp_path)[1:] == before


def test_item_12_short_key_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 32 bytes"):
        token_secrets("x" * 31, None, tmp_path)
    assert token_secrets("x" * 32, None, tmp_path) == [b"x" * 32]


def test_login_tells_roles_and_project(new_user, new_project):
    project = new_project()
    account = new_user(project, role="project-admin")
    answer = account.client.post(
        "/v1/tokens", json={"user_id": account.id, "password": "a long enough password", "project_id": project}
    )
    grant = answer.json()
    assert answer.status_code == 201
    assert (grant["user_id"], grant["project_id"], grant["roles"]) == (account.id, project, ["project-admin"])


def without_id(answer: httpx.Response) -> dict[str, object]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_item_13_failed_logins_are_alike(anonymous, new_user, new_project):
    account = new_user()
    password = "a long enough password"
    attempts = [
        {"user_id": account.id, "password": "wrong"},
        {"user_id": "nobody", "password": password},
        {"user_id": "' OR 1=1 --", "password": password},
        {"user_id": account.id, "password": password, "project_id": new_project()},
        {"user_id": account.id, "password": password, "project_id": "no-such-project"},
        {"user_id": account.id, "password": password + " "},
        {"user_id": account.id.upper(), "password": password},
    ]
    answers = [anonymous.post("/v1/tokens", json=attempt) for attempt in attempts]
    assert {answer.status_code for answer in answers} == {401}
    assert all(without_id(answer) == without_id(answers[0]) for answer in answers)


def test_item_15_no_default_account(fresh_server):
    with httpx.Client(base_url=fresh_server().url) as client:
        for user_id in ("admin", "root", "hanami", "default"):
            for password in ("admin", "root", "hanami", "password", "changeme"):
                answer = client.post("/v1/tokens", json={"user_id": user_id, "password": password})
                assert answer.status_code == 401


def test_first_admin_works_in_the_default_project(admin):
    project = admin.get("/v1/projects/default").json()
    assert project["id"] == "default"


def test_token_outlives_a_restart(fresh_server):
    settings = {"admin_user": "root", "admin_password": "a long enough password"}
    url = fresh_server(**settings).url
    token = httpx.post(f"{url}/v1/tokens", json={"user_id": "root", "password": settings["admin_password"]}).json()
    url = fresh_server().url
    answer = httpx.get(f"{url}/v1/users", headers={"Authorization": f"Bearer {token['token']}"})
    assert [user["id"] for user in answer.json()["items"]] == ["root"]


def test_admin_settings_do_not_count_where_there_are_users(fresh_server):
    fresh_server(admin_user="first", admin_password="a long enough password")
    url = fresh_server(admin_user="second", admin_password="a long enough password").url
    answer = httpx.post(f"{url}/v1/tokens", json={"user_id": "second", "password": "a long enough password"})
    assert answer.status_code == 401


@pytest.mark.process
@pytest.mark.parametrize(
    "settings",
    [
        {"token_secret": "short"},
        {"admin_user": "root", "admin_password": "short"},
        {"admin_user": "Not An Id", "admin_password": "a long enough password"},
        {"port": "65536"},
    ],
)
def test_bad_settings_stop_the_start_and_are_not_repeated(fresh_server, settings):
    with pytest.raises(RuntimeError, match="did not start") as failure:
        fresh_server(**settings)
    assert "token_secret='short'" not in str(failure.value)
    assert "'short'" not in str(failure.value)


def test_changed_role_counts_at_once(admin, new_user):
    account = new_user()
    answer = admin.put(f"/v1/projects/{account.project_id}/members/{account.id}", json={"role": "project-admin"})
    assert answer.json()["role"] == "project-admin"
    login = {"user_id": account.id, "password": "a long enough password"}
    assert account.client.post("/v1/tokens", json=login).json()["roles"] == ["project-admin"]
