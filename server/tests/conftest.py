"""A real server on a real port, once per kind of database, for every test that asks for one; cases of its contract."""

import asyncio
import importlib.util
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from hanami_server.app import create_app
from hanami_server.contract.document import build_document
from hanami_server.process import ServerProcess, server_process
from hanami_server.settings import Settings
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

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
    "gpus": "none",
    "log_level": "warning",
}

SPEC = importlib.util.spec_from_file_location(
    "postgres", Path(__file__).resolve().parents[2] / "scripts" / "postgres.py"
)
postgres_script = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(postgres_script)

NewDatabase = Callable[[Path], AbstractContextManager[str]]
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


def wait_for(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, also where a loop runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One PostgreSQL per worker, with nothing in it."""
    with postgres_script.cluster() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Make an empty database, in this folder if it is a file; every test that needs one runs with each kind."""
    if request.param == "sqlite":
        return lambda folder: nullcontext(f"sqlite+aiosqlite:///{folder / 'hanami.db'}")
    postgres = request.getfixturevalue("postgres")

    async def execute(statement: str) -> None:
        connection = await asyncpg.connect(postgres)
        await connection.execute(statement)
        await connection.close()

    @contextmanager
    def create(_: Path) -> Iterator[str]:
        name = f"hanami_{uuid4().hex}"
        wait_for(execute(f"CREATE DATABASE {name}"))
        url = make_url(postgres).set(drivername="postgresql+asyncpg", database=name)
        yield url.render_as_string(hide_password=False)
        wait_for(execute(f"DROP DATABASE {name} WITH (FORCE)"))

    return create


@pytest.fixture
def database_url(new_database: NewDatabase, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database of this test."""
    with new_database(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def server_url(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Folder and database of the `server`."""
    folder = tmp_path_factory.mktemp("server")
    with new_database(folder) as url:
        yield folder, url


@pytest.fixture(scope="session")
def server(server_url: tuple[Path, str]) -> Iterator[ServerProcess]:
    """One server per worker and kind of database, with an admin and empty otherwise."""
    folder, url = server_url
    with server_process(folder, SETTINGS | {"database_url": url}) as process:
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
def fresh_server(tmp_path: Path, database_url: str) -> Iterator[Callable[..., ServerProcess]]:
    """Start a server with data of this test; a second call stops the first and goes on with the same data."""
    with ExitStack() as stack:

        def start(**settings: str) -> ServerProcess:
            stack.pop_all().close()
            more = {"log_level": "warning", "database_url": database_url} | settings
            return stack.enter_context(server_process(tmp_path / "data", more))

        yield start


@pytest.fixture(scope="session")
def in_database(server: ServerProcess, server_url: tuple[Path, str]) -> Callable[[Callable[[Session], Any]], Any]:
    """Work on the database behind the server's back; commits at the end."""
    _, url = server_url

    async def run(work: Callable[[Session], Any]) -> Any:
        engine = create_async_engine(url)
        try:
            async with AsyncSession(engine) as session, session.begin():
                if engine.dialect.name == "sqlite":
                    await session.execute(text("PRAGMA foreign_keys = ON"))
                return await session.run_sync(work)
        finally:
            await engine.dispose()

    return lambda work: wait_for(run(work))


@pytest.fixture(scope="session")
def edit(in_database: Callable[[Callable[[Session], Any]], Any]) -> Callable[..., None]:
    """Change the database behind the server's back, as no route can (yet)."""

    def execute(statement: str, **values: object) -> None:
        in_database(lambda session: session.execute(text(statement), values) and None)

    return execute
