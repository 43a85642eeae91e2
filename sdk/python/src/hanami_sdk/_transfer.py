"""Files to and from the server in pieces, so that their size does not matter to the memory."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import httpx

from hanami_sdk._calls import new_key
from hanami_sdk._http import ONCE, AsyncHttpClient, HttpClient, no_answer

Source = str | os.PathLike[str] | Iterable[bytes]  # open binary files are the latter
AsyncSource = Source | AsyncIterable[bytes]
TransferProgress = Callable[[int, int | None], object]

Json = dict[str, Any]
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
            yield from _read(read)
        else:
            yield from self._source


class AsyncOutgoing:
    """The same for programs with an event loop; pieces may come from an asynchronous iterable too."""

    def __init__(self, source: AsyncSource, progress: TransferProgress | None) -> None:
        self._source = source
        self._progress = progress
        self.size = Path(source).stat().st_size if isinstance(source, str | os.PathLike) else None

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
        pieces = Outgoing(self._source, None).pieces()
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
