"""Uploads: bytes that arrive in pieces."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from hanami_server.blobs.files import atomic_file


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived: the number of bytes, and their digest in hexadecimal digits."""

    size: int
    sha256: str


async def receive(target: Path, chunks: AsyncIterator[bytes]) -> Received:
    """Write pieces to a file as they arrive; nothing is left where they end in an error or the caller is cancelled."""
    digest, size = hashlib.sha256(), 0

    def keep(file: BinaryIO, chunk: bytes) -> None:
        digest.update(chunk)
        file.write(chunk)

    with atomic_file(target) as file:
        async for chunk in chunks:
            await asyncio.to_thread(keep, file, chunk)
            size += len(chunk)
    return Received(size, digest.hexdigest())


async def append(target: Path, offset: int, chunks: AsyncIterator[bytes]) -> int:
    """Write pieces to a file from `offset` on, in the place of whatever a crash left there; gives its new size.

    Raises
    ------
    BlockingIOError
        Somebody else is writing to it.
    """
    size = offset
    with target.open("r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        await asyncio.to_thread(_begin_at, file, offset)
        async for chunk in chunks:
            await asyncio.to_thread(_write_all, file, chunk)
            size += len(chunk)
        await asyncio.to_thread(os.fsync, file.fileno())
    return size


def digest(path: Path) -> str:
    """Return the digest of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begin_at(file: FileIO, offset: int) -> None:
    file.truncate(offset)
    file.seek(offset)


def _write_all(file: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
