"""The policy file: complete, checked line by line, read again on demand."""

from importlib.resources import files

import httpx
import pytest
from hanami_server.access.policy import Policy, PolicyError
from hanami_server.contract.tokens import Role

DEFAULT = files("hanami_server.access").joinpath("policy.yaml").read_text("utf-8")
ADMIN = {"user_id": "root", "password": "root's long password"}
SMALL = "version: 1\noperations:\n  a: [member]\n  b: [admin]\n"


@pytest.fixture
def read(tmp_path):
    def parse(text: str) -> Policy:
        path = tmp_path / "policy.yaml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return Policy(path, {"a": frozenset(Role), "b": frozenset(Role) - {Role.DEVICE}})

    return parse


def test_a_policy_says_who_may_call_what(read):
    policy = read(SMALL)
    assert policy.allows("a", {Role.MEMBER})
    assert not policy.allows("b", {Role.MEMBER, Role.PROJECT_ADMIN})
    assert policy.allows("b", {Role.MEMBER, Role.ADMIN})
    assert policy.roles("a") == [Role.MEMBER]
    assert not read(SMALL.replace("[admin]", "[]")).allows("b", set(Role))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SMALL + "  c: [admin]\n", "line 5: unknown operation 'c'"),
        (SMALL.replace("  b: [admin]\n", ""), "line 2: no roles for b"),
        (SMALL.replace("[admin]", "[boss]"), "line 4: b: expected a list of member, project-admin, admin$"),
        (SMALL.replace("[admin]", "[device]"), "line 4: b: expected a list of member, project-admin, admin$"),
        (SMALL.replace("[admin]", "admin"), "line 4: b: expected a list"),
        (SMALL + "  a: [admin]\n", "line 5: "),
        (SMALL + "else: 1\n", "line 5: unknown key 'else'"),
        (SMALL.replace("version: 1", "version: 2"), "line 1: expected `version: 1`"),
        ("version: 1\noperations: []\n", "expected a mapping"),
        ("version: 1\noperations: {a: [member\n", "line 3"),
        ("", "line 1: expected"),
        ("\udcff", "policy.yaml"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(read, text, told):
    with pytest.raises(PolicyError, match=told.replace("[", r"\[").replace("`", "`")):
        read(text)


@pytest.mark.process
def test_a_policy_that_is_not_good_stops_the_start(fresh_server, tmp_path):
    path = tmp_path / "policy.yaml"
    for text, told in (
        (DEFAULT + "  eatCluster: [admin]\n", "unknown operation 'eatCluster'"),
        (DEFAULT.replace("  getUser:", "  # getUser:"), "no roles for getUser"),
    ):
        path.write_text(text)
        with pytest.raises(RuntimeError, match=told):
            fresh_server(policy_file=str(path))
    with pytest.raises(RuntimeError, match="nowhere"):
        fresh_server(policy_file=str(tmp_path / "nowhere.yaml"))


def test_a_policy_is_read_again(fresh_server, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(DEFAULT)
    server = fresh_server(admin_user=ADMIN["user_id"], admin_password=ADMIN["password"], policy_file=str(path))
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=ADMIN).json()['token']}"
        path.write_text(DEFAULT.replace("listUsers: [admin]", "listUsers: []"))
        assert client.get("/v1/users").status_code == 200
        reloaded = client.post("/v1/system/policy/reload")
        assert (reloaded.status_code, reloaded.json()["operations"] > 30) == (200, True)
        assert client.get("/v1/users").status_code == 403
        path.write_text("version: 1\n")
        refused = client.post("/v1/system/policy/reload")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "policy_file")
        assert client.get("/v1/users").status_code == 403  # the old one stays
        path.write_text(DEFAULT)
        assert client.post("/v1/system/policy/reload").status_code == 200
        assert client.get("/v1/users").status_code == 200


def test_members_do_not_reload_it(member):
    assert member.post("/v1/system/policy/reload").status_code == 403
