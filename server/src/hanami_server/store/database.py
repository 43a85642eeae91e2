"""The database, SQLite or PostgreSQL: connections, sessions and the migrations that run at start.

On both there is one writer at a time, so that what a writer has read still holds when it commits.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from hanami_server.contract.errors import ConflictError, UnavailableError
from hanami_server.start_errors import NewerDatabaseError
from hanami_server.store.tables import Table

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

WRITES = "hanami_writes"
NO_ANSWER = "The database does not answer; try again later."
Listener = Callable[[AbstractSet[str]], None]
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
ONE_WRITER = "SELECT pg_advisory_xact_lock(6581)"  # any number that all servers of a database know
BUSY_SECONDS = 10  # for a writer of another process
LINE_SECONDS = 30  # for those of this one
PATIENCE = f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"  # as `busy_timeout` of SQLite
MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """A database by its SQLAlchemy URL; nothing is opened before the first use."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._outages = _outages(is_sqlite=self._is_sqlite)
        # a connection may be found dead after a restart of PostgreSQL; SQLite has nobody to ask
        self._engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not self._is_sqlite)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._listeners: list[Listener] = []
        self._turn = asyncio.Lock()  # of writers: they wait here in their order, and not on connections
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    def listen(self, listener: Listener) -> None:
        """Tell `listener` after every commit which tables it wrote to; others than this process are not noticed."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that changes nothing, and sees the same state during the block.

        Raises
        ------
        UnavailableError
            The database does not answer.
        """
        async with self._session({} if self._is_sqlite else SNAPSHOT) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a session that commits at the end of the block, or rolls back where an error leaves it.

        Raises
        ------
        ConflictError
            Somebody else changed a row in the meantime.
        UnavailableError
            The database does not answer, or others have been writing for too long.
        """
        async with self._next(), self._session({WRITES: True}) as session:
            written = _watch(session.sync_session)
            try:
                yield session
                await session.commit()
            except StaleDataError as error:
                raise ConflictError("It was changed by somebody else in the meantime.") from error
        for listener in self._listeners:
            listener(written)

    @asynccontextmanager
    async def _next(self) -> AsyncIterator[None]:
        """Wait until all who came before have written: SQLite lets anybody be next, and somebody wait for too long."""
        try:
            async with asyncio.timeout(LINE_SECONDS):
                await self._turn.acquire()
        except TimeoutError as error:
            raise UnavailableError(NO_ANSWER) from error
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def _session(self, options: dict[str, Any]) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            try:
                connection = await session.connection(execution_options=options)
                if WRITES in options:
                    await self._become_writer(connection)
            except self._outages as error:
                raise UnavailableError(NO_ANSWER) from error
            try:
                yield session
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise UnavailableError(NO_ANSWER) from error
                raise

    async def _become_writer(self, connection: AsyncConnection) -> None:
        """Wait until nobody else writes; SQLite has done so when the transaction began."""
        if not self._is_sqlite:
            await connection.exec_driver_sql(PATIENCE)
            await connection.exec_driver_sql(ONE_WRITER)

    async def migrate(self) -> None:
        """Upgrade the tables to this version, or leave them unchanged; servers that start together take turns.

        Raises
        ------
        NewerDatabaseError
            A newer version wrote them; nothing is changed.
        UnavailableError
            The database does not answer.
        """
        async with self._connected() as connection:
            async with connection.begin():
                await connection.run_sync(_expect_known)
            if not self._is_sqlite:
                async with connection.begin():
                    await connection.exec_driver_sql(ONE_WRITER)
                    await connection.run_sync(upgrade)
                return
            await _log_ahead(connection)
            async with _unwatched(connection):
                await connection.execution_options(**{WRITES: True})
                async with connection.begin():
                    await connection.run_sync(upgrade)
                    if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                        raise RuntimeError("the migration would leave rows that refer to nothing")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        connection = self._engine.connect()
        try:
            await connection.start()
        except self._outages as error:
            raise UnavailableError(NO_ANSWER) from error
        try:
            yield connection
        finally:
            await connection.close()

    async def is_current(self) -> bool:
        """Return whether the tables are those of this version."""
        async with self._connected() as connection, connection.begin():
            return await connection.run_sync(_revision) == _scripts().get_current_head()

    async def ping(self) -> None:
        """Ask for an answer; raises UnavailableError when there is none."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

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
    from alembic import command  # noqa: PLC0415  only a start needs it, and it takes as long as SQLAlchemy
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _outages(*, is_sqlite: bool) -> tuple[type[Exception], ...]:
    """Return what is raised where a database does not answer: the driver of PostgreSQL raises errors of its own."""
    if is_sqlite:
        return (SQLAlchemyError, OSError)
    from asyncpg import InterfaceError, PostgresError  # noqa: PLC0415  of no use to a server on SQLite

    return (SQLAlchemyError, OSError, PostgresError, InterfaceError)


def _expect_known(connection: Connection) -> None:
    """Raise NewerDatabaseError where the tables are of a version that this one does not know."""
    scripts, found = _scripts(), _revision(connection)
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabaseError(
            f"the database was written by a newer version of hanami-server (revision {found}; this version knows "
            f"up to {scripts.get_current_head()}); install that version, or restore a backup"
        )


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory  # noqa: PLC0415  needed when a server starts, and not before

    return ScriptDirectory(str(MIGRATIONS))


def _revision(connection: Connection) -> str | None:
    """Return the revision of the tables; None where there are none yet."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  as above

    return MigrationContext.configure(connection).get_current_revision()


def _watch(session: Session) -> set[str]:
    """Give the names of the tables that a session writes to; it fills while the session is used."""
    written: set[str] = set()

    def flushed(session: Session, _: UOWTransaction) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            written.add(row.__tablename__)

    def executed(state: ORMExecuteState) -> None:
        if (state.is_insert or state.is_update or state.is_delete) and state.bind_mapper is not None:
            written.add(state.bind_mapper.local_table.description)

    event.listen(session, "after_flush", flushed)
    event.listen(session, "do_orm_execute", executed)
    return written


async def _log_ahead(connection: AsyncConnection) -> None:
    """Let readers of this file not wait for its writer; to change that, SQLite never waits for others by itself."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 (narrows the type: it has just been connected)
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            await (await driver.execute("PRAGMA journal_mode = WAL")).close()
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or time.monotonic() > deadline:
                raise UnavailableError(NO_ANSWER) from error
            await asyncio.sleep(0.02)
        else:
            return


@asynccontextmanager
async def _unwatched(connection: AsyncConnection) -> AsyncIterator[None]:
    """Let SQLite make tables anew that others refer to; it listens to this only outside of a transaction."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 (narrows the type: it has just been connected)
    await (await driver.execute("PRAGMA foreign_keys = OFF")).close()
    try:
        yield
    finally:
        await (await driver.execute("PRAGMA foreign_keys = ON")).close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a reader, or as the one writer: a reader that begins to write may find that it is too late."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", f"busy_timeout = {BUSY_SECONDS}000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
