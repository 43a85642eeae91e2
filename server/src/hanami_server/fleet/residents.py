"""Which clusters are on the host: they come when they are needed and go when others need the room."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from hanami_engine import SnapshotError

from hanami_server.blobs.files import Folder, write_atomically
from hanami_server.fleet.host import Host, Mark


@dataclass(slots=True)
class _Resident:
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Residents:
    """Clusters by their files; at most `room` stay on the host while nobody uses them.

    Whoever changes a network saves it before letting go of it, so that leaving the host loses nothing.
    """

    def __init__(self, host: Host, folder: Folder, room: int) -> None:
        self._host, self._folder, self._room = host, folder, room
        self._residents: OrderedDict[UUID, _Resident] = OrderedDict()

    @asynccontextmanager
    async def using(self, cluster_id: UUID) -> AsyncIterator[None]:
        """Have a cluster on the host during the block; raises FileNotFoundError where there is none."""
        resident = self._residents.setdefault(cluster_id, _Resident())
        self._residents.move_to_end(cluster_id)
        resident.users += 1
        try:
            async with resident.lock:
                await self._place(cluster_id)
            yield
        finally:
            resident.users -= 1
            await self._make_room()

    async def _place(self, cluster_id: UUID) -> None:
        if not self._host.holds(cluster_id):
            snapshot = await asyncio.to_thread(self._folder.path(cluster_id).read_bytes)
            await self._host.place(cluster_id, snapshot)

    async def save(self, cluster_id: UUID) -> Mapping[str, Mark]:
        """Write the network as it is now; it must be in use. Gives how far sessions have come in what was written."""
        async with self._residents[cluster_id].writing:  # else an older state could be the last one written
            snapshot, marks = await self._host.image(cluster_id)
            await asyncio.to_thread(write_atomically, self._folder.path(cluster_id), snapshot)
        return marks

    async def replace(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Put another network in the place of one that has no task; a task that comes meanwhile waits.

        Direct sessions go on with it, and stay as far as they have come.
        """
        resident = self._residents.setdefault(cluster_id, _Resident())
        async with resident.lock, resident.writing:
            with suppress(SnapshotError, FileNotFoundError):  # a damaged one is what may have to be replaced
                await self._place(cluster_id)
            before = await self._host.image(cluster_id) if self._host.holds(cluster_id) else None
            try:
                await self._host.place(cluster_id, snapshot)
                image = await self._host.image(cluster_id)
                await asyncio.to_thread(write_atomically, self._folder.path(cluster_id), image.snapshot)
            except BaseException:
                if before is None:
                    await self._host.evict(cluster_id)
                else:
                    await self._host.place(cluster_id, before.snapshot)
                raise

    async def evict(self, cluster_id: UUID) -> None:
        """Take a cluster off the host for good, after whatever is being done to its file."""
        resident = self._residents.setdefault(cluster_id, _Resident())
        async with resident.lock:
            await self._host.evict(cluster_id)
            self._residents.pop(cluster_id, None)

    async def _make_room(self) -> None:
        if len(self._residents) <= self._room:
            return
        idle = [item for item in self._residents.items() if not item[1].users]
        for cluster_id, resident in idle[: max(0, len(self._residents) - self._room)]:
            async with resident.lock:
                if resident.users:
                    continue
                await self._host.evict(cluster_id)
                if not resident.users:  # else it comes back at once
                    self._residents.pop(cluster_id, None)
