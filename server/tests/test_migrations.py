"""Migrations on a real database of each kind: from every version that was released, with rows in it."""

from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hanami_server.contract.projects import MemberRole
from hanami_server.start_errors import NewerDatabaseError
from hanami_server.store import database as database_room
from hanami_server.store import users
from hanami_server.store.database import MIGRATIONS, Database, upgrade
from hanami_server.store.tables import Cluster, Table, Task, User
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

pytestmark = pytest.mark.both_databases

SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
CLUSTER, DATASET, TASK = UUID(int=1), UUID(int=2), UUID(int=3)
BY_NAME = {  # what a column holds, wherever there is one of that name
    "id": None,
    "owner_id": "ann",
    "user_id": "ann",
    "project_id": "p",
    "cluster_id": CLUSTER,
    "result_dataset_id": DATASET,
    "is_admin": True,
    "is_disabled": False,
    "role": "project-admin",
    "state": "finished",
    "columns": [{"name": "é", "dtype": "uint8", "width": 784}],
    "seed": 2**53 - 1,
    "bytes": 2**40,
    "deleted_at": None,
}
BY_TYPE = {
    sa.JSON: {"deep": [1, "ü", None]},
    sa.DateTime: MOMENT,
    sa.Boolean: False,
    sa.Integer: 7,
    sa.Uuid: UUID(int=9),
}
IDS = {"users": "ann", "projects": "p", "clusters": CLUSTER, "datasets": DATASET, "tasks": TASK}


def value_of(table: sa.Table, column: sa.Column[Any]) -> Any:
    """A value for any column there may ever be: of its name, else of its type."""
    if column.name == "id" and table.name in IDS:
        return IDS[table.name]
    if BY_NAME.get(column.name) is not None or column.name == "deleted_at":
        return BY_NAME[column.name]
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    text_of_it = "über"[: getattr(kind, "length", None) or 4]
    return next((value for of, value in BY_TYPE.items() if isinstance(kind, of)), text_of_it)


