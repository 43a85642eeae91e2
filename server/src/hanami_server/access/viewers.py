"""Who stands behind a token: asked of the database once, and again when accounts were written to."""

import math
import time
from collections.abc import Set as AbstractSet

from cachetools import TLRUCache

from hanami_server.access.device_keys import digest, is_key
from hanami_server.access.tokens import Tokens
from hanami_server.contract.errors import UnauthorizedError
from hanami_server.store import users
from hanami_server.store.database import Database
from hanami_server.store.device_keys import find_device
from hanami_server.store.visibility import Viewer

ROOM = 10_000
ACCOUNTS = {"users", "projects", "memberships", "revoked_tokens", "device_keys"}


class Viewers:
    """Verified tokens and device keys, and their viewers, each until it ends; the least recently used go first.

    A change of accounts takes effect on the next request: this process makes all of them, and forgets everybody then.
    """

    def __init__(self, database: Database, tokens: Tokens, room: int = ROOM) -> None:
        self._database, self._tokens = database, tokens
        self._known: TLRUCache[str, tuple[float, Viewer]] = TLRUCache(room, lambda _, known, __: known[0], time.time)
        self._changes = 0
        database.listen(self._forget)

    async def find(self, token: str) -> Viewer:
        """Return the viewer behind a token, or a device key; raises UnauthorizedError for one that is not good now."""
        known = self._known.get(token)
        if known is not None:
            return known[1]
        return await (self._ask_key if is_key(token) else self._ask)(token)

    def forget(self) -> None:
        """Ask again about everybody."""
        self._changes += 1
        self._known.clear()

    async def _ask(self, token: str) -> Viewer:
        verified, changes = self._tokens.read(token), self._changes
        user_id = verified.claims.user_id
        async with self._database.reading() as session:
            if await users.is_revoked(session, verified.token_id, user_id, verified.issued_at):
                raise UnauthorizedError
            viewer = await users.find_viewer(session, user_id, verified.claims.project_id)
        if viewer is None:
            raise UnauthorizedError
        self._keep(token, viewer, verified.expires_at.timestamp(), changes)
        return viewer

    async def _ask_key(self, key: str) -> Viewer:
        changes = self._changes
        async with self._database.reading() as session:
            found = await find_device(session, digest(key))
        if found is None:
            raise UnauthorizedError
        viewer, expires_at = found
        end = expires_at.timestamp() if expires_at else math.inf
        if end <= time.time():
            raise UnauthorizedError
        self._keep(key, viewer, end, changes)
        return viewer

    def _keep(self, token: str, viewer: Viewer, end: float, changes: int) -> None:
        """Remember who this is, unless what was read may be older than what was written meanwhile."""
        if changes == self._changes:
            self._known[token] = (end, viewer)

    def _forget(self, written: AbstractSet[str]) -> None:
        if not ACCOUNTS.isdisjoint(written):
            self.forget()
