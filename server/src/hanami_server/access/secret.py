"""The keys that tokens are signed with: from the settings, or made once in the data folder."""

import os
import secrets
from pathlib import Path

MIN_BYTES = 32
FILE = "token-secret"


def token_secrets(setting: str | None, previous: str | None, data_dir: Path) -> list[bytes]:
    """Return the key, and the one before it where there was one.

    Raises
    ------
    ValueError
        One of them is too short, or a previous one is set without one.
    """
    if setting is None and previous is not None:
        raise ValueError("HANAMI_PREVIOUS_TOKEN_SECRET needs HANAMI_TOKEN_SECRET beside it")
    found = [text.encode() for text in (setting, previous) if text] if setting else _kept(data_dir / FILE)
    for secret in found:
        if len(secret) < MIN_BYTES:
            raise ValueError(f"a token secret must have at least {MIN_BYTES} bytes")
    return found


def rotate(data_dir: Path) -> None:
    """Make another key; the one until now stays good for the tokens that it signed, and the one before it ends."""
    path = data_dir / FILE
    before = _read(path)[:1] if path.exists() else []
    _write(path, [_new(), *before])


def _kept(path: Path) -> list[bytes]:
    if not path.exists():
        _write(path, [_new()])
    return _read(path)


def _new() -> bytes:
    return secrets.token_hex(MIN_BYTES).encode()


def _read(path: Path) -> list[bytes]:
    return path.read_bytes().split()


def _write(path: Path, keys: list[bytes]) -> None:
    """Put a file in place that only this user can read: a crash leaves the old one or the new one."""
    whole = path.with_suffix(".new")
    whole.unlink(missing_ok=True)
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    whole.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
