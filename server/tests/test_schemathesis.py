"""The whole document, asked by a machine: whatever it sends, as whomever, it is answered as the document says."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import schemathesis
from hanami_server.app import create_app
from hanami_server.contract.document import build_document
from hanami_server.contract.op import SVG, YAML
from hanami_server.contract.templates import TEMPLATE_EXAMPLE
from hanami_server.settings import Settings
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from .conftest import SETTINGS, NewDatabase, StartServer, work_on
from .operations import every_operation

EXAMPLES = 6  # of each mode, for each operation and role
ROLES = ("anonymous", "member", "project-admin", "admin")
LONGEST_ADDRESS = 0xFFFF  # bytes
PASSWORD = "a long enough password"
ROOT = {"user_id": "root", "password": PASSWORD}
CHECKS: list[CheckFunction] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = build_document(create_app(Settings()))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.config.generation.with_security_parameters = False
SOMETHING = (  # of a world
    *("/v1/tokens/current", "/v1/uploads/{upload_id}", "/v1/datasets/{dataset_id}", "/v1/templates/{template_id}"),
    *("/v1/clusters/{cluster_id}", "/v1/tasks/{task_id}", "/v1/device-keys/{device_key_id}"),
    *("/v1/checkpoints/{checkpoint_id}", "/v1/projects/{project_id}"),
)
PRIVILEGES = {  # what only admins write; of others than who asks
    "users": "SELECT id, is_admin, is_disabled, deleted_at, quota, external_id FROM users WHERE id != :me ORDER BY id",
    "projects": "SELECT id, name, deleted_at, quota FROM projects WHERE id != :me ORDER BY id",
    "memberships": "SELECT project_id, user_id, role FROM memberships WHERE user_id != :me ORDER BY 1, 2",
}


@dataclass(frozen=True)
class World:
    """A user with something of every kind, as far as the role may make it."""

    user_id: str
    headers: dict[str, str]
    ids: dict[str, str]


@dataclass
class Target:
    """A server of its own, where nothing needs to be left as it was."""

    url: str
    admin: httpx.Client
    read: Callable[[Callable[[Session], Any]], Any]
    count: int = 0
    worlds: dict[str, World] = field(default_factory=dict)

    def world(self, role: str) -> World:
        """Return the world of a role: the one that was used last, or a new one where something of it is gone."""
        known = self.worlds.get(role)
        if known is None or not self._is_whole(known):
            user_id, headers = self._new_account(role)
            self.worlds[role] = World(user_id, headers, ids_of(self, headers, user_id))
        return self.worlds[role]

    def _is_whole(self, world: World) -> bool:
        if not world.headers:
            return True
        with httpx.Client(base_url=self.url, headers=world.headers, timeout=60) as client:
            return all(client.get(path.format(**world.ids)).status_code == 200 for path in SOMETHING)

    def _new_account(self, role: str) -> tuple[str, dict[str, str]]:
        """Make a user of that role in a project with something in it; gives the user's id and headers."""
        self.count += 1
        user_id, project_id = f"{role}-{self.count}", f"room-{self.count}"
        if role == "anonymous":
            return user_id, {}
        user = {"id": user_id, "name": role, "password": PASSWORD, "is_admin": role == "admin"}
        assert self.admin.post("/v1/users", json=user).status_code == 201
        assert self.admin.post("/v1/projects", json={"id": project_id, "name": "Room"}).status_code == 201
        membership = {"role": "project-admin" if role == "project-admin" else "member"}
        assert self.admin.put(f"/v1/projects/{project_id}/members/{user_id}", json=membership).status_code == 200
        token = self.admin.post("/v1/tokens", json={"user_id": user_id, "password": PASSWORD}).json()["token"]
        return user_id, {"Authorization": f"Bearer {token}"}

    def privileges(self, me: str) -> dict[str, list[tuple[Any, ...]]]:
        """What is kept of the rights of everybody else."""

        def select(session: Session) -> dict[str, list[tuple[Any, ...]]]:
            return {
                table: [tuple(map(str, row)) for row in session.execute(text(query), {"me": me})]
                for table, query in PRIVILEGES.items()
            }

        found: dict[str, list[tuple[Any, ...]]] = self.read(select)
        return found


