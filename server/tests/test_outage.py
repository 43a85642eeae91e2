"""A database that goes away and comes back: answers say so meanwhile, and nothing needs a restart."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url

pytestmark = pytest.mark.both_databases

LOGIN = {"user_id": "root", "password": "a long enough password"}
NEW = {"id": "new", "name": "New"}


async def execute(url: str, *statements: str) -> None:
    name = make_url(url).database
    other = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    connection = await asyncpg.connect(other)
    for statement in statements:
        await connection.execute(statement.format(name=name))
    await connection.close()


@contextmanager
def outage(url: str) -> Iterator[None]:
    """Let nobody into a PostgreSQL, or keep others from writing to a SQLite."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(make_url(url).database, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
        return
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    asyncio.run(execute(url, "ALTER DATABASE {name} ALLOW_CONNECTIONS false", end))
    yield
    asyncio.run(execute(url, "ALTER DATABASE {name} ALLOW_CONNECTIONS true"))


@pytest.fixture
def client(fresh_server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fresh_server(admin_user="root", admin_password=LOGIN["password"]).url) as client:
        client.timeout = 60
        client.headers["Authorization"] = f"Bearer {client.post('/v1/tokens', json=LOGIN).json()['token']}"
        yield client


def test_an_outage_is_told_and_got_over_item_32(client, database_url):
    with outage(database_url):
        answer = client.post("/v1/projects", json=NEW)
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"] == "The database does not answer; try again later."
        assert client.get("/livez").status_code == 200
        expected = 200 if database_url.startswith("sqlite") else 503  # SQLite lets others read meanwhile
        assert client.get("/readyz").status_code == expected
        assert client.get("/v1/projects").status_code == expected
    assert client.get("/readyz").status_code == 200
    assert client.post("/v1/projects", json=NEW).status_code == 201


def test_connections_that_were_cut_are_not_noticed(client, database_url):
    """As when PostgreSQL starts again; a SQLite has none."""
    for number in range(3):
        if not database_url.startswith("sqlite"):
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            asyncio.run(execute(database_url, end))
        assert client.get("/v1/projects").status_code == 200
        assert client.post("/v1/projects", json=NEW | {"id": f"n{number}"}).status_code == 201
