"""Every operation of the contract has its method, in both clients; and where they find out who asks where."""

import inspect
import json

import pytest
from hanami_sdk import AsyncClient, Client, ConfigurationError
from hanami_sdk.generated.types import Unset

VARIABLES = ("URL", "USER", "PASSWORD", "TOKEN", "DEVICE_KEY", "PROJECT", "PROFILE", "CONFIG")
PROFILES = {
    "current": "lab",
    "profiles": {
        "lab": {"url": "https://lab.example", "user": "ada", "password": "p", "project": "pumps"},
        "roof": {"url": "https://roof.example/", "device_key": "hdk_1"},
        "nowhere": {"user": "ada", "password": "p"},
    },
}


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(f"HANAMI_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture
def profiles(tmp_path):
    (tmp_path / "hanami").mkdir()
    path = tmp_path / "hanami" / "profiles.json"
    path.write_text(json.dumps(PROFILES))
    return path


def sent_by(client):
    """Address, and what is known of the one who asks."""
    auth = client._http.auth
    return str(client._http.base_url), getattr(auth, "_token", "") or auth._credentials.to_dict()


def test_every_operation_has_a_method(repository):
    document = json.loads((repository / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 70
    plain, waiting = Client("http://x", token="t"), AsyncClient("http://x", token="t")
    for operation in operations:
        group, verb = (word.replace("-", "_") for word in (operation["tags"][0], operation["x-verb"]))
        method, other = getattr(getattr(plain, group), verb), getattr(getattr(waiting, group), verb)
        assert all((method.__doc__, other.__doc__)), operation["operationId"]
        assert list(inspect.signature(method).parameters) == list(inspect.signature(other).parameters)
        assert not inspect.iscoroutinefunction(method)
        returned = str(inspect.signature(other).return_annotation)
        assert inspect.iscoroutinefunction(other) or "AsyncIterator" in returned, operation["operationId"]


def test_every_parameter_of_an_operation_can_be_said(repository):
    document = json.loads((repository / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    client = Client("http://x", token="t")
    own = {"cursor", "If-Match", "Idempotency-Key"}
    for path in document["paths"].values():
        for operation in path.values():
            group, verb = (word.replace("-", "_") for word in (operation["tags"][0], operation["x-verb"]))
            known = set(inspect.signature(getattr(getattr(client, group), verb)).parameters)
            asked = {parameter["name"] for parameter in operation.get("parameters", []) if "name" in parameter} - own
            missing = {name for name in asked if not {name, f"{name}_"} & known} - {"format"}  # `file_format` of export
            assert not missing, operation["operationId"]


def test_what_is_no_group_is_no_attribute():
    for client in (Client("http://x", token="t"), AsyncClient("http://x", token="t")):
        with pytest.raises(AttributeError, match="has no ghosts"):
            _ = client.ghosts
        assert not isinstance(client.clusters, Unset)


def test_arguments_count_more_than_the_environment_and_that_more_than_a_profile(monkeypatch, profiles):
    ada = {"user_id": "ada", "password": "p", "project_id": "pumps"}
    assert sent_by(Client()) == ("https://lab.example", ada)
    assert sent_by(Client("http://else")) == ("http://else", ada)
    monkeypatch.setenv("HANAMI_USER", "eve")
    assert sent_by(Client())[1] == ada | {"user_id": "eve"}
    monkeypatch.setenv("HANAMI_TOKEN", "t")  # a token is whole, and goes before half a login
    assert sent_by(Client())[1] == "t"
    assert sent_by(Client(user="bob", password="b"))[1] == {"user_id": "bob", "password": "b", "project_id": "pumps"}
    assert sent_by(Client(device_key="hdk_2"))[1] == "hdk_2"


def test_another_profile(monkeypatch, profiles, tmp_path):
    assert sent_by(Client(profile="roof")) == ("https://roof.example", "hdk_1")
    monkeypatch.setenv("HANAMI_PROFILE", "roof")
    assert sent_by(AsyncClient()) == ("https://roof.example", "hdk_1")
    moved = tmp_path / "elsewhere.json"
    profiles.rename(moved)
    with pytest.raises(ConfigurationError, match="has no profile 'roof'"):
        Client()
    monkeypatch.setenv("HANAMI_CONFIG", str(moved))
    assert sent_by(Client()) == ("https://roof.example", "hdk_1")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"profiles": []}', '{"profiles": {"lab": "x"}}'])
def test_profiles_that_cannot_be_read(profiles, content):
    profiles.write_text(content)
    with pytest.raises(ConfigurationError, match="expected profiles as JSON"):
        Client("http://x", token="t")


def test_an_address_is_needed(profiles):
    with pytest.raises(ConfigurationError, match="address"):
        Client(profile="nowhere")
    with pytest.raises(ConfigurationError, match="no profile 'missing'"):
        Client(profile="missing")
