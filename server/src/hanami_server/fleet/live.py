"""Networks that are spoken to directly: used sample by sample, and saved while that goes on."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import UUID

from hanami_engine import Stats

from hanami_server.contract.errors import ConflictError, NotFoundError
from hanami_server.fleet.host import Act, Effect, Host, Mark, Ports
from hanami_server.fleet.records import Records
from hanami_server.fleet.residents import Residents
from hanami_server.growth import Point

WATCH_SECONDS = 1.0
MOST_REMEMBERED = 1000
WORTH_NOTING = 1.05  # times as large as noted, or as many samples as at the last point
log = logging.getLogger("hanami_server")


class Listener(Protocol):
    """Who wants to know about a live network."""

    def saved(self, marks: Mapping[str, Mark]) -> None:
        """Hear how far sessions have come in what is kept now."""

    def removed(self) -> None:
        """Hear that the cluster is being removed."""

    def fell_back(self) -> None:
        """Hear that the network goes on from an earlier state, for its host was lost."""


class Live:
    """One network while somebody speaks to it."""

    def __init__(
        self, cluster_id: UUID, host: Host, residents: Residents, records: Records, save_seconds: float
    ) -> None:
        self.cluster_id, self._host, self._residents, self._records = cluster_id, host, residents, records
        self._save_seconds = save_seconds
        self._unsaved = 0  # samples, or orders to rest
        self._saving = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None
        self._refusal: ConflictError | None = None
        self._watched = 0.0
        self._noted_bytes = self._noted_samples = 0
        self.listeners: set[Listener] = set()
        self.users = 0
        self.left = asyncio.Event()
        self.gone = False
        self.losses = 0  # of the host that the network lived on

    async def act(self, act: Act) -> Effect:
        """Ask, or let learn; after all who came before.

        Raises
        ------
        InputError, MemoryError
            What the engine says; nothing is changed then.
        ConflictError
            The network is larger than its owner may have: it learns no more.
        NotFoundError
            The cluster is being removed.
        """
        if self.gone or self._refusal is not None:
            await self._expect_leave(act)
        effect = self._host.act_now(self.cluster_id, act)
        if effect is None:
            await asyncio.sleep(0)  # it may have been the turn of others on the event loop
            effect = self._host.act_now(self.cluster_id, act) or await self._host.act(self.cluster_id, act)
        if act.targets is not None:
            self._unsaved += len(effect.novelty)
            if self._watch is None:
                self._watch = asyncio.create_task(self._keep())
        return effect

    async def rest(self, mark: tuple[str, Mark]) -> None:
        """Let echoes fade."""
        await self._expect_leave(None)
        await self._host.rest(self.cluster_id, mark)
        self._unsaved += 1
        if self._watch is None:
            self._watch = asyncio.create_task(self._keep())

    async def ports(self) -> Ports:
        """Tell what data the network takes by now."""
        return await self._host.ports(self.cluster_id)

    async def stats(self) -> Stats:
        """Count what the network is made of."""
        return await self._host.stats(self.cluster_id)

    async def mark(self, session: str) -> Mark | None:
        """Tell how far a session has come."""
        return (await self._host.marks(self.cluster_id)).get(session)

    async def save(self) -> None:
        """Keep what was learned up to now; who calls meanwhile shares the next writing. Raises OSError."""
        async with self._saving:
            unsaved, self._unsaved = self._unsaved, 0
            if not unsaved or self.gone:
                return
            try:
                marks = await self._residents.save(self.cluster_id)
            except BaseException:
                self._unsaved += unsaved
                raise
        for listener in list(self.listeners):
            listener.saved(marks)
        await self._note()
        await self._watch_size()

    async def _expect_leave(self, act: Act | None) -> None:
        if self.gone:
            raise NotFoundError
        if self._refusal is None or act is None or act.targets is None:
            return
        if time.monotonic() - self._watched > WATCH_SECONDS:
            await self._watch_size()
        if self._refusal is not None:
            raise self._refusal

    async def _keep(self) -> None:
        """Watch the size, and save before long; ends when nothing is left to save."""
        waited = 0.0
        while self._unsaved and not self.gone:
            pause = min(WATCH_SECONDS, self._save_seconds - waited)
            await asyncio.sleep(pause)
            waited += pause
            try:
                await self._watch_size()
                if waited >= self._save_seconds:
                    waited = 0.0
                    await self.save()
            except Exception:
                log.exception("cluster %s could not be saved; tried again", self.cluster_id)
        self._watch = None

    async def _watch_size(self) -> None:
        """Let nobody go on learning once the network is larger than its owner may have."""
        self._watched = time.monotonic()
        size = (await self._host.stats(self.cluster_id)).bytes
        if self._refusal is None and size < WORTH_NOTING * self._noted_bytes:
            return
        try:
            await self._records.sized(self.cluster_id, size)
            self._refusal = None
        except ConflictError as refusal:
            self._refusal = refusal
        self._noted_bytes = size

    async def _note(self) -> None:
        """Add to the history of the cluster; what was learned is kept without it."""
        stats = await self._host.stats(self.cluster_id)
        if stats.samples < WORTH_NOTING * self._noted_samples:
            return
        self._noted_samples = stats.samples
        try:
            await self._records.grew(self.cluster_id, [Point.of(stats)])
        except Exception:
            log.exception("how cluster %s grew could not be kept", self.cluster_id)

    def enter(self) -> None:
        """Somebody speaks to it."""
        self.users += 1
        self.left.clear()

    def leave(self) -> None:
        """Somebody does not speak to it any more."""
        self.users -= 1
        if self.users:
            return
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self.left.set()


class Lives:
    """All networks that are spoken to directly, and what is known of those that were not long ago."""

    def __init__(self, host: Host, residents: Residents, records: Records, save_seconds: float) -> None:
        self._host, self._residents, self._records, self._save_seconds = host, residents, records, save_seconds
        self._lives: OrderedDict[UUID, Live] = OrderedDict()

    @asynccontextmanager
    async def using(self, cluster_id: UUID) -> AsyncIterator[Live]:
        """Speak to a network during the block; the last one who leaves saves what was learned.

        Raises
        ------
        FileNotFoundError, SnapshotError, MemoryError
            The network is not there, or cannot be loaded.
        """
        live = self._lives.get(cluster_id)
        if live is None or live.gone:
            live = Live(cluster_id, self._host, self._residents, self._records, self._save_seconds)
            self._lives[cluster_id] = live
        self._lives.move_to_end(cluster_id)
        live.enter()
        try:
            async with self._residents.using(cluster_id):
                try:
                    yield live
                finally:
                    if live.users == 1:
                        await self._save_last(live)
        finally:
            live.leave()
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        if len(self._lives) > MOST_REMEMBERED:
            for cluster_id in [item for item, live in self._lives.items() if not live.users][:-MOST_REMEMBERED]:
                del self._lives[cluster_id]

    async def _save_last(self, live: Live) -> None:
        try:
            await live.save()
        except Exception:
            log.exception("cluster %s could not be saved", live.cluster_id)

    def fall_back(self, cluster_id: UUID) -> None:
        """Tell everybody who speaks to a network that it goes on from an earlier state."""
        live = self._lives.get(cluster_id)
        if live is None:
            return
        live.losses += 1
        for listener in list(live.listeners):
            listener.fell_back()

    async def remove(self, cluster_id: UUID) -> None:
        """Tell everybody that a cluster is being removed, and wait until they have left."""
        live = self._lives.get(cluster_id)
        if live is None:
            return
        live.gone = True
        for listener in list(live.listeners):
            listener.removed()
        if live.users:
            await live.left.wait()
        if self._lives.get(cluster_id) is live:
            del self._lives[cluster_id]
