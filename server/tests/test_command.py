"""The command `hanami-server`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from hanami_server.settings import Settings

pytestmark = pytest.mark.process


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    def run(*arguments: str, database_url: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "hanami_server", *arguments],
            env=os.environ | {"HANAMI_DATA_DIR": str(tmp_path / "data"), "HANAMI_DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            check=False,
            **more,
        )

    return run


def test_openapi_prints_the_document_and_makes_nothing(command, tmp_path):
    done = command("openapi")
    assert json.loads(done.stdout)["openapi"] == "3.1.0"
    assert list(tmp_path.iterdir()) == []


def test_help_tells_every_setting(command):
    text = command("serve", "--help").stdout
    for name, field in Settings.model_fields.items():
        assert f"HANAMI_{name.upper()} " in text
        assert field.description
        assert field.description in text


def test_migrate_makes_the_database(command, tmp_path):
    assert command("migrate").returncode == 0
    assert (tmp_path / "data" / "hanami.db").exists()


def test_create_admin(command, fresh_server, database_url):
    password = "a long enough password"
    create = partial(command, "create-admin", "boss", input=f"{password}\n", database_url=database_url)
    assert create().returncode == 0
    again = create()
    assert again.returncode == 1
    assert "There is a user boss already" in again.stderr
    url = fresh_server().url
    answer = httpx.post(f"{url}/v1/tokens", json={"user_id": "boss", "password": password})
    assert answer.json()["roles"] == ["admin", "project-admin"]


def test_create_admin_refuses_without_repeating(command):
    done = command("create-admin", "boss", input="canary1\n")
    assert done.returncode == 1
    assert "password" in done.stderr
    assert "canary1" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p%40ss@host:5433/name", "postgresql+asyncpg://u:p%40ss@host:5433/name"),
        ("postgres://host/name?sslmode=require", "postgresql+asyncpg://host/name?ssl=require"),
        ("postgresql+asyncpg://host/name", "postgresql+asyncpg://host/name"),
        ("sqlite:////var/lib/hanami.db", "sqlite+aiosqlite:////var/lib/hanami.db"),
        ("sqlite+aiosqlite:///here.db", "sqlite+aiosqlite:///here.db"),
    ],
)
def test_urls_of_databases(given, used):
    assert Settings(database_url=given).database == used


@pytest.mark.parametrize(
    "url", ["mysql://u:canary1@host/name", "postgresql+psycopg2://u:canary1@host/name", "canary1", "://canary1"]
)
def test_other_databases_are_refused_without_repeating(command, url):
    done = command("serve", database_url=url)
    assert done.returncode == 1
    assert "expected postgresql://user:password@host:port/name or sqlite:///path" in done.stderr
    assert "canary1" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["migrate", "serve"])
def test_a_database_that_does_not_answer_is_told(command, name):
    done = command(name, database_url="postgresql://u:canary1@127.0.0.1:1/name")
    assert done.returncode != 0
    assert "database does not answer" in done.stderr
    assert "canary1" not in done.stderr + done.stdout
    assert done.stderr.splitlines()[-1] == "hanami-server: The database does not answer; try again later."
    assert "Traceback" not in done.stderr
    assert "ERROR" not in done.stderr
