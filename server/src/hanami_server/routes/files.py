"""What routes with files share: content that is bad, files that are gone, downloads."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from hanami_engine import SnapshotError
from quart import Response, send_file

from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.files import Folder
from hanami_server.contract.errors import ConflictError, NotFoundError, ValidationFailedError
from hanami_server.contract.op import BINARY


@contextmanager
def content_faults(prefix: str = "") -> Iterator[None]:
    """Answer content that cannot be used with 422, its field under `prefix`."""
    try:
        yield
    except BlobError as error:
        raise ValidationFailedError.of(prefix + error.field, error.message) from error


@contextmanager
def deleted_meanwhile() -> Iterator[None]:
    """Answer a file that went after its row was read with 404."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError from error


@contextmanager
def network_faults() -> Iterator[None]:
    """Answer a network that went after its row was read with 404, and one that cannot be loaded with 409."""
    try:
        with deleted_meanwhile():
            yield
    except SnapshotError as error:
        raise ConflictError(f"The network of the cluster cannot be loaded by this version: {error}.") from error


async def download(folder: Folder, item: UUID) -> Response:
    """Stream a file, named by its id, or the part of it that the header `Range` asks for."""
    path = folder.path(item)
    with deleted_meanwhile():
        response = await send_file(
            path, mimetype=BINARY, as_attachment=True, attachment_filename=path.name, conditional=True
        )
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"  # Quart would let anybody keep it for half a day
    del response.headers["Expires"]
    return response
