"""Logging in with OpenID Connect: a real issuer on a real port, and one of the tests' own that lies."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hanami_server.contract.errors import UnauthorizedError
from hanami_server.contract.oidc import is_safe_address
from hanami_server.settings import Settings
from hanami_server.store.external import human_id, values_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from .conftest import ADMIN, PASSWORD

GRANTS = [
    {"value": "bosses", "admin": True},
    {"value": "pumps", "project": "pumps", "role": "member"},
    {"value": "pump-chiefs", "project": "pumps", "role": "project-admin"},
    {"value": "ghosts", "project": "nowhere", "role": "member"},
]


@dataclass
class Liar:
    """An issuer that says whatever a test wants."""

    address: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    extra: list[dict[str, Any]] = field(default_factory=list)
    issuer: str | None = None
    looks: int = 0

    def new_key(self, key_id: str, kind: str = "RS256") -> None:
        private: Any = (
            rsa.generate_private_key(65537, 2048) if kind == "RS256" else ec.generate_private_key(ec.SECP256R1())
        )
        self.keys[key_id] = (private, kind)

    def token(self, key_id: str = "one", header: dict[str, Any] | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": "hanami", "sub": "s1", "iat": now, "exp": now + 60}
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        private, kind = self.keys[key_id]
        return jwt.encode(claims, private, kind, headers={"kid": key_id} | (header or {}))

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.issuer or self.address, "jwks_uri": f"{self.address}/keys"}
        self.looks += 1
        algorithms = {"RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm}
        known = [
            algorithms[kind].to_jwk(private.public_key(), as_dict=True) | {"kid": key_id, "alg": kind}
            for key_id, (private, kind) in self.keys.items()
        ]
        return {"keys": known + self.extra}


@pytest.fixture
def liar() -> Iterator[Liar]:
    told = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_port}"
    told.new_key("one")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def start(fresh_server: Callable[..., Any]) -> Iterator[Callable[..., httpx.Client]]:
    """Start a server that trusts an issuer; gives a client without a token."""
    clients = []

    def connect(issuer: str, **settings: str) -> httpx.Client:
        first = {"admin_user": ADMIN["user_id"], "admin_password": ADMIN["password"], "oidc_issuer": issuer}
        clients.append(httpx.Client(base_url=fresh_server(**first | settings).url, timeout=60))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def log_in(client: httpx.Client, token: str, **more: Any) -> httpx.Response:
    return client.post("/v1/tokens/oidc", json={"id_token": token} | more)


def as_root(client: httpx.Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.post('/v1/tokens', json=ADMIN).json()['token']}"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider of OpenID Connect as a process of its own."""
    claims = {"sub": "42", "preferred_username": "Ann.Lee@example.org", "name": "Ann Lee", "groups": ["pumps"]}
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0"]
    with subprocess.Popen(
        [*command, "--user-claims", json.dumps(claims)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "running on http" in line:
                yield line.split("running on ")[1].split()[0].replace("localhost", "127.0.0.1")
                break
        process.terminate()


def id_token_of(provider: str, subject: str) -> str:
    """Go the way of a browser: authorization code, then the token."""
    told = httpx.get(f"{provider}/.well-known/openid-configuration").json()
    back = "https://app.example/back"
    query = {"client_id": "hanami", "redirect_uri": back, "response_type": "code", "scope": "openid profile"}
    answer = httpx.post(told["authorization_endpoint"], params=query | {"state": "x"}, data={"sub": subject})
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    wish = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    tokens = httpx.post(told["token_endpoint"], data=wish, auth=("hanami", "a secret")).json()
    return str(tokens["id_token"])


def test_somebody_of_a_real_issuer_logs_in(provider, start):
    client = start(provider, oidc_roles=json.dumps(GRANTS))
    headers = as_root(client)
    assert client.post("/v1/projects", json={"id": "pumps", "name": "Pumps"}, headers=headers).status_code == 201
    answer = log_in(client, id_token_of(provider, "42"))
    assert answer.status_code == 201, answer.text
    token = answer.json()
    assert (token["user_id"], token["project_id"], token["roles"]) == ("ann-lee-example-org", "pumps", ["member"])
    mine = {"Authorization": f"Bearer {token['token']}"}
    assert client.post("/v1/clusters", json={"name": "c"}, headers=mine).status_code == 201
    user = client.get("/v1/users/ann-lee-example-org", headers=headers).json()
    assert (user["name"], user["created_by"]) == ("Ann Lee", None)
    assert log_in(client, id_token_of(provider, "42"), project_id="pumps").status_code == 201
    entries = client.get("/v1/audit-log", params={"operation": "exchangeToken"}, headers=headers).json()["items"]
    assert [(entry["user_id"], entry["status"]) for entry in entries] == [("ann-lee-example-org", 201)] * 2
    assert client.post("/v1/tokens", json={"user_id": "ann-lee-example-org", "password": "x"}).status_code == 401


def test_roles_follow_the_claims(liar, start):
    client = start(liar.address, oidc_roles=json.dumps(GRANTS), oidc_roles_claim="realm.roles")
    headers = as_root(client)
    for project in ("pumps", "other"):
        client.post("/v1/projects", json={"id": project, "name": "P"}, headers=headers)

    def roles(*values: str) -> Any:
        answer = log_in(client, liar.token(preferred_username="ann", realm={"roles": values}))
        assert answer.status_code == 201, answer.text
        return answer.json()["project_id"], answer.json()["roles"]

    assert roles() == (None, [])
    assert roles("pumps", "unknown", "ghosts") == ("pumps", ["member"])
    assert roles("pumps", "pump-chiefs") == ("pumps", ["project-admin"])
    assert roles("bosses") == (None, ["admin"])
    client.put("/v1/projects/other/members/ann", json={"role": "member"}, headers=headers)
    assert roles() == ("other", ["member"])  # what no grant names is left alone


def test_without_grants_roles_are_given_by_admins(liar, start):
    client = start(liar.address)
    assert log_in(client, liar.token(preferred_username="ann", groups=["bosses"])).json()["roles"] == []
    client.put("/v1/projects/default/members/ann", json={"role": "member"}, headers=as_root(client))
    assert log_in(client, liar.token(preferred_username="ann")).json()["project_id"] == "default"


def bad_tokens(liar: Liar) -> dict[str, str]:
    liar.new_key("elsewhere")
    private, _ = liar.keys.pop("elsewhere")
    public = (
        liar.keys["one"][0]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    shared = base64.urlsafe_b64encode(b"s" * 64).decode()
    liar.extra = [{"kty": "oct", "k": shared, "kid": "shared", "alg": "HS256"}]
    claims = jwt.decode(liar.token(), options={"verify_signature": False})

    def parts(header: dict[str, Any]) -> str:
        encoded = [
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
        ]
        return ".".join(encoded)

    def hmac(key: bytes, key_id: str) -> str:
        signed = parts({"alg": "HS256", "typ": "JWT", "kid": key_id})
        signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), key)
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    good = liar.token()
    return {
        "another audience": liar.token(aud="another"),
        "several audiences and no azp": liar.token(aud=["hanami", "another"]),
        "made for another": liar.token(aud=["hanami", "another"], azp="another"),
        "another issuer": liar.token(iss="https://evil.example"),
        "expired": liar.token(exp=int(time.time()) - 100),
        "of the future": liar.token(iat=int(time.time()) + 1000),
        "without an end": liar.token(exp=None),
        "without a subject": liar.token(sub=None),
        "tampered": good[:-10] + ("A" if good[-10] != "A" else "B") + good[-9:],
        "no signature": parts({"alg": "none", "typ": "JWT", "kid": "one"}) + ".",
        "public key as a secret": hmac(public, "one"),
        "shared secret": hmac(b"s" * 64, "shared"),
        "another key": jwt.encode(claims, private, "RS256", headers={"kid": "one"}),
        "unknown key": jwt.encode(claims, private, "RS256", headers={"kid": "elsewhere"}),
        "critical": liar.token(header={"crit": ["x"], "x": 1}),
        "a key in the header": liar.token(header={"jku": "https://evil.example", "kid": "none such"}),
        "not a token": "x.y.z",
        "endless subject": liar.token(sub="x" * 300),
        "a zero in the subject": liar.token(sub="a\0b"),
    }


def test_item_8_item_9_other_tokens_are_refused(liar, start):
    client = start(liar.address)
    for name, token in bad_tokens(liar).items():
        assert log_in(client, token).status_code == 401, name
    assert liar.looks == 1
    for good in (liar.token(), liar.token(aud=["hanami", "x"], azp="hanami"), liar.token(exp=int(time.time()) - 10)):
        assert log_in(client, good).status_code == 201
    users = client.get("/v1/users", headers=as_root(client)).json()["items"]
    assert [user["id"] for user in users] == ["root", "s1"]


def test_nobody_takes_over_an_account_by_its_name(liar, start):
    client = start(liar.address)
    assert log_in(client, liar.token(preferred_username="root")).status_code == 409
    assert log_in(client, liar.token(preferred_username="ann")).status_code == 201
    assert log_in(client, liar.token(sub="s2", preferred_username="ann")).status_code == 409
    assert log_in(client, liar.token(preferred_username="renamed")).json()["user_id"] == "ann"
    assert log_in(client, liar.token(sub="s3", preferred_username="---")).status_code == 401


def test_item_10_users_who_may_not_come_in_any_more(liar, start):
    client = start(liar.address)
    headers = as_root(client)
    token = log_in(client, liar.token()).json()["token"]
    assert client.patch("/v1/users/s1", json={"is_disabled": True}, headers=headers).status_code == 200
    assert log_in(client, liar.token()).status_code == 401
    assert client.get("/v1/tokens/current", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.delete("/v1/users/s1", headers=headers).status_code == 204
    assert log_in(client, liar.token()).status_code == 409
    assert log_in(client, liar.token(sub="s2"), project_id="default").status_code == 401


def test_keys_that_change_are_found_but_not_for_every_token(liar, start):
    client = start(liar.address)
    assert log_in(client, liar.token()).status_code == 201
    liar.new_key("two", "ES256")
    for _ in range(5):
        assert log_in(client, liar.token("two")).status_code == 401  # at most one look a minute
    assert liar.looks == 1


def test_an_elliptic_key_that_needs_no_name(liar, start):
    liar.keys.clear()
    liar.new_key("two", "ES256")
    client = start(liar.address)
    private, kind = liar.keys["two"]
    claims = jwt.decode(liar.token("two"), options={"verify_signature": False})
    assert log_in(client, jwt.encode(claims, private, kind)).status_code == 201


@pytest.mark.parametrize("fault", ["nobody there", "another name"])
def test_an_issuer_that_is_of_no_use(liar, start, fault):
    if fault == "another name":
        liar.issuer = "https://evil.example"
    client = start(liar.address if fault == "another name" else "http://127.0.0.1:9")
    for _ in range(2):
        answer = log_in(client, liar.token())
        assert answer.status_code == 503
        assert "issuer" in answer.json()["detail"]


def test_a_server_without_an_issuer(anonymous, liar):
    assert log_in(anonymous, liar.token()).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_issuer": "http://example.org"},
        {"oidc_issuer": "ftp://localhost"},
        {"oidc_issuer": "https://"},
        {"oidc_roles": [{"value": "x"}]},
        {"oidc_roles": [{"value": "x", "admin": True, "project": "p", "role": "member"}]},
        {"oidc_roles": [{"value": "x", "project": "p"}]},
        {"oidc_roles": [{"value": "x", "project": "P!", "role": "member"}]},
        {"oidc_roles": [{"value": "x", "project": "p", "role": "boss"}]},
    ],
)
def test_settings_that_cannot_be(changes):
    with pytest.raises(ValidationError):
        Settings(**changes)


