"""How a start ends that cannot go through, or that a signal ends: in words, and with nothing left open or lost."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hanami_server import services
from hanami_server.app import create_app
from hanami_server.process import server_process
from hanami_server.serving import Server, configure
from hanami_server.settings import Settings
from hanami_server.start_errors import StartError
from hanami_server.store import database as database_room

from .conftest import ADMIN, PASSWORD
from .data_folder import logged_in, look
from .make_data_fixture import EXPECTED, FOLDER, SETTINGS, unpack
from .test_data_fixtures import FIXTURES, differences

NEWEST = FIXTURES[-1]
SELF_STOPPED = """
import os, signal, sys
from quart import Quart
from hanami_server.serving import Server, configure, serve
from hanami_server import serving
from hanami_server.settings import Settings

name, moment = sys.argv[1:]
app = Quart(__name__)

def stop(now):
    if now == moment:
        os.kill(os.getpid(), signal.Signals[name])

@app.while_serving
async def lifespan():
    stop("while the application starts")
    yield
    print("closed", flush=True)

class Stopped(Server):
    async def startup(self, sockets=None):
        stop("before the application starts")
        await super().startup(sockets)
        stop("when it listens")

serving.Server = Stopped
serve(app, Settings(port=0, log_level="warning"))
"""


NOT_KEPT = {"lock", "server.log"}


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in NOT_KEPT}


@pytest.fixture
def folder(tmp_path):
    """A data folder with everything in it."""
    unpack(NEWEST / FOLDER, tmp_path / "data")
    return tmp_path / "data"


def serve(folder, *arguments, **settings):
    """Run a command of the server on a folder to its end."""
    names = {"data_dir": str(folder), "port": "0", "log_level": "warning"} | settings
    return subprocess.run(
        [sys.executable, "-m", "hanami_server", *(arguments or ["serve"])],
        env=os.environ | {f"HANAMI_{name.upper()}": value for name, value in names.items()},
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_start_with_another_database_deletes_nothing(folder, tmp_path):
    kept = contents(folder)
    empty = {"database_url": f"sqlite:///{tmp_path / 'empty.db'}"}
    admin = {"admin_user": "root", "admin_password": "only of this fixture"}
    with server_process(folder, SETTINGS | empty | admin) as server, logged_in(server.url, "root") as root:
        assert root.get("/v1/clusters").json()["items"] == []
        usage = root.get(f"/v1/users/{ADMIN['user_id']}/quota").json()["usage"]
        assert {name: used for name, used in usage.items() if used} == {}
    assert contents(folder) == kept
    told = [line for line in (folder / "server.log").read_text().splitlines() if "left alone" in line]
    for name, count in (("clusters", 7), ("checkpoints", 7), ("datasets", 3), ("uploads", 2)):
        (line,) = (line for line in told if f"{folder / name}:" in line)
        assert f": {count} files without a row in the database and 0 half-written files" in line
    with server_process(folder, SETTINGS) as server:
        assert differences(json.loads((NEWEST / EXPECTED).read_text())["seen"], look(server.url)) == []


def test_a_second_server_is_refused(tmp_path):
    folder, other = tmp_path / "data", tmp_path / "other.db"
    with server_process(folder, {"log_level": "warning", "gpus": "none"}) as first:
        for command in ("serve", "migrate"):
            done = serve(folder, command, database_url=f"sqlite:///{other}")
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == (
                f"hanami-server: the data folder {folder} is in use by process {first.pid} on {socket.gethostname()}; "
                "stop that process, or set HANAMI_DATA_DIR to another folder\n"
            )
            assert not other.exists()
        assert serve(folder, "create-admin", "boss").returncode == 0  # as the documentation says
        login = {"user_id": "boss", "password": PASSWORD}
        assert httpx.post(f"{first.url}/v1/tokens", json=login).status_code == 201


@pytest.mark.parametrize(
    ("name", "moment", "output"),
    [
        ("SIGTERM", "before the application starts", ""),
        ("SIGTERM", "while the application starts", "closed\n"),
        ("SIGINT", "while the application starts", "closed\n"),
        ("SIGINT", "when it listens", "Hanami listens on http://127.0.0.1:{port}\nclosed\n"),
    ],
)
def test_a_signal_ends_a_start_without_a_trace(name, moment, output):
    done = subprocess.run(
        [sys.executable, "-c", SELF_STOPPED, name, moment], capture_output=True, text=True, check=False
    )
    port = done.stdout.splitlines()[0].rpartition(":")[2] if "{port}" in output else ""
    assert (done.returncode, done.stdout, done.stderr) == (-signal.Signals[name], output.format(port=port), "")


def test_a_signal_ends_a_server_that_compiles_its_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("HANAMI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HANAMI_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HANAMI_PORT", "0")
    monkeypatch.setenv("HANAMI_LOG_LEVEL", "warning")
    command = [sys.executable, "-m", "hanami_server", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().removeprefix("Hanami listens on ").strip()
        assert httpx.get(f"{url}/readyz").status_code == 503
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate()
    assert (process.returncode, output, errors) == (-signal.SIGTERM, "", "")


def test_a_signal_before_the_start_leaves_nothing(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", port=0)
    app = create_app(settings)
    server = Server(configure(app, settings), app)
    server.handle_exit(signal.SIGTERM, None)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))  # elsewhere uvicorn would send it once more
    thread.start()
    thread.join()
    assert not server.started
    assert not (tmp_path / "data").exists()


def no_database(folder):
    (folder / "hanami.db").write_bytes(b"this is none" * 1000)
    return {}


def newer_database(folder):
    with closing(sqlite3.connect(folder / "hanami.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return {}


def nothing_to_write_to(folder):
    (folder / "file").touch()
    return {"data_dir": folder / "file"}


def bad_admin(folder):
    return {"database_url": f"sqlite:///{folder / 'new.db'}", "admin_user": "a b", "admin_password": PASSWORD}


BROKEN = [
    (no_database, "the database cannot be used: file is not a database"),
    (newer_database, "written by a newer version of hanami-server"),
    (nothing_to_write_to, r"file: File exists"),
    (lambda _: {"database_url": "postgresql://u@127.0.0.1:1/name"}, "The database does not answer"),
    (lambda _: {"token_secret": "short"}, "a token secret must have at least 32 bytes"),
    (bad_admin, "id"),
]


@pytest.mark.parametrize(("break_it", "words"), BROKEN)
async def test_a_start_that_fails_says_why_and_leaves_nothing_open(folder, break_it, words, caplog):
    settings = Settings(**({"data_dir": folder} | break_it(folder)))
    app, kept = create_app(settings), contents(folder)
    with pytest.raises(StartError, match=words):
        await app.startup()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not caplog.records  # it is the command that says why
    if settings.database_url is None:
        assert contents(folder) == kept


async def test_threads_of_a_start_that_fails_are_waited_for_by_nobody(folder, monkeypatch, caplog):
    async def fail(_):
        raise KeyError("a fault of ours")

    monkeypatch.setattr(services, "_chosen", fail)
    app = create_app(Settings(data_dir=folder, gpus="none"))
    with pytest.raises(KeyError):
        await app.startup()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert "a fault of ours" in caplog.text


async def test_a_stop_leaves_no_task_behind(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, gpus="none"))
    await app.startup()
    await app.shutdown()
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_what_the_command_says_of_a_newer_database(folder):
    newer_database(folder)
    kept = contents(folder)
    for command in ("serve", "create-admin boss"):
        done = serve(folder, *command.split())
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            "hanami-server: the database was written by a newer version of hanami-server (revision 9999; this version "
            f"knows up to {newest_revision()}); install that version, or restore a backup\n"
        )
    assert contents(folder) == kept


def test_a_policy_or_an_address_that_cannot_be_used(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\n")
    done = serve(tmp_path / "new", policy_file=str(policy))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"hanami-server: {policy}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(tmp_path / "new", port=str(taken.getsockname()[1]))
    assert done.returncode not in {0, -signal.SIGTERM}
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    assert "address already in use" in done.stderr


def newest_revision():
    names = sorted(path.stem for path in Path(database_room.MIGRATIONS, "versions").glob("m*.py"))
    return names[-1][1:5]
