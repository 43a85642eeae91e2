"""The host that is this process: a pool of threads, and compiled code that runs without the GIL."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from hanami_engine import InputError, Network, Stats

from hanami_server.contract.hosts import HostKind
from hanami_server.fleet.host import Answered, Answers, Facts, Learned, Ports, Span

Result = TypeVar("Result")


@dataclass(slots=True)
class _Place:
    network: Network
    stats: Stats | None = None  # None: not counted since it came
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class LocalHost:
    """Runs at most `threads` networks at a time.

    The pool's queue is first in, first out, and a task asks for its next slice only when the last one is done: so
    clusters take turns.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="engine")
        self._places: dict[UUID, _Place] = {}

    def facts(self) -> Facts:
        """Tell what it is."""
        return Facts(HostKind.LOCAL, self._threads, len(self._places))

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network."""
        network = await asyncio.get_running_loop().run_in_executor(self._pool, Network.from_bytes, snapshot)
        place = self._places.setdefault(cluster_id, _Place(network))
        async with place.lock:
            place.network, place.stats = network, None

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""
        return await self._run(cluster_id, lambda network: Ports(network.inputs, network.outputs))

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""
        await self._run(cluster_id, lambda network: network.announce(samples))

    async def rest(self, cluster_id: UUID) -> None:
        """Let all echoes of earlier samples fade."""
        await self._run(cluster_id, Network.rest)

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice."""

        def work(network: Network) -> Learned:
            began = time.perf_counter()
            report = network.learn_many(inputs.read(), targets.read())
            novelty = float(report.novelty.mean())
            return Learned(report.loss, novelty, network.stats(), time.perf_counter() - began)

        place = self._places[cluster_id]
        learned = await self._run(cluster_id, work)
        place.stats = learned.stats
        return learned

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice."""

        def work(network: Network) -> Answered:
            began = time.perf_counter()
            if not all(port.width for port in network.outputs):
                raise InputError("outputs", "not known before the cluster has learned something")
            answers, novelty = network.request_many(inputs.read())
            by_name = answers if isinstance(answers, dict) else {network.outputs[0].name: answers}
            told = tuple(Answers(port.name, by_name[port.name], port.values == "class") for port in network.outputs)
            return Answered(told, novelty, time.perf_counter() - began)

        return await self._run(cluster_id, work)

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what the network is made of; in the middle of a task, after its last slice."""
        place = self._places[cluster_id]
        if place.stats is None:
            network = place.network
            counted = await self._run(cluster_id, Network.stats)
            if place.network is not network or place.stats is not None:
                return place.stats or counted
            place.stats = counted
        return place.stats

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the network as bytes."""
        return await self._run(cluster_id, Network.to_bytes)

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network; a call that runs on it goes on to its end."""
        self._places.pop(cluster_id, None)

    async def close(self) -> None:
        """Finish what runs and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    async def _run(self, cluster_id: UUID, work: Callable[[Network], Result]) -> Result:
        """Run work on a thread; the network is free again when the thread is done, whatever happens to the caller."""
        place = self._places[cluster_id]
        await place.lock.acquire()
        running = asyncio.get_running_loop().run_in_executor(self._pool, work, place.network)
        running.add_done_callback(lambda _: place.lock.release())
        return await asyncio.shield(running)
