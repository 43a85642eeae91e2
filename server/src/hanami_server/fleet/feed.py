"""News for any number of listeners: each hears the latest, and a slow one misses what is no longer true."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Generic, TypeVar

HEARTBEAT_SECONDS = 10  # proxies and clients give up on a line that is silent

Item = TypeVar("Item")


class Feed(Generic[Item]):
    """Holds one item and wakes listeners when there is another; costs nothing per listener."""

    def __init__(self, first: Item) -> None:
        self.latest = first
        self.listeners = 0
        self._ended = False
        self._changed = asyncio.Event()

    def publish(self, item: Item, *, last: bool = False) -> None:
        """Replace the item; `last` ends all listening after it."""
        self.latest, self._ended = item, last
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def listen(self) -> AsyncIterator[Item]:
        """Yield the item now, whenever there is another, and again after a long silence."""
        self.listeners += 1
        try:
            while True:
                changed, ended = self._changed, self._ended
                yield self.latest
                if ended:
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
        finally:
            self.listeners -= 1
