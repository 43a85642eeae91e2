"""The key that tokens are signed with: from the settings, or made once in the data folder."""

import os
import secrets
from pathlib import Path

MIN_BYTES = 32


def token_secret(setting: str | None, data_dir: Path) -> bytes:
    """Return the key; raises ValueError for one that is too short."""
    secret = setting.encode() if setting is not None else _kept(data_dir / "token-secret")
    if len(secret) < MIN_BYTES:
        raise ValueError(f"HANAMI_TOKEN_SECRET must have at least {MIN_BYTES} bytes")
    return secret


def _kept(path: Path) -> bytes:
    """Read the key, or make it as a file that only this user can read."""
    if not path.exists():
        whole = path.with_suffix(".new")
        whole.unlink(missing_ok=True)
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(MIN_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        whole.rename(path)
    return path.read_bytes()
