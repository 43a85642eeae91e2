"""A real server on a real port, shared by all tests with the same needs.

It runs on a thread of the test process with SQLite.  Markers ask for more: `process` for a process of its own (to kill
it, to send it signals, to measure its memory, to read its log), `both_databases` for PostgreSQL as well.  Tests without
that marker run on PostgreSQL in ``make test-all``.
"""

import asyncio
import importlib.util
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
from hanami_server.process import CHEAP_PASSWORDS, ServerProcess, server_process
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from .inside import ServerThread, server_thread

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
AnyServer = ServerProcess | ServerThread
StartServer = Callable[[Path, dict[str, str]], AbstractContextManager[AnyServer]]


@dataclass(frozen=True)
class Account:
    """A user in a project, logged in."""

    id: str
    project_id: str
    client: httpx.Client


@dataclass(frozen=True)
class Deployment:
    """Which database servers of a test have, and whether they are processes of their own."""

    database: str
    is_process: bool


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: also on PostgreSQL; other tests are in make test-all only")
    config.addinivalue_line("markers", "process: the server is a process of its own, and no thread of the test's")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the deployments of tests that need a database."""
    if "deployment" not in metafunc.fixturenames:
        return
    is_process = metafunc.definition.get_closest_marker("process") is not None
    both = metafunc.definition.get_closest_marker("both_databases") is not None
    metafunc.parametrize(
        "deployment",
        [
            Deployment("sqlite", is_process),
            pytest.param(Deployment("postgresql", is_process), marks=() if both else pytest.mark.exhaustive),
        ],
        ids=["sqlite", "postgresql"],
        indirect=True,
        scope="session",
    )


def wait_for(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, also where a loop runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One PostgreSQL per worker, with nothing in it."""
    with postgres_script.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """The deployment of this test, see `pytest_generate_tests`."""
    deployment: Deployment = request.param
    return deployment


@pytest.fixture(scope="session")
def start_server(deployment: Deployment) -> StartServer:
    """Start a server on a folder with settings by field name, until the end of a block."""
    start = server_process if deployment.is_process else server_thread
    return lambda folder, settings: start(folder, CHEAP_PASSWORDS | settings)


@pytest.fixture(scope="session")
def new_database(deployment: Deployment, request: pytest.FixtureRequest) -> NewDatabase:
    """Create an empty database, in this folder if it is a file."""
    if deployment.database == "sqlite":
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
def server(server_url: tuple[Path, str], start_server: StartServer) -> Iterator[AnyServer]:
    """One server per worker and deployment, with an admin and empty otherwise."""
    folder, url = server_url
    with start_server(folder, SETTINGS | {"database_url": url}) as server:
        yield server


@pytest.fixture(scope="session")
def connect(server: AnyServer) -> Iterator[Callable[..., httpx.Client]]:
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
def fresh_server(tmp_path: Path, database_url: str, start_server: StartServer) -> Iterator[Callable[..., AnyServer]]:
    """Start a server with data of this test; a second call stops the first and goes on with the same data."""
    with ExitStack() as stack:

        def start(**settings: str) -> AnyServer:
            stack.pop_all().close()
            more = {"log_level": "warning", "database_url": database_url} | settings
            return stack.enter_context(start_server(tmp_path / "data", more))

        yield start


@contextmanager
def work_on(url: str) -> Iterator[Callable[[Callable[[Session], Any]], Any]]:
    """Work on a database from outside until the end of the block, each time on a connection of its own; commits."""

    async def run(work: Callable[[Session], Any]) -> Any:
        async with AsyncSession(engine) as session, session.begin():
            if engine.dialect.name == "sqlite":
                await session.execute(text("PRAGMA foreign_keys = ON"))
            return await session.run_sync(work)

    engine = create_async_engine(url, poolclass=NullPool)
    runner = asyncio.Runner()
    with ThreadPoolExecutor(1) as thread:  # where no other loop runs
        yield lambda work: thread.submit(lambda: runner.run(run(work))).result()
        thread.submit(runner.close).result()


@pytest.fixture(scope="session")
def in_database(server: AnyServer, server_url: tuple[Path, str]) -> Iterator[Callable[[Callable[[Session], Any]], Any]]:
    """Work on the database behind the server's back; commits at the end."""
    with work_on(server_url[1]) as work:
        yield work


@pytest.fixture(scope="session")
def edit(in_database: Callable[[Callable[[Session], Any]], Any]) -> Callable[..., None]:
    """Change the database behind the server's back, as no route can (yet)."""

    def execute(statement: str, **values: object) -> None:
        in_database(lambda session: session.execute(text(statement), values) and None)

    return execute
