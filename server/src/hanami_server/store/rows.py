"""Rows that are asked for again and again, kept between requests until their table is written to."""

from collections.abc import Set as AbstractSet
from typing import Any, TypeVar
from uuid import UUID

from cachetools import LRUCache
from sqlalchemy import select

from hanami_server.contract.errors import NotFoundError
from hanami_server.store.database import Database
from hanami_server.store.tables import Owned
from hanami_server.store.visibility import Viewer, may_see

Row = TypeVar("Row", bound=Owned)
ROOM = 10_000


class Rows:
    """Rows by table and id, none older than the last write to its table; the least recently used go first.

    Only this process writes to the database while it serves, so nothing else has to be noticed.  Rows are shared: who
    gets one does not change it.
    """

    def __init__(self, database: Database, room: int = ROOM) -> None:
        self._database = database
        self._rows: LRUCache[tuple[str, UUID], Owned] = LRUCache(room)
        self._writes = 0
        database.listen(self._forget)

    async def get_visible(self, table: type[Row], viewer: Viewer, row_id: UUID) -> Row:
        """Return one row; raises NotFoundError where there is none or `viewer` may not see it."""
        row: Any = self._rows.get((table.__tablename__, row_id))
        if row is None:
            row = await self._read(table, row_id)
        if row is None or not may_see(row, viewer):
            raise NotFoundError
        found: Row = row
        return found

    async def _read(self, table: type[Row], row_id: UUID) -> Row | None:
        writes = self._writes
        async with self._database.reading() as session:
            row = await session.scalar(select(table).where(table.id == row_id))
        if row is not None and writes == self._writes:  # else it may be older than what was written meanwhile
            self._rows[table.__tablename__, row_id] = row
        return row

    def _forget(self, written: AbstractSet[str]) -> None:
        """Forget rows of the tables that were written to, and of those that lost rows with them."""
        self._writes += 1
        if not written <= LOGS:
            for key in [key for key in self._rows if key[0] in written]:
                del self._rows[key]


LOGS = {"audit_log", "error_log"}
