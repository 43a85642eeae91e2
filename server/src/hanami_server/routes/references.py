"""Rows that a body names."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import NotFoundError, ValidationFailedError
from hanami_server.store.tables import Owned
from hanami_server.store.visibility import Viewer, get_visible

Row = TypeVar("Row", bound=Owned)


async def get_referenced(session: AsyncSession, table: type[Row], viewer: Viewer, row_id: UUID, field: str) -> Row:
    """Return the row that a field names; a missing or foreign one is a fault of the field."""
    try:
        return await get_visible(session, table, viewer, row_id)
    except NotFoundError as error:
        raise ValidationFailedError.of(field, f"there is no such {table.__name__.lower()}") from error