def test_addresses():
    for good in ("https://login.example/realms/x", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"):
        assert is_safe_address(good)
    for bad in ("http://example.org", "https://", "file:///etc/passwd", "", "http://localhost.evil.example"):
        assert not is_safe_address(bad)


@given(st.text(max_size=300))
def test_ids_of_any_text_are_ids(text):
    try:
        found = human_id(text)
    except UnauthorizedError:
        assert not any(char in "abcdefghijklmnopqrstuvwxyz0123456789" for char in text.lower())
    else:
        assert 0 < len(found) <= 63
        assert human_id(found) == found


def test_values_of_claims():
    claims = {"groups": ["a", 1, "b"], "one": "c", "deep": {"er": {"x": ["d"]}}, "with.dot": ["e"], "number": 5}
    found = {path: values_of(claims, path) for path in ("groups", "one", "deep.er.x", "with.dot", "number", "deep.no")}
    assert found == {
        "groups": {"a", "b"},
        "one": {"c"},
        "deep.er.x": {"d"},
        "with.dot": {"e"},
        "number": set(),
        "deep.no": set(),
    }


def test_a_password_of_a_user_of_the_issuer_is_never_right(liar, start):
    client = start(liar.address)
    log_in(client, liar.token())
    for password in ("", PASSWORD, "None"):
        assert client.post("/v1/tokens", json={"user_id": "s1", "password": password}).status_code in {401, 422}
