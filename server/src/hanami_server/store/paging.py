"""Pages by keyset: a cursor names the last row sent, so rows that come or go move nothing."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hanami_server.contract.base import HUMAN_ID_PATTERN, PageQuery
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.store.tables import Membership, Owned, Project, Table, User

Row = TypeVar("Row", bound=User | Project | Owned)
Item = TypeVar("Item", bound=Table)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Rows, oldest first, and where to go on; None when these were the last."""

    items: Sequence[Item]
    next_cursor: str | None


async def read_members(
    session: AsyncSession, rows: Select[Membership], key: InstrumentedAttribute[str], query: PageQuery
) -> Page[Membership]:
    """Read a part of some memberships, by the ids of their users, or of their projects."""
    if query.cursor is not None:
        _, last = _decode(query.cursor, str)
        rows = rows.where(key > last)
    found = (await session.scalars(rows.order_by(key).limit(query.limit + 1))).all()
    items = found[: query.limit]
    last_key = str(getattr(items[-1], key.key)) if items else ""
    return Page(items, _encode(items[-1].created_at, last_key) if len(found) > query.limit else None)


async def read_page(session: AsyncSession, rows: Select[Row], table: type[Row], query: PageQuery) -> Page[Row]:
    """Read the part of `rows` that `query` asks for; raises ValidationFailedError for a cursor that is none of ours."""
    if query.cursor is not None:
        last = tuple_(*_decode(query.cursor, table.id.type.python_type), types=[table.created_at.type, table.id.type])
        rows = rows.where(tuple_(table.created_at, table.id) > last)
    found = (await session.scalars(rows.order_by(table.created_at, table.id).limit(query.limit + 1))).all()
    more = len(found) > query.limit
    items = found[: query.limit]
    return Page(items, _encode(items[-1].created_at, str(items[-1].id)) if more else None)


def _encode(created_at: datetime, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([created_at.isoformat(), key]).encode()).decode()


def _decode(cursor: str, id_type: type) -> tuple[datetime, Any]:
    try:
        created_at, row_id = json.loads(base64.urlsafe_b64decode(cursor))
        moment = datetime.fromisoformat(created_at).astimezone(UTC)
        return moment, id_type(_id(row_id))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValidationFailedError.of("cursor", "not a cursor of this list") from error


def _id(sent: object) -> str:
    """Return what may be an id; raises ValueError for what no database needs to be asked for."""
    if not re.fullmatch(HUMAN_ID_PATTERN, str(sent)):
        raise ValueError(sent)
    return str(sent)