def reflected(connection: Connection) -> list[sa.Table]:
    """The tables as they are, those that others refer to first, with types that both databases read alike."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        for column in table.columns:
            known = Table.metadata.tables[table.name].columns.get(column.name)
            if known is not None:
                column.type = known.type
    return tables


def fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """Put a row into every table; gives what each holds."""
    filled = {}
    for table in reflected(connection):
        row = {column.name: value_of(table, column) for column in table.columns}
        connection.execute(table.insert(), row)
        filled[table.name] = row
    return filled


def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in reflected(connection)
    }


@pytest.fixture
def work(database_url: str) -> Callable[..., Any]:
    """Run a function on a connection of its own; commits."""

    async def run(function: Callable[[Connection], Any]) -> Any:
        engine = create_async_engine(database_url)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(function)
        finally:
            await engine.dispose()

    return run


@asynccontextmanager
async def opened(url: str):
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


def test_the_line_of_versions_does_not_branch():
    assert len(SCRIPTS.get_heads()) == 1
    assert REVISIONS[0] == "0001"


async def test_migrations_make_what_the_tables_say(database_url, work):
    async with opened(database_url) as database:
        await database.migrate()

    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata)

    assert await work(differences) == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_version_is_brought_up_with_its_rows_item_36(database_url, work, revision):
    await work(lambda connection: upgrade(connection, revision))
    before = await work(fill)
    async with opened(database_url) as database:
        await database.migrate()
        after = await work(read)
        for name, row in before.items():
            (kept,) = after[name]
            assert {column: kept[column] for column in row} == row, name
        async with database.reading() as session:
            assert (await users.find_viewer(session, "ann", "p")).role is MemberRole.PROJECT_ADMIN
            task = await session.get(Task, TASK)
            assert (task.cluster_id, task.result_dataset_id, task.created_at) == (CLUSTER, DATASET, MOMENT)
        async with database.writing() as session:  # references still hold, and still act
            await session.delete(await session.get(Cluster, CLUSTER))
        async with database.writing() as session:
            assert await session.get(Task, TASK) is None
            with pytest.raises(DBAPIError):
                await session.execute(sa.delete(User))


@pytest.mark.parametrize("revision", REVISIONS)
async def test_migrating_again_changes_nothing(database_url, work, revision):
    await work(upgrade)
    before = await work(fill)
    async with opened(database_url) as database:
        await database.migrate()
        await database.migrate()
    assert await work(read) == {name: [row] for name, row in before.items()}


def versions(connection: Connection) -> Iterator[str]:
    return [row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))]


def shape(connection: Connection) -> dict[str, list[str]]:
    """What tables, columns, indexes and references there are."""
    found = inspect(connection)
    return {
        table: [
            *sorted(f"{column['name']} {column['type']} {column['nullable']}" for column in found.get_columns(table)),
            *sorted(str(index["name"]) for index in found.get_indexes(table)),
            *sorted(str(reference["name"]) for reference in found.get_foreign_keys(table)),
        ]
        for table in found.get_table_names()
    }


@pytest.mark.parametrize(
    ("revision", "in_the_way"), [(None, "checkpoints"), ("0001", "error_log")], ids=["from-nothing", "from-0001"]
)
async def test_migration_that_breaks_off_leaves_what_was_item_31(database_url, work, revision, in_the_way):
    rows: dict[str, Any] = {}
    if revision:
        await work(lambda connection: upgrade(connection, revision))
        rows = await work(fill)
    await work(lambda connection: connection.execute(text(f"CREATE TABLE {in_the_way} (id INTEGER)")) and None)
    before = await work(shape)
    async with opened(database_url) as database:
        with pytest.raises(DBAPIError):
            await database.migrate()
    assert await work(shape) == before
    await work(lambda connection: connection.execute(text(f"DROP TABLE {in_the_way}")) and None)
    if revision:
        assert await work(versions) == [revision]
        assert await work(read) == {name: [row] for name, row in rows.items()}
    async with opened(database_url) as database:  # what was in the way is gone: it goes through
        await database.migrate()
    assert await work(versions) == REVISIONS[-1:]


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url, work):
    await work(upgrade)
    await work(fill)
    await work(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 'n1'")) and None)
    before = await work(shape), await work(read)
    async with opened(database_url) as database:
        for _ in range(2):
            with pytest.raises(
                NewerDatabaseError, match=rf"revision n1; .* knows up to {REVISIONS[-1]}\); install that"
            ):
                await database.migrate()
        assert not await database.is_current()
    assert (await work(shape), await work(read)) == before
    assert await work(versions) == ["n1"]


async def test_only_the_newest_tables_are_current(database_url, work):
    async with opened(database_url) as database:
        assert not await database.is_current()
        await work(lambda connection: upgrade(connection, REVISIONS[0]))
        assert not await database.is_current()
        await database.migrate()
        assert await database.is_current()


async def test_rows_that_refer_to_nothing_stop_a_migration(tmp_path, monkeypatch):
    """On SQLite, which does not watch while tables are made anew."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    async with opened(url) as database:
        await database.migrate()
    statement = text("INSERT INTO memberships (project_id, user_id, role, created_at) VALUES ('x', 'y', 'member', '')")
    monkeypatch.setattr(database_room, "upgrade", lambda connection: connection.execute(statement) and None)
    async with opened(url) as database:
        with pytest.raises(RuntimeError, match="refer to nothing"):
            await database.migrate()
        async with database.reading() as session:
            assert await session.scalar(text("SELECT count(*) FROM memberships")) == 0


async def test_servers_that_start_together_take_turns(database_url, work):
    import asyncio

    async def start() -> None:
        async with opened(database_url) as database:
            await database.migrate()

    await asyncio.gather(*(start() for _ in range(8)))
    assert await work(versions) == REVISIONS[-1:]
    async with opened(database_url) as database, database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 0