@pytest.fixture(scope="module")
def target(
    new_database: NewDatabase, start_server: StartServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("fuzzed")
    given_settings = SETTINGS | {"admin_password": PASSWORD, "log_level": "error", "max_upload_bytes": "65536"}
    with (
        new_database(folder) as url,
        start_server(folder, given_settings | {"database_url": url}) as server,
        httpx.Client(base_url=server.url, timeout=60) as admin,
        work_on(url) as read,
    ):
        admin.headers["Authorization"] = f"Bearer {admin.post('/v1/tokens', json=ROOT).json()['token']}"
        yield Target(server.url, admin, read)


def ids_of(target: Target, headers: dict[str, str], user_id: str) -> dict[str, str]:
    """Ids of resources of this user, by name of the path parameter; what cannot be made has an unknown one."""
    ids = {"user_id": user_id, "project_id": f"room-{target.count}"}
    if not headers:
        return ids
    with httpx.Client(base_url=target.url, headers=headers, timeout=60) as client:

        def make(path: str, **arguments: Any) -> str:
            answer = client.post(path, **arguments)
            assert answer.is_success, answer.text
            return answer.json()["id"]

        def upload() -> str:
            return make("/v1/uploads", content=b"a,b\n1,0\n2,1\n", headers={"Content-Type": "application/octet-stream"})

        ids["upload_id"] = upload()
        source = {"kind": "csv", "file": upload()}
        ids["dataset_id"] = make("/v1/datasets", json={"name": "d", "source": source})
        ids["template_id"] = make("/v1/templates", json={"name": "t", "text": TEMPLATE_EXAMPLE})
        ids["cluster_id"] = cluster = make("/v1/clusters", json={"name": "c"})
        task = {"type": "train", "dataset_id": ids["dataset_id"], "inputs": ["a"], "outputs": ["b"]}
        ids["task_id"] = make(f"/v1/clusters/{cluster}/tasks", json=task)
        with client.stream("GET", f"/v1/tasks/{ids['task_id']}/events") as answer:
            answer.read()  # until it is done
        ids["device_key_id"] = make(f"/v1/clusters/{cluster}/device-keys", json={"name": "k", "scopes": ["learn"]})
        ids["checkpoint_id"] = make(f"/v1/clusters/{cluster}/checkpoints", json={"name": "k"})
    return ids


def validate(sent: schemathesis.Case, answer: schemathesis.Response, operation_id: str) -> None:
    """Hold an answer to the document; of a stream, which has one event's schema there, what each event carries.

    Of texts there is a schema, too, but it is not of what a reader of YAML or XML makes of them.
    """
    media = answer.headers["content-type"][0]
    if media not in {"text/event-stream", SVG, YAML}:
        sent.validate_response(answer, checks=CHECKS)
        return
    sent.validate_response(answer, checks=[check for check in CHECKS if check is not response_schema_conformance])
    if media != "text/event-stream":
        return
    operation = next(
        found
        for methods in DOCUMENT["paths"].values()
        for found in methods.values()
        if found["operationId"] == operation_id
    )
    schema = operation["responses"]["200"]["content"]["text/event-stream"]["schema"]
    validator = Draft202012Validator(schema | {"components": DOCUMENT["components"]}, format_checker=FormatChecker())
    for line in answer.text.splitlines():
        if line.startswith("data:"):
            validator.validate(json.loads(line.removeprefix("data:")))


# Where a client hangs up while its file is being opened, Quart leaves it to the garbage collector to close it.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")
@every_operation()
@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_sent_is_answered_as_the_document_says(case, role, target):
    world = target.world(role)
    operation = SCHEMA.find_operation_by_id(case.id)
    before = target.privileges(world.user_id)
    allowed = case.access == "public" or role in case.roles
    turn = 0

    def ask(mode: GenerationMode) -> None:
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(sent=operation.as_strategy(generation_mode=mode))
        def send(sent: schemathesis.Case) -> None:
            nonlocal turn
            turn += 1
            if turn % 2:  # every other time something that is there
                sent.path_parameters.update(
                    {name: world.ids[name] for name in sent.path_parameters if name in world.ids}
                )
            answer = sent.call(base_url=target.url, headers=world.headers, timeout=60)
            assert answer.status_code < 500, answer.text
            if answer.status_code == 400 and len(str(answer.request.url)) > LONGEST_ADDRESS:
                return  # the web server does not even read it
            validate(sent, answer, case.id)
            assert allowed or answer.status_code in {401, 403, 404}, answer.status_code

        send()

    ask(GenerationMode.POSITIVE)
    if any(True for _ in operation.iter_parameters()) or operation.body:
        with suppress(Unsatisfiable):  # no bytes are a wrong upload
            ask(GenerationMode.NEGATIVE)
    if role in {"anonymous", "member"}:
        assert target.privileges(world.user_id) == before
