"""The command `hanami-server`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hanami_server.settings import Settings


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    def run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "hanami_server", *arguments],
            env=os.environ | {"HANAMI_DATA_DIR": str(tmp_path / "data")},
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


def test_create_admin(command, fresh_server):
    password = "a long enough password"
    assert command("create-admin", "boss", input=f"{password}\n").returncode == 0
    again = command("create-admin", "boss", input=f"{password}\n")
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
