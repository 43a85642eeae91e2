"""Queries about answers to creations that named a key."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.store.tables import IdempotentAnswer, now

KEPT = timedelta(days=1)


async def mark_done(session: AsyncSession, user_id: str, key: str, status: int) -> None:
    """Keep, together with a change, that what a key was named for is done."""
    await session.execute(update(IdempotentAnswer).where(_is(user_id, key)).values(status=status))


async def keep(session: AsyncSession, user_id: str, key: str, body: str) -> None:
    """Keep what was answered."""
    await session.execute(update(IdempotentAnswer).where(_is(user_id, key)).values(body=body))


async def forget_unused(session: AsyncSession, user_id: str, key: str) -> None:
    """Forget a key unless something was done under it."""
    await session.execute(delete(IdempotentAnswer).where(_is(user_id, key), IdempotentAnswer.status.is_(None)))


async def forget_interrupted(session: AsyncSession) -> None:
    """Forget all keys under which a server that is no more did nothing."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.status.is_(None)))


async def forget_old(session: AsyncSession) -> None:
    """Forget what was answered long ago."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now() - KEPT))


def _is(user_id: str, key: str) -> ColumnElement[bool]:
    return and_(IdempotentAnswer.user_id == user_id, IdempotentAnswer.key == key)
