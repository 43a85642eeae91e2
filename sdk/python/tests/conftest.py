"""A real server for what works, and a small one of our own for what goes wrong on the way."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hanami_sdk import Client
from hanami_server.process import CHEAP_PASSWORDS, ServerProcess, server_process

ADMIN, PASSWORD = "root", "a long enough password"
SETTINGS = CHEAP_PASSWORDS | {
    "admin_user": ADMIN,
    "admin_password": PASSWORD,
    "max_upload_bytes": str(4 << 20),
    "log_level": "warning",
}


@pytest.fixture(scope="session")
def admin() -> dict[str, str]:
    """Credentials of the admin."""
    return {"user": ADMIN, "password": PASSWORD}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server per worker."""
    with server_process(tmp_path_factory.mktemp("server"), SETTINGS) as process:
        yield process


@pytest.fixture(scope="session")
def client(server: ServerProcess, admin: dict[str, str]) -> Iterator[Client]:
    """The admin, in the project that every first admin has."""
    with Client(server.url, **admin) as client:
        yield client


@dataclass(frozen=True)
class Seen:
    """A request that the faulty server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class FaultyServer:
    """Gives the answers it was told, in order, and keeps what it was asked."""

    url: str
    answers: list[tuple[int | None, bytes, dict[str, str]]] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)

    def answer(self, status: int | None = 200, body: object = None, headers: dict[str, str] | None = None) -> None:
        """Add an answer: `body` is bytes or what becomes JSON; a status of None hangs up."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, content, headers or {}))


@contextmanager
def faulty_server() -> Iterator[FaultyServer]:
    """Serve on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            faulty.requests.append(Seen(self.command, self.path, dict(self.headers), body))
            status, content, headers = faulty.answers.pop(0)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            # Fewer bytes than were promised: the connection breaks off.
            self.close_connection = "Content-Length" in headers

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 -- the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # a client that goes away is no news here
                super().handle_error(request, client_address)

    with Server(("127.0.0.1", 0), Handler) as server:
        faulty = FaultyServer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield faulty
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def faulty() -> Iterator[FaultyServer]:
    with faulty_server() as server:
        yield server


@pytest.fixture
def shaky(faulty: FaultyServer) -> Iterator[Client]:
    """A client of the faulty server, with a token that is taken for good."""
    with Client(faulty.url, token="a token") as client:
        yield client


@pytest.fixture
def repository() -> Path:
    """Root of the repository."""
    return Path(__file__).resolve().parents[3]
