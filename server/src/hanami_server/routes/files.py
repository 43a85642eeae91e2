"""What routes with files share: files and rows that come and go together, and downloads."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from quart import Response, send_file

from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.files import Folder
from hanami_server.contract.errors import NotFoundError, ValidationFailedError
from hanami_server.contract.op import BINARY


@asynccontextmanager
async def file_for_row(folder: Folder, item: UUID) -> AsyncIterator[None]:
    """Take away the file of `item` where the block that makes file and row fails.

    The file comes first and the row, in a transaction, last: a crash in between leaves a file without a row, which the
    next start sweeps away.
    """
    try:
        yield
    except BaseException:
        await asyncio.shield(asyncio.to_thread(folder.delete, item))
        raise


@contextmanager
def content_faults(prefix: str = "") -> Iterator[None]:
    """Answer content that cannot be used with 422, its field under `prefix`."""
    try:
        yield
    except BlobError as error:
        raise ValidationFailedError.of(prefix + error.field, error.message) from error


async def download(folder: Folder, item: UUID) -> Response:
    """Stream a file, named by its id; raises NotFoundError where it has just been deleted."""
    path = folder.path(item)
    try:
        return await send_file(path, mimetype=BINARY, as_attachment=True, attachment_filename=path.name)
    except FileNotFoundError as error:
        raise NotFoundError from error
