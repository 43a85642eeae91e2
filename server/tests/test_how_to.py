"""The how-to pages do what they say: their blocks are run as they are written."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from hanami_server.process import ANNOUNCEMENT
from sqlalchemy import make_url

from .conftest import ADMIN
from .test_oidc import id_token_of, provider

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
FOLDER = Path(sys.executable).parent
LOGIN = {"HANAMI_USER": ADMIN["user_id"], "HANAMI_PASSWORD": ADMIN["password"]}
FIRST = {"HANAMI_ADMIN_USER": ADMIN["user_id"], "HANAMI_ADMIN_PASSWORD": ADMIN["password"]}
__all__ = ["provider"]  # a fixture


def blocks(page: str, language: str) -> list[str]:
    """The blocks of a page in a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", (PAGES / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def run(command: list[str], cwd: Path, **more: str) -> str:
    """Run a program with what its page supposes in the environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANAMI_")}
    environment = kept | {"PATH": f"{FOLDER}{os.pathsep}{os.environ['PATH']}"} | more
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python(code: list[str]) -> list[str]:
    return [sys.executable, "-c", "".join(code)]


def bash(code: list[str]) -> list[str]:
    return ["bash", "-euo", "pipefail", "-c", "".join(code)]


def test_share_a_server(fresh_server, tmp_path):
    page = "share-a-server.md"
    run(bash(blocks(page, "bash")), tmp_path)
    server = fresh_server(
        admin_user=ADMIN["user_id"], admin_password=ADMIN["password"], policy_file=str(tmp_path / "policy.yaml")
    )
    out = run(python(blocks(page, "python")), tmp_path, HANAMI_URL=server.url, **LOGIN)
    members, operations, cluster, number, *entries = out.splitlines()
    assert members == "['ada']"
    assert int(operations) > 60
    assert (cluster, number) == ("pump 7", "1")
    assert [entry.split()[2:4] for entry in entries] == [["ada", "createDeviceKey"]]


def test_connect_a_sensor(fresh_server, tmp_path):
    page = "connect-a-sensor.md"
    server = fresh_server(admin_user=ADMIN["user_id"], admin_password=ADMIN["password"])
    out = run(python(blocks(page, "python")), tmp_path, HANAMI_URL=server.url, **LOGIN)
    made, first, *_, state, seen = out.splitlines()
    assert first == "loss 0.00, novelty 3.0"
    assert (state, seen) == ("1", "4 1 True")
    cluster, key = made.split()
    (code,) = blocks(page, "bash")  # not every machine has curl: what it would send is sent
    calls = re.findall(r"'({.*})' \"(\S+)\"", code)
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60) as sensor:
        learned, asked = (
            sensor.post(
                url.replace("$HANAMI_URL", server.url).replace("$CLUSTER", cluster), json=json.loads(body)
            ).json()
            for body, url in calls
        )
    assert learned["samples"] == 5
    assert asked["answers"][0]["labels"] == [1]


def test_use_a_gpu(fresh_server, tmp_path):
    server = fresh_server(admin_user=ADMIN["user_id"], admin_password=ADMIN["password"], gpus="emulated")
    out = run(python(blocks("use-a-gpu.md", "python")), tmp_path, HANAMI_URL=server.url, **LOGIN)
    local, gpu, chosen, at_last = out.splitlines()
    assert local.split() == ["local", "ready", *["None"] * 4]
    assert gpu.startswith("emulated-0 ready emulated on the CPU ")
    assert (chosen, at_last) == ("True True", "auto")


def test_use_postgresql(postgres, tmp_path):
    page, address = "use-postgresql.md", make_url(postgres)

    async def execute(statements: str) -> None:
        connection = await asyncpg.connect(postgres)
        for statement in statements.strip().split(";\n"):
            await connection.execute(statement)
        await connection.close()

    (sql,) = blocks(page, "sql")
    asyncio.run(execute(sql))
    run(
        bash(blocks(page, "bash")),
        tmp_path,
        PGHOST=str(address.query.get("host", address.host)),
        HANAMI_DATA_DIR=str(tmp_path / "data"),
    )
    assert not list((tmp_path / "data").glob("*.db"))

    async def users() -> list[str]:
        connection = await asyncpg.connect(postgres.replace("/postgres?", "/hanami?"))
        found = [row["id"] for row in await connection.fetch("SELECT id FROM users")]
        await connection.close()
        return found

    assert asyncio.run(users()) == ["ada"]
    asyncio.run(execute("DROP DATABASE hanami;\nDROP USER hanami;\n"))


@pytest.fixture
def started(tmp_path, provider) -> Iterator[str]:
    """The server that the page about OpenID Connect starts."""
    settings = {"HANAMI_PORT": "0", "HANAMI_DATA_DIR": str(tmp_path / "data"), "ISSUER": provider, **FIRST}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANAMI_")}
    environment = kept | {"PATH": f"{FOLDER}{os.pathsep}{os.environ['PATH']}"} | settings
    code = "".join(blocks("log-in-with-openid-connect.md", "bash")).replace(
        "hanami-server serve", "exec hanami-server serve"
    )
    with subprocess.Popen(["bash", "-euc", code], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix(ANNOUNCEMENT).strip()
        process.terminate()


def test_log_in_with_openid_connect(started, provider, tmp_path):
    token = httpx.post(f"{started}/v1/tokens", json=ADMIN).json()["token"]
    made = httpx.post(
        f"{started}/v1/projects", json={"id": "pumps", "name": "P"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert made.status_code == 201
    code = blocks("log-in-with-openid-connect.md", "python")
    out = run(python(code), tmp_path, HANAMI_URL=started, ID_TOKEN=id_token_of(provider, "42"))
    assert out.strip() == "ann-lee-example-org"
