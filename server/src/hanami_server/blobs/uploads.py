"""Uploads: bytes that arrive in pieces."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
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
