"""Changes that hold only while nobody else changed the same: `If-Match` and the version of a row."""

import re
from typing import TypeVar
from uuid import UUID

from quart import request
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import BadRequestError, PreconditionFailedError
from hanami_server.store.tables import Owned, Versioned
from hanami_server.store.visibility import Viewer, get_visible

Row = TypeVar("Row", bound=Owned)
TAG = re.compile(r'"(\d{1,18})"')


async def get_for_change(session: AsyncSession, table: type[Row], viewer: Viewer, row_id: UUID) -> Row:
    """Return a row that is to be changed; raises as `get_visible` and `expect_match` do."""
    row = await get_visible(session, table, viewer, row_id)
    expect_match(row)
    return row


def expect_match(row: Versioned) -> None:
    """Compare a row with the header `If-Match`, where there is one.

    Raises
    ------
    BadRequestError
        The header is not one of our tags, nor a list of them, nor `*`.
    PreconditionFailedError
        The row has another version.
    """
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return
    tags = [TAG.fullmatch(tag.strip()) for tag in header.split(",")]
    if not all(tags):
        raise BadRequestError('If-Match: expected `*`, or an ETag of this resource as in `"1"`.')
    if row.version not in {int(tag[1]) for tag in tags if tag}:
        raise PreconditionFailedError
