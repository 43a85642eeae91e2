"""A real server on a real port for every test that asks for one, and cases made from its contract."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hanami_server.app import create_app
from hanami_server.contract.document import build_document
from hanami_server.process import ServerProcess, server_process
from hanami_server.settings import Settings
from sqlalchemy import create_engine, text

ADMIN = {"user_id": "root", "password": "root's long password"}
PASSWORD = "a long enough password"
SETTINGS = {
    "admin_user": ADMIN["user_id"],
    "admin_password": ADMIN["password"],
    "token_secret": "a secret of the tests, long enough to be one",
    "max_upload_bytes": str(64 << 20),
    "requests_per_minute": "1000000",
    "costly_requests_per_minute": "1000000",
    "anonymous_requests_per_minute": "1000000",
    "login_failures": "1000000",
    "log_level": "warning",
}

DOCUMENT = build_document(create_app(Settings()))


@dataclass(frozen=True)
class Case:
    """One operation of the contract, ready to be called."""

    id: str
    method: str
    path: str
    access: str
    roles: frozenset[str]
    media: str | None
    example: Any
    has_query: bool
    statuses: frozenset[int]

    def url(self, **ids: str) -> str:
        """The path with these ids, and unknown ones for the rest."""
        return re.sub(r"{(\w+)}", lambda name: ids.get(name[1], str(uuid4())), self.path)

    def body(self) -> dict[str, Any]:
        """Arguments for httpx with a body that the contract gives as its example."""
        if self.media is None:
            return {}
        content = b"" if self.media == "application/octet-stream" else json.dumps(self.example).encode()
        return {"content": content, "headers": {"Content-Type": self.media}}


@dataclass(frozen=True)
class Account:
    """A user in a project, logged in."""

    id: str
    project_id: str
    client: httpx.Client


def _cases() -> Iterator[Case]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            media = next(iter(content), None)
            yield Case(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                access=operation["x-access"],
                roles=frozenset(operation["x-roles"]),
                media=media,
                example=content[media].get("example") if media else None,
                has_query=any(parameter["in"] == "query" for parameter in operation.get("parameters", [])),
                statuses=frozenset(map(int, operation["responses"])),
            )


CASES = list(_cases())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests that ask for `case` every operation that their marker `cases(where=…)` lets through."""
    if "case" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("cases")
        chosen = [case for case in CASES if marker is None or marker.kwargs["where"](case)]
        metafunc.parametrize("case", chosen, ids=[case.id for case in chosen])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cases(where): the operations of the contract that a test is about")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server per worker, with an admin and empty otherwise."""
    with server_process(tmp_path_factory.mktemp("server"), SETTINGS) as process:
        yield process


@pytest.fixture(scope="session")
def connect(server: ServerProcess) -> Iterator[Callable[..., httpx.Client]]:
    """Log in: gives a client that sends the token, or none for the anonymous one."""
    clients = []

    def log_in(user_id: str | None = None, password: str = PASSWORD, **more: str) -> httpx.Client:
        client = httpx.Client(base_url=server.url, timeout=60)
        clients.append(client)
        if user_id is not None:
            answer = client.post("/v1/tokens", json={"user_id": user_id, "password": password, **more})
            assert answer.status_code == 201, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    yield log_in
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    """A client of the admin."""
    return connect(**ADMIN)


@pytest.fixture(scope="session")
def anonymous(connect: Callable[..., httpx.Client]) -> httpx.Client:
    """A client without a token."""
    return connect()


@pytest.fixture(scope="session")
def new_project(admin: httpx.Client) -> Callable[[], str]:
    """Make a project; gives its id."""
    numbers = count()

    def create() -> str:
        project_id = f"project-{next(numbers)}"
        assert admin.post("/v1/projects", json={"id": project_id, "name": "A project"}).status_code == 201
        return project_id

    return create


@pytest.fixture(scope="session")
def new_user(
    admin: httpx.Client, connect: Callable[..., httpx.Client], new_project: Callable[[], str]
) -> Callable[..., Account]:
    """Make a user in a project, a new one when none is named."""
    numbers = count()

    def create(project_id: str | None = None, role: str = "member") -> Account:
        user_id = f"user-{next(numbers)}"
        project_id = project_id or new_project()
        user = {"id": user_id, "name": "A user", "password": PASSWORD}
        assert admin.post("/v1/users", json=user).status_code == 201
        assert admin.put(f"/v1/projects/{project_id}/members/{user_id}", json={"role": role}).status_code == 200
        return Account(user_id, project_id, connect(user_id))

    return create


@pytest.fixture
def member(new_user: Callable[..., Account]) -> httpx.Client:
    """A client of a new user in a new project."""
    return new_user().client


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server on a data folder of this test; a second call stops the first and goes on in the same folder."""
    with ExitStack() as stack:

        def start(**settings: str) -> ServerProcess:
            stack.pop_all().close()
            return stack.enter_context(server_process(tmp_path / "data", {"log_level": "warning"} | settings))

        yield start


@pytest.fixture(scope="session")
def edit(server: ServerProcess) -> Iterator[Callable[..., None]]:
    """Change the database behind the server's back, as no route can (yet)."""
    engine = create_engine(f"sqlite:///{server.data_dir / 'hanami.db'}")

    def execute(statement: str, **values: object) -> None:
        with engine.begin() as connection:
            connection.execute(text("PRAGMA foreign_keys = ON"))
            connection.execute(text(statement), values)

    yield execute
    engine.dispose()
