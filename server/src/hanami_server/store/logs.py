"""Queries about the logs: read from the end, forgotten after a while."""

from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.base import PageQuery
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.logs import AuditQuery
from hanami_server.store.paging import Page
from hanami_server.store.tables import AuditEntry, ErrorEntry, now
from hanami_server.store.visibility import Viewer

Entry = TypeVar("Entry", AuditEntry, ErrorEntry)
LARGEST_ID = 2**63 - 1


def select_audit(viewer: Viewer, query: AuditQuery) -> Select[AuditEntry]:
    """Select what `viewer` may know: everything for an admin, else what happened in the project of the token."""
    rows = select(AuditEntry)
    if not viewer.is_admin:
        rows = rows.where(AuditEntry.project_id == viewer.project_id)
    for name in ("user_id", "project_id", "operation", "resource", "status", "request_id"):
        wanted: Any = getattr(query, name)
        if wanted is not None:
            rows = rows.where(getattr(AuditEntry, name) == wanted)
    if query.created_after is not None:
        rows = rows.where(AuditEntry.created_at >= query.created_after)
    if query.created_before is not None:
        rows = rows.where(AuditEntry.created_at < query.created_before)
    return rows


async def read_newest(session: AsyncSession, rows: Select[Entry], table: type[Entry], query: PageQuery) -> Page[Entry]:
    """Read the part of a log that `query` asks for, newest entries first."""
    if query.cursor is not None:
        if not query.cursor.isascii() or not query.cursor.isdigit() or int(query.cursor) > LARGEST_ID:
            raise ValidationFailedError.of("cursor", "not a cursor of this list")
        rows = rows.where(table.id < int(query.cursor))
    found = (await session.scalars(rows.order_by(table.id.desc()).limit(query.limit + 1))).all()
    items = found[: query.limit]
    return Page(items, str(items[-1].id) if len(found) > query.limit else None)


async def forget_old(session: AsyncSession, audit_days: int, error_days: int) -> None:
    """Delete what is older than it has to be kept."""
    for table, days in ((AuditEntry, audit_days), (ErrorEntry, error_days)):
        await session.execute(delete(table).where(table.created_at < now() - timedelta(days=days)))
