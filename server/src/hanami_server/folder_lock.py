"""One server per data folder: a lock that the kernel frees when its process ends, however it ends."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hanami_server.start_errors import FolderInUseError

FILE = "lock"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a data folder during the block; makes the folder where there is none.

    The file is never removed: whoever waits for a removed file would hold a lock that nobody else can see.

    Raises
    ------
    FolderInUseError
        Another process holds it; the message names the process.
    OSError
        The folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)  # closed in programs that this one starts
    try:
        _lock(descriptor, folder)
        _write(descriptor, f"{os.getpid()} {socket.gethostname()}\n")
        try:
            yield
        finally:
            _write(descriptor, "")
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing does not: a program that just started may still have it
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FolderInUseError(
            f"the data folder {folder.absolute()} is in use by {_holder(descriptor)}; "
            "stop that process, or set HANAMI_DATA_DIR to another folder"
        ) from None


def _holder(descriptor: int) -> str:
    """Describe the process that holds the lock; it may not have written anything yet."""
    pid, _, host = os.pread(descriptor, 1000, 0).decode(errors="replace").strip().partition(" ")
    return f"process {pid} on {host}" if host else "another process"


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
