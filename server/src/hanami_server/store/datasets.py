"""Queries about uploads and the datasets that are made of them."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import ConflictError
from hanami_server.store.tables import Upload


async def use_up(session: AsyncSession, uploads: Sequence[UUID]) -> None:
    """Take away the uploads of a new dataset; raises ConflictError where another dataset did so meanwhile."""
    used = cast("CursorResult[Any]", await session.execute(delete(Upload).where(Upload.id.in_(uploads))))
    if used.rowcount != len(uploads):
        raise ConflictError("An upload was used up or deleted meanwhile.")
