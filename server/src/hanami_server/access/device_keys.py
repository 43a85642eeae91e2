"""Device keys: long random texts, of which only the digest is kept."""

import hashlib
import secrets

PREFIX = "hdk_"  # tells a key from a token, and lets scanners of leaked secrets find it


def new_key() -> str:
    """Return a key that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def is_key(shown: str) -> bool:
    """Say whether this is meant to be a key, not a token."""
    return shown.startswith(PREFIX)


def digest(key: str) -> str:
    """Return what is kept of a key; it is random, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()
