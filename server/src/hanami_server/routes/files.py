"""What routes with files share: bad content, and downloads."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from quart import Response, send_file

from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.files import Folder
from hanami_server.contract.errors import NotFoundError, ValidationFailedError
from hanami_server.contract.op import BINARY


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
