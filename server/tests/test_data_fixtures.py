"""Data folders that earlier versions wrote are opened by the server of today, and used further with the same bits."""

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hanami_server.process import server_process
from sqlalchemy import make_url

from .conftest import wait_for
from .data_folder import go_on, look
from .make_data_fixture import DUMP, EXPECTED, FOLDER, SETTINGS, unpack

FIXTURES = sorted(path for path in (Path(__file__).parent / "fixtures").iterdir() if path.is_dir())


def load(url: str, dump: str) -> None:
    """Run the statements of a dump in an empty database of PostgreSQL."""

    async def run() -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        await connection.execute(dump)
        await connection.close()

    wait_for(run())


@contextmanager
def opened(fixture: Path, new_database: Any, folder: Path):
    """Unpack a fixture; gives the settings of a server that opens it."""
    unpack(fixture / FOLDER, folder)
    with new_database(folder) as url:
        if url.startswith("postgresql"):
            (folder / "hanami.db").unlink()
            load(url, (fixture / DUMP).read_text())
        yield SETTINGS | {"database_url": url}


def differences(expected: Any, actual: Any, place: str = "") -> list[str]:
    """Where an answer says something else than before; what a later version says more is none."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        missing = [f"{place}/{key}: missing" for key in expected if key not in actual]
        pairs = [(f"{place}/{key}", expected[key], actual[key]) for key in expected if key in actual]
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        missing = []
        pairs = [(f"{place}/{i}", *pair) for i, pair in enumerate(zip(expected, actual, strict=True))]
    else:
        return [] if expected == actual else [f"{place}: expected {expected!r}, got {actual!r}"]
    return missing + [found for where, *pair in pairs for found in differences(*pair, where)]


def test_there_is_a_fixture_of_the_first_version():
    assert [path.name for path in FIXTURES][:1] == ["v0.1.0"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_everything_is_served_and_used_further(fixture, new_database, tmp_path):
    expected = json.loads((fixture / EXPECTED).read_text())
    folder = tmp_path / "data"
    with opened(fixture, new_database, folder) as settings, server_process(folder, settings) as server:
        assert differences(expected["seen"], look(server.url)) == []
        assert differences(expected["went_on"], go_on(server.url, **expected["known"])) == []
