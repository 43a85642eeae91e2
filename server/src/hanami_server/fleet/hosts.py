"""All hosts of a server as one: each cluster lives on one of them, and moves."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from hanami_engine import DeviceError, DeviceLostError, Stats

from hanami_server.contract.hosts import LOCAL
from hanami_server.fleet.host import (
    Act,
    Answered,
    Effect,
    Facts,
    FragileHost,
    Host,
    Image,
    Learned,
    Mark,
    Ports,
    SingleHost,
    Span,
)
from hanami_server.fleet.placement import AUTO, best_host, is_worth_it

GPU_FROM = 64
Listener = Callable[[UUID, DeviceLostError], None]
log = logging.getLogger("hanami_server")


class UnknownHostError(Exception):
    """There is no host of that name."""


class LostHostError(Exception):
    """The host does not answer any more."""


class _Gate(asyncio.Event):
    """Closed while a network moves; `error` is for those who wait to change one that falls back meanwhile."""

    error: DeviceLostError | None = None


class Hosts:
    """Hands calls on to the host of each cluster, and moves clusters at a border of calls.

    Parameters
    ----------
    local : SingleHost
        Where clusters live that nothing else is said of, and that come from a host that was lost.
    gpus : sequence of FragileHost
    gpu_from : int
        So many clusters that learn at the same time are worth a GPU.
    chosen : mapping of UUID to str, optional
        Hosts that users chose for their clusters.
    """

    def __init__(
        self,
        local: SingleHost,
        gpus: Sequence[FragileHost] = (),
        gpu_from: int = GPU_FROM,
        chosen: Mapping[UUID, str] | None = None,
    ) -> None:
        self._local, self._gpus, self._gpu_from = local, {gpu.id: gpu for gpu in gpus}, gpu_from
        self._chosen = dict(chosen or {})
        self._homes: dict[UUID, SingleHost] = {}
        self._gates: dict[UUID, _Gate] = {}
        self._learning, self._worth_it, self._closing = 0, False, False
        self._listeners: list[Listener] = []
        self._tasks: set[asyncio.Task[None]] = set()
        for gpu in gpus:
            gpu.on_loss = lambda gpu=gpu: self._lose(gpu)

    # What is where

    async def facts(self) -> list[tuple[str, Facts]]:
        """Tell of every host its id, what it is, and how it is now."""
        hosts: list[SingleHost] = [self._local, *self._gpus.values()]
        return [(host.id, await host.facts()) for host in hosts]

    def holds(self, cluster_id: UUID) -> bool:
        """Say whether the network is on some host."""
        return cluster_id in self._homes

    def home(self, cluster_id: UUID) -> str:
        """Tell on which host a cluster lives, or will when it is needed."""
        return self._homes.get(cluster_id, self._first(cluster_id)).id

    def choice(self, cluster_id: UUID) -> str:
        """Tell the host that was chosen for a cluster, or `AUTO`."""
        return self._chosen.get(cluster_id, AUTO)

    def choose(self, cluster_id: UUID, choice: str) -> None:
        """Take note of the host that was chosen for a cluster; it goes there when it is needed next."""
        if choice == AUTO:
            self._chosen.pop(cluster_id, None)
        else:
            self._chosen[cluster_id] = choice

    def expect(self, choice: str) -> None:
        """Raise UnknownHostError or LostHostError for what cannot be chosen."""
        if choice in {AUTO, LOCAL}:
            return
        if choice not in self._gpus:
            raise UnknownHostError
        if self._gpus[choice].lost:
            raise LostHostError

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of clusters that fall back to an earlier state, for their host was lost; before they do."""
        self._listeners.append(listener)

    def _first(self, cluster_id: UUID) -> SingleHost:
        """Return the host that a cluster comes to first."""
        gpu = self._gpus.get(self.choice(cluster_id))
        return self._local if gpu is None or gpu.lost else gpu

    # Moving

    async def move(self, cluster_id: UUID, choice: str) -> None:
        """Let a cluster live on a host from now on, or where the rule says.

        Raises
        ------
        UnknownHostError, LostHostError
            Nothing can live there.
        MemoryError, DeviceLostError
            The host cannot take it: it stays where it was.
        """
        self.expect(choice)
        here = self._homes.get(cluster_id)
        if choice != AUTO:
            await self._move(cluster_id, self._gpus.get(choice, self._local))
        elif here is not None and not self._worth_it:
            await self._move(cluster_id, self._local)
        self.choose(cluster_id, choice)

    @asynccontextmanager
    async def learning(self, cluster_id: UUID) -> AsyncIterator[None]:
        """Count a cluster among those that learn during the block, and let it do that where it should."""
        self._learning += 1
        self._weigh()
        try:
            await self._settle(cluster_id)
            yield
        finally:
            self._learning -= 1
            self._weigh()

    def _weigh(self) -> None:
        """Find out whether GPUs are worth it; where they are not any more, clusters go home by and by."""
        before = self._worth_it
        self._worth_it = is_worth_it(self._learning, self._gpu_from, already=before)
        if before and not self._worth_it:
            self._begin(self._go_home())

    async def _settle(self, cluster_id: UUID) -> None:
        """Let a cluster that begins to learn go where it should; where that cannot be, it stays."""
        usable = [gpu for gpu in self._gpus.values() if not gpu.lost]
        here = self._homes.get(cluster_id, self._local)
        free = {gpu.id: (await gpu.facts()).memory_free_bytes or 0 for gpu in usable} if len(usable) > 1 else {}
        free = free or {gpu.id: 0 for gpu in usable}  # nobody has to be asked where there is no choice
        best = best_host(self.choice(cluster_id), here.id, free, worth_it=self._worth_it)
        try:
            await self._move(cluster_id, self._gpus.get(best, self._local))
        except (MemoryError, DeviceError) as error:
            log.warning("cluster %s stays on %s, for %s cannot take it: %s", cluster_id, here.id, best, error)

    async def _go_home(self) -> None:
        for cluster_id, home in list(self._homes.items()):
            if self._worth_it or self._closing:
                return
            if home is self._local or self.choice(cluster_id) != AUTO:
                continue
            try:
                await self._move(cluster_id, self._local)
            except (MemoryError, DeviceError) as error:
                log.warning("cluster %s stays on %s: %s", cluster_id, home.id, error)

    async def _move(self, cluster_id: UUID, target: SingleHost) -> None:
        async with self._alone(cluster_id):
            source = self._homes.get(cluster_id)
            if source is None or source is target:
                return
            image = await source.image(cluster_id)  # after all that was asked before
            await target.place(cluster_id, image.snapshot)
            self._homes[cluster_id] = target
            await source.evict(cluster_id)

    @asynccontextmanager
    async def _alone(self, cluster_id: UUID) -> AsyncIterator[_Gate]:
        """Let nobody else begin anything with a network during the block."""
        while (gate := self._gates.get(cluster_id)) is not None:
            await gate.wait()
        gate = self._gates[cluster_id] = _Gate()
        try:
            yield gate
        finally:
            del self._gates[cluster_id]
            gate.set()

    # A host that was lost

    def _lose(self, gpu: FragileHost) -> None:
        for cluster_id in [item for item, home in self._homes.items() if home is gpu]:
            error = gpu.loss(cluster_id)
            for listener in self._listeners:
                listener(cluster_id, error)
            self._begin(self._rescue(cluster_id, gpu, error))

    async def _rescue(self, cluster_id: UUID, gpu: FragileHost, error: DeviceLostError) -> None:
        """Let a network go on at home from its last state; where that cannot be, from its file."""
        async with self._alone(cluster_id) as gate:
            gate.error = error
            if self._homes.get(cluster_id) is not gpu:  # it was removed, or had moved already
                return
            try:
                await self._local.place(cluster_id, await gpu.rescue(cluster_id))
                self._homes[cluster_id] = self._local
            except Exception:
                del self._homes[cluster_id]
                log.exception("cluster %s could not be taken from %s; it goes on from its file", cluster_id, gpu.id)
            finally:
                await gpu.evict(cluster_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # The calls of a host

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network where it lives, or else where it was chosen to; at home, where that cannot take it."""
        async with self._alone(cluster_id):
            known = self._homes.get(cluster_id)
            home = known or self._first(cluster_id)
            try:
                await home.place(cluster_id, snapshot)
            except (MemoryError, DeviceError) as error:
                if known is not None or home is self._local:
                    raise
                log.warning("cluster %s lives on %s, for %s cannot take it: %s", cluster_id, LOCAL, home.id, error)
                home = self._local
                await home.place(cluster_id, snapshot)
            self._homes[cluster_id] = home

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network."""
        async with self._alone(cluster_id):
            home = self._homes.pop(cluster_id, None)
            if home is not None:
                await home.evict(cluster_id)

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""
        return await (await self._home(cluster_id)).ports(cluster_id)

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""
        await (await self._home(cluster_id, changes=True)).announce(cluster_id, samples)

    async def rest(self, cluster_id: UUID, mark: tuple[str, Mark] | None = None) -> None:
        """Let all echoes of earlier samples fade."""
        await (await self._home(cluster_id, changes=True)).rest(cluster_id, mark)

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice; at home, where a GPU that nobody chose is too small for what the network becomes."""
        home = await self._home(cluster_id, changes=True)
        try:
            return await home.learn(cluster_id, inputs, targets)
        except MemoryError:
            if home is self._local or self.choice(cluster_id) != AUTO:
                raise
        await self._move(cluster_id, self._local)
        return await (await self._home(cluster_id, changes=True)).learn(cluster_id, inputs, targets)

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice."""
        return await (await self._home(cluster_id)).predict(cluster_id, inputs)

    async def act(self, cluster_id: UUID, act: Act) -> Effect:
        """Do what a direct session wants."""
        return await (await self._home(cluster_id, changes=True)).act(cluster_id, act)

    def act_now(self, cluster_id: UUID, act: Act) -> Effect | None:
        """Do it at once where the host can, and the network does not move."""
        home = self._homes.get(cluster_id)
        return None if home is None or cluster_id in self._gates else home.act_now(cluster_id, act)

    async def marks(self, cluster_id: UUID) -> Mapping[str, Mark]:
        """Tell how far direct sessions have come."""
        return await (await self._home(cluster_id)).marks(cluster_id)

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what the network is made of."""
        return await (await self._home(cluster_id)).stats(cluster_id)

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the network as bytes, without marks."""
        return await (await self._home(cluster_id)).snapshot(cluster_id)

    async def image(self, cluster_id: UUID) -> Image:
        """Return the network as bytes, with marks."""
        return await (await self._home(cluster_id)).image(cluster_id)

    async def _home(self, cluster_id: UUID, *, changes: bool = False) -> Host:
        """Return the host of a network, which does not move before the caller has asked it for something.

        Raises
        ------
        DeviceLostError
            The network fell back to an earlier state while the caller waited to change it, or it is not there any more.
        """
        while (gate := self._gates.get(cluster_id)) is not None:
            await gate.wait()
            if changes and gate.error is not None:
                raise gate.error
        try:
            return self._homes[cluster_id]
        except KeyError:
            raise DeviceLostError("the network is not on a host any more; it is read from its file again") from None

    async def close(self) -> None:
        """Finish what runs and end all hosts."""
        self._closing = True
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for host in (self._local, *self._gpus.values()):
            await host.close()
