"""Pages by keyset: a cursor names the last row sent, so rows that come or go move nothing."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, collate, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hanami_server.contract.base import HUMAN_ID_PATTERN, ListQuery, PageQuery
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.store.tables import Membership, Owned, Project, Table, User

Row = TypeVar("Row", bound=User | Project | Owned)
Item = TypeVar("Item", bound=Table)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Rows, and where to go on; None when these were the last."""

    items: Sequence[Item]
    next_cursor: str | None


async def read_members(
    session: AsyncSession, rows: Select[Membership], key: InstrumentedAttribute[str], query: PageQuery
) -> Page[Membership]:
    """Read a part of some memberships, by the ids of their users, or of their projects."""
    if query.cursor is not None:
        _, last = _decode(query.cursor, str, "created_at")
        rows = rows.where(key > last)
    found = (await session.scalars(rows.order_by(key).limit(query.limit + 1))).all()
    items = found[: query.limit]
    last_key = str(getattr(items[-1], key.key)) if items else ""
    return Page(items, _encode(items[-1].created_at, last_key, "created_at") if len(found) > query.limit else None)


async def read_page(session: AsyncSession, rows: Select[Row], table: type[Row], query: ListQuery) -> Page[Row]:
    """Read the part of `rows` that `query` asks for; raises ValidationFailedError for a cursor that is none of ours."""
    rows, key = _filtered(rows, table, query), _key(session, table, query.order)
    if query.cursor is not None:
        mark, last_id = _decode(query.cursor, table.id.type.python_type, query.order)
        last, here = tuple_(mark, last_id, types=[key.type, table.id.type]), tuple_(key, table.id)
        rows = rows.where(here < last if query.descending else here > last)
    order = (key.desc(), table.id.desc()) if query.descending else (key, table.id)
    found = (await session.scalars(rows.order_by(*order).limit(query.limit + 1))).all()
    more = len(found) > query.limit
    items = found[: query.limit]
    return Page(items, _encode(getattr(items[-1], query.order), str(items[-1].id), query.order) if more else None)


def _filtered(rows: Select[Row], table: type[Row], query: ListQuery) -> Select[Row]:
    """Keep the rows that a list is asked for."""
    if query.created_after is not None:
        rows = rows.where(table.created_at >= query.created_after)
    if query.created_before is not None:
        rows = rows.where(table.created_at < query.created_before)
    name = getattr(query, "name", None)
    if name is not None:
        rows = rows.where(table.__table__.c.name.icontains(name, autoescape=True))
    return rows


def _key(session: AsyncSession, table: type[Row], order: str) -> ColumnElement[Any]:
    """Return what rows are in order of; names by their characters, on every database."""
    column: ColumnElement[Any] = table.__table__.c[order]
    by_language = isinstance(column.type, String) and session.get_bind().dialect.name == "postgresql"
    return collate(column, "C") if by_language else column


def _encode(mark: datetime | str, key: str, order: str) -> str:
    text = mark.isoformat() if isinstance(mark, datetime) else mark
    return base64.urlsafe_b64encode(json.dumps([order, text, key], ensure_ascii=False).encode()).decode()


def _decode(cursor: str, id_type: type, order: str) -> tuple[datetime | str, Any]:
    try:
        made_for, mark, row_id = json.loads(base64.urlsafe_b64decode(cursor))
        return _mark(mark, made_for, order), id_type(_id(row_id))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValidationFailedError.of("cursor", "not a cursor of this list in this order") from error


def _mark(sent: object, made_for: object, order: str) -> datetime | str:
    """Return where in an order to go on; raises ValueError for a mark of another order, or for none."""
    if made_for != order or not isinstance(sent, str) or "\0" in sent:
        raise ValueError(sent)
    return sent if order == "name" else datetime.fromisoformat(sent).astimezone(UTC)


def _id(sent: object) -> str:
    """Return what may be an id; raises ValueError for what no database needs to be asked for."""
    if not re.fullmatch(HUMAN_ID_PATTERN, str(sent)):
        raise ValueError(sent)
    return str(sent)
