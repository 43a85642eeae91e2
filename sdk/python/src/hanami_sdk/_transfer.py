"""Files to and from the server in pieces, so that their size does not matter to the memory."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast
from uuid import UUID

import httpx

from hanami_sdk._calls import new_key
from hanami_sdk._http import ONCE, AsyncHttpClient, HttpClient, no_answer

Source = str | os.PathLike[str] | Iterable[bytes]  # open binary files are the latter
AsyncSource = Source | AsyncIterable[bytes]
TransferProgress = Callable[[int, int | None], object]

Json = dict[str, Any]
PIECE = 1 << 18  # bytes
PART = 8 << 20  # bytes of a large file that are sent in one call


class Outgoing:
    """A body made from a path, an open binary file, or pieces of bytes; the last can be sent only once."""

    def __init__(self, source: Source, progress: TransferProgress | None) -> None:
        self._source = source
        self._progress = progress
        self._start = _start_of(source)
        self.size = _size_of(source, self._start)

    @property
    def once(self) -> bool:
        """Whether the bytes are gone once they were sent."""
        return self.size is None

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        for piece in self.pieces():
            yield piece
            sent += len(piece)
            if self._progress is not None:
                self._progress(sent, self.size)

    def pieces(self) -> Iterator[bytes]:
        """Read the source in pieces."""
        if isinstance(self._source, str | os.PathLike):
            with Path(self._source).open("rb") as file:
                yield from _read(file.read)
        elif read := getattr(self._source, "read", None):
            if self._start is not None:
                cast("IO[bytes]", self._source).seek(self._start)
            yield from _read(read)
        else:
            yield from self._source


class AsyncOutgoing:
    """The same for programs with an event loop; pieces may come from an asynchronous iterable too."""

    def __init__(self, source: AsyncSource, progress: TransferProgress | None) -> None:
        self._source = source
        self._progress = progress
        self._inner = Outgoing((), None) if isinstance(source, AsyncIterable) else Outgoing(source, None)
        self.size = self._inner.size

    @property
    def once(self) -> bool:
        """Whether the bytes are gone once they were sent."""
        return self.size is None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        async for piece in self._pieces():
            yield piece
            sent += len(piece)
            if self._progress is not None:
                self._progress(sent, self.size)

    async def _pieces(self) -> AsyncIterator[bytes]:
        if isinstance(self._source, AsyncIterable):
            async for piece in self._source:
                yield piece
            return
        pieces = self._inner.pieces()
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece


def send(http: HttpClient, url: str, params: dict[str, str], source: Source, progress: TransferProgress | None) -> Json:
    """Send a file; `progress` gets the bytes sent and, for a path, the bytes to send. Gives the JSON of the answer."""
    outgoing = Outgoing(source, progress)
    answer: Json = http.post(url, params=params, content=outgoing, **_options(outgoing)).json()
    return answer


async def send_async(
    http: AsyncHttpClient, url: str, params: dict[str, str], source: AsyncSource, progress: TransferProgress | None
) -> Json:
    """Do the same on an event loop."""
    outgoing = AsyncOutgoing(source, progress)
    answer: Json = (await http.post(url, params=params, content=outgoing, **_options(outgoing))).json()
    return answer


def large_file(source: object) -> Path | None:
    """Return the path of a file that is sent in parts; None for what is sent in one call."""
    if not isinstance(source, str | os.PathLike):
        return None
    path = Path(source)
    return path if path.stat().st_size > PART else None


def read_part(path: Path, offset: int) -> bytes:
    """Return the next part of a file."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(PART)


def append(http: HttpClient, upload_id: UUID, offset: int, content: bytes) -> Json:
    """Send the next bytes of an upload; gives the JSON of the answer."""
    answer: Json = http.post(**_part(upload_id, offset, content)).json()
    return answer


async def append_async(http: AsyncHttpClient, upload_id: UUID, offset: int, content: bytes) -> Json:
    """Do the same on an event loop."""
    answer: Json = (await http.post(**_part(upload_id, offset, content))).json()
    return answer


def _part(upload_id: UUID, offset: int, content: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/octet-stream"}
    url = f"/v1/uploads/{upload_id}/append"
    return {"url": url, "params": {"offset": offset}, "content": content, "headers": headers}


def download(http: HttpClient, url: str, path: Path, progress: TransferProgress | None) -> Path:
    """Fetch into a file, which appears only when it is whole."""
    temporary = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 -- renamed
    try:
        with temporary, http.stream("GET", url) as response:
            for piece in response.iter_bytes():
                temporary.write(piece)
                _tell(progress, temporary.tell(), response)
        Path(temporary.name).replace(path)
    except httpx.TransportError as error:
        raise no_answer(error) from error
    finally:
        Path(temporary.name).unlink(missing_ok=True)
    return path


async def download_async(http: AsyncHttpClient, url: str, path: Path, progress: TransferProgress | None) -> Path:
    """Do the same on an event loop."""
    temporary = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 -- renamed
    try:
        with temporary:
            async with http.stream("GET", url) as response:
                async for piece in response.aiter_bytes():
                    await asyncio.to_thread(temporary.write, piece)
                    _tell(progress, temporary.tell(), response)
        await asyncio.to_thread(Path(temporary.name).replace, path)
    except httpx.TransportError as error:
        raise no_answer(error) from error
    finally:
        await asyncio.to_thread(Path(temporary.name).unlink, missing_ok=True)
    return path


def _start_of(source: Any) -> int | None:  # noqa: ANN401 -- whatever a program calls a file
    """Return where an open file is that can be read again from there."""
    seekable = getattr(source, "seekable", None)
    return int(source.tell()) if seekable is not None and seekable() else None


def _size_of(source: Any, start: int | None) -> int | None:  # noqa: ANN401
    """Return how many bytes are to be sent; None where that shows only at the end."""
    if isinstance(source, str | os.PathLike):
        return Path(source).stat().st_size
    if start is None:
        return None
    end = int(source.seek(0, os.SEEK_END))
    source.seek(start)
    return end - start


def _options(outgoing: Outgoing | AsyncOutgoing) -> dict[str, Any]:
    headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": new_key()}
    if outgoing.size is not None:
        headers["Content-Length"] = str(outgoing.size)
    return {"headers": headers, "extensions": {ONCE: outgoing.once}}


def _tell(progress: TransferProgress | None, done: int, response: httpx.Response) -> None:
    if progress is not None:
        length = response.headers.get("Content-Length")
        progress(done, None if length is None else int(length))


def _read(read: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(lambda: read(PIECE), b"")
