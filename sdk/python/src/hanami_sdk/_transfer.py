"""Files to and from the server in pieces, so that their size does not matter to the memory."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx

from hanami_sdk._answers import new_key
from hanami_sdk._http import ONCE, no_answer
from hanami_sdk.generated.models import Upload

Source = str | os.PathLike[str] | Iterable[bytes]  # open binary files are the latter
TransferProgress = Callable[[int, int | None], object]

PIECE = 1 << 18  # bytes


class Outgoing:
    """A body made from a path, an open binary file, or pieces of bytes; only a path can be sent again."""

    def __init__(self, source: Source, progress: TransferProgress | None) -> None:
        self._source = source
        self._progress = progress
        self.size = Path(source).stat().st_size if isinstance(source, str | os.PathLike) else None

    @property
    def once(self) -> bool:
        """Whether the bytes are gone once they were sent."""
        return self.size is None

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        for piece in self._pieces():
            yield piece
            sent += len(piece)
            if self._progress is not None:
                self._progress(sent, self.size)

    def _pieces(self) -> Iterator[bytes]:
        if isinstance(self._source, str | os.PathLike):
            with Path(self._source).open("rb") as file:
                yield from _read(file.read)
        elif read := getattr(self._source, "read", None):
            yield from _read(read)
        else:
            yield from self._source


def upload(http: httpx.Client, source: Source, progress: TransferProgress | None) -> Upload:
    """Send a file that is to become part of a dataset; see `send`."""
    return Upload.from_dict(send(http, "/v1/uploads", {}, source, progress).json())


def send(
    http: httpx.Client, url: str, params: dict[str, str], source: Source, progress: TransferProgress | None
) -> httpx.Response:
    """Send a file; `progress` gets the bytes sent and, for a path, the bytes to send."""
    outgoing = Outgoing(source, progress)
    headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": new_key()}
    if outgoing.size is not None:
        headers["Content-Length"] = str(outgoing.size)
    extensions = {ONCE: outgoing.once}
    return http.post(url, params=params, content=outgoing, headers=headers, extensions=extensions)


def download(http: httpx.Client, url: str, path: Path, progress: TransferProgress | None) -> Path:
    """Fetch into a file, which appears only when it is whole."""
    temporary = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 -- renamed
    try:
        with temporary, http.stream("GET", url) as response:
            length = response.headers.get("Content-Length")
            for piece in response.iter_bytes():
                temporary.write(piece)
                if progress is not None:
                    progress(temporary.tell(), None if length is None else int(length))
        Path(temporary.name).replace(path)
    except httpx.TransportError as error:
        raise no_answer(error) from error
    finally:
        Path(temporary.name).unlink(missing_ok=True)
    return path


def _read(read: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(lambda: read(PIECE), b"")
