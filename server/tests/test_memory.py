"""What a cluster may grow to, and what happens where the system grants no addresses for it."""

import resource
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hanami_engine import Template, TemplateError
from hanami_server.fleet.admission import admit

pytestmark = pytest.mark.process

ADMIN = {"user_id": "root", "password": "root's long password"}
TEMPLATE = """\
version: 1
settings: {memory_limit: LIMIT}
hexagons:
  - {position: [1, 1, 1], type: input, size: 2}
  - {position: [2, 1, 1], type: internal, size: 128}
  - {position: [3, 1, 1], type: output, size: 2}
"""
PLENTY = 1 << 39


def allowing(limit: int) -> str:
    return TEMPLATE.replace("LIMIT", str(limit))


def endless() -> str:
    """A chain of the largest hexagons there are, of which each might take all sections."""
    chain = (f"  - {{position: [{x}, 1, 1], type: internal, size: 65536}}\n" for x in range(2, 66))
    ends = "  - {position: [1, 1, 1], type: input, size: 2}\n  - {position: [66, 1, 1], type: output, size: 2}\n"
    return f"version: 1\nsettings: {{memory_limit: {PLENTY}}}\nhexagons:\n{ends}{''.join(chain)}"


def create(client: httpx.Client, template: str | None = None) -> httpx.Response:
    return client.post("/v1/clusters", json={"name": "c", "template": template})


def fault(answer: httpx.Response) -> tuple[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    return error["field"], error["message"]


@pytest.fixture
def start(fresh_server: Callable[..., object]):
    """Start a server with these settings; gives its process and a client of its admin."""
    clients = []

    def begin(**settings: str):
        process = fresh_server(admin_user=ADMIN["user_id"], admin_password=ADMIN["password"], **settings)
        clients.append(httpx.Client(base_url=process.url, timeout=60))
        token = clients[-1].post("/v1/tokens", json=ADMIN).json()["token"]
        clients[-1].headers["Authorization"] = f"Bearer {token}"
        return process, clients[-1]

    yield begin
    for client in clients:
        client.close()


def test_a_template_that_allows_too_much(member):
    assert create(member, allowing(1 << 30)).status_code == 201
    assert fault(create(member, allowing((1 << 30) + 1))) == (
        "template",
        "key 'settings.memory_limit': expected at most 1073741824 bytes on this server, got 1073741825",
    )


def test_a_server_of_small_clusters(start):
    _, client = start(cluster_memory_limit=str(1 << 20))
    assert create(client, allowing(1 << 20)).status_code == 201
    made = create(client)
    assert made.status_code == 201
    assert Template.parse(made.json()["template"]).settings.memory_limit == 1 << 20
    field, message = fault(create(client, allowing(1 << 21)))
    assert (field, message[-len("got 2097152") :]) == ("template", "got 2097152")


def test_more_addresses_than_there_are(start):
    process, client = start(cluster_memory_limit=str(PLENTY))
    field, message = fault(create(client, endless()))
    assert field == "template"
    assert "settings.memory_limit: the system grants no" in message
    assert client.get("/v1/clusters").json()["items"] == []
    assert list((process.data_dir / "clusters").iterdir()) == []


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_a_cluster_comes_back_when_there_are_addresses_again(start):
    process, client = start()
    cluster = create(client, allowing(1 << 30)).json()
    path = f"/v1/clusters/{cluster['id']}"
    before = resource.prlimit(process.pid, resource.RLIMIT_AS)
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[0])
    resource.prlimit(process.pid, resource.RLIMIT_AS, (pages * resource.getpagesize() + (128 << 20), before[1]))
    for answer in (client.get(path), client.post(f"{path}/checkpoints", json={"name": "k"})):
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("The server has no memory left")
    resource.prlimit(process.pid, resource.RLIMIT_AS, before)
    assert client.get(path).json() == cluster
    assert client.post(f"{path}/checkpoints", json={"name": "k"}).status_code == 201


@pytest.mark.parametrize("limit", [1 << 16, 1 << 30, 1 << 40])
def test_a_cluster_without_a_template_allows_no_more_than_the_server(limit):
    made = admit(None, limit)
    assert made.settings.memory_limit == min(limit, 1 << 30)
    assert (made.hexagons, made.axons) == (Template.for_data().hexagons, ())


def test_a_historic_template_is_bounded_too():
    text = "version: 1\nsettings:\n    memory_limit: 2097152\nhexagons:\n    1,1,1\n    2,1,1\n    3,1,1\ninputs:\n    a: 1,1,1\noutputs:\n    b: 3,1,1\n"  # noqa: E501
    assert admit(text, 1 << 21).settings.memory_limit == 1 << 21
    with pytest.raises(TemplateError, match="memory_limit"):
        admit(text, 1 << 20)
