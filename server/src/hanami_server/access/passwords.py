"""Passwords as argon2id hashes, worked on away from the event loop."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

PARALLEL = 2  # a hash takes 64 MiB by default: a flood of logins must queue


class Passwords:
    """Hashes and verifies passwords, a few at a time.

    Parameters
    ----------
    memory : int
        Memory of one hash, in KiB.
    passes : int
        Passes over that memory.
    """

    def __init__(self, memory: int, passes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory)
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="passwords")
        self._decoy = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def verify(self, kept: str | None, password: str) -> bool:
        """Say whether `password` is the one behind `kept`; None (no such user) takes as long and is never right."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._matches, kept or self._decoy, password
        )
        return matches and kept is not None

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(cancel_futures=True)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
