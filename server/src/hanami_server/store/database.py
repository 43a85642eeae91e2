"""The database: connections, sessions and the migrations that run at start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from hanami_server.contract.errors import ConflictError
from hanami_server.store.tables import Table

MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """A database by its SQLAlchemy URL; nothing is opened before the first use."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open a session that commits at the end of the block, or rolls back where an error leaves it."""
        async with self._sessions.begin() as session:
            yield session

    async def migrate(self) -> None:
        """Bring the tables up to date, or leave them as they were."""
        async with self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":  # whose driver opens no transaction for DDL
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            await connection.run_sync(upgrade)

    async def ping(self) -> None:
        """Ask for an answer; raises SQLAlchemy's error when there is none."""
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def insert(session: AsyncSession, row: Table, conflict: str) -> None:
    """Insert a row now; raises ConflictError with that message where its key is taken."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise ConflictError(conflict) from error


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
