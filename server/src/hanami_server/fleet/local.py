"""The host that is this process: a pool of threads, and compiled code that runs without the GIL."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from hanami_engine import InputError, Network, Stats

from hanami_server.contract.hosts import HostKind
from hanami_server.fleet.host import Act, Answered, Answers, Effect, Facts, Image, Learned, Mark, Ports, Span
from hanami_server.fleet.marks import forget_old, read_marks, write_marks

Result = TypeVar("Result")
ACT_SECONDS = 0.0002  # what is done at once, by what it cost lately; ten times that is rare
ROUND_SECONDS = 0.001  # of the event loop, for all networks together
WORTH_A_ROUND = 0.0007
FORGIVING = 0.95  # from act to act, of what a row once cost


@dataclass(slots=True)
class _Place:
    network: Network
    marks: dict[str, Mark]
    stats: Stats | None = None  # None: not counted since it came, or changed
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    queued: int = 0  # calls that run or wait for their turn
    row_seconds: float | None = None  # what a row of an act costs; None: never done
    last_seconds: float = 0.0  # of the last act


class LocalHost:
    """Runs at most `threads` networks at a time.

    The pool's queue is first in, first out, and a task asks for its next slice only when the last one is done: so
    clusters take turns.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="engine")
        self._places: dict[UUID, _Place] = {}
        self._turn = _Turn()

    def facts(self) -> Facts:
        """Tell what it is."""
        return Facts(HostKind.LOCAL, self._threads, len(self._places))

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network."""
        network, marks = await asyncio.get_running_loop().run_in_executor(self._pool, _restore, snapshot)
        place = self._places.setdefault(cluster_id, _Place(network, marks))
        async with place.lock:
            place.network, place.stats = network, None

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""
        return await self._run(cluster_id, lambda network: Ports(network.inputs, network.outputs))

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""
        await self._run(cluster_id, lambda network: network.announce(samples))

    async def rest(self, cluster_id: UUID, mark: tuple[str, Mark] | None = None) -> None:
        """Let all echoes of earlier samples fade."""
        marks = self._places[cluster_id].marks

        def work(network: Network) -> None:
            network.rest()
            if mark is not None:
                marks[mark[0]] = mark[1]

        await self._run(cluster_id, work)

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
            return Answered(_told(network, answers), novelty, time.perf_counter() - began)

        return await self._run(cluster_id, work)

    async def act(self, cluster_id: UUID, act: Act) -> Effect:
        """Do what a direct session wants, on a thread."""
        place = self._places[cluster_id]
        return await self._run(cluster_id, lambda network: _do(place, network, act))

    def act_now(self, cluster_id: UUID, act: Act) -> Effect | None:
        """Do it on this thread, where that holds up nobody for long."""
        place = self._places[cluster_id]
        if place.queued or place.row_seconds is None:
            return None
        rows = len(next(iter(act.inputs.values()))) if isinstance(act.inputs, dict) else len(act.inputs)
        if not self._turn.allows(place.row_seconds * rows):
            return None
        effect = _do(place, place.network, act)
        self._turn.spend(place.last_seconds)
        return effect

    async def marks(self, cluster_id: UUID) -> Mapping[str, Mark]:
        """Tell how far direct sessions have come."""
        marks = self._places[cluster_id].marks
        return await self._run(cluster_id, lambda _: dict(marks))

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
        """Return the network as bytes, without marks."""
        return await self._run(cluster_id, Network.to_bytes)

    async def image(self, cluster_id: UUID) -> Image:
        """Return the network as bytes, with marks."""
        marks = self._places[cluster_id].marks

        def work(network: Network) -> Image:
            forget_old(marks)
            return Image(network.to_bytes(write_marks(marks)), dict(marks))

        return await self._run(cluster_id, work)

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network; a call that runs on it goes on to its end."""
        self._places.pop(cluster_id, None)

    async def close(self) -> None:
        """Finish what runs and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    async def _run(self, cluster_id: UUID, work: Callable[[Network], Result]) -> Result:
        """Run work on a thread; the network is free again when the thread is done, whatever happens to the caller."""
        place = self._places[cluster_id]
        place.queued += 1
        try:
            await place.lock.acquire()
        except asyncio.CancelledError:
            place.queued -= 1
            raise

        def done(_: object) -> None:
            place.queued -= 1
            place.lock.release()

        running = asyncio.get_running_loop().run_in_executor(self._pool, work, place.network)
        running.add_done_callback(done)
        return await asyncio.shield(running)


class _Turn:
    """How long networks may still hold up the event loop in its present round."""

    def __init__(self) -> None:
        self._left, self._ending = ROUND_SECONDS, False

    def allows(self, seconds: float) -> bool:
        """Say whether there is time for that."""
        return seconds <= min(self._left, ACT_SECONDS)

    def spend(self, seconds: float) -> None:
        """Take it; the next round has all of it again."""
        self._left -= seconds
        if self._left < WORTH_A_ROUND and not self._ending:  # more often would cost more than it tells
            self._ending = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._left, self._ending = ROUND_SECONDS, False


def _restore(snapshot: bytes) -> tuple[Network, dict[str, Mark]]:
    return Network.from_bytes(snapshot), read_marks(snapshot)


def _told(network: Network, answers: Any) -> tuple[Answers, ...]:  # noqa: ANN401 (an array, or a dict of such)
    if not isinstance(answers, dict):
        (port,) = network.outputs
        return (Answers(port.name, answers, port.values),)
    return tuple(Answers(port.name, answers[port.name], port.values) for port in network.outputs)


def _do(place: _Place, network: Network, act: Act) -> Effect:
    """Do what a direct session wants, and take note of what it costs."""
    began = time.perf_counter()
    if act.targets is None:
        outputs, novelty = network.request_many(act.inputs)
        told, loss = _told(network, outputs), math.nan
    else:
        _, loss, _, novelty, outputs = network.learn_many(act.inputs, act.targets, answer=act.answer)
        told = _told(network, outputs) if act.answer else ()
        place.stats = None
        if act.mark is not None:
            place.marks[act.mark[0]] = act.mark[1]
    effect = Effect(told, loss, novelty, network.samples)
    place.last_seconds = time.perf_counter() - began
    cost = place.last_seconds / max(len(novelty), 1)
    place.row_seconds = max(cost, FORGIVING * (place.row_seconds or 0.0))
    return effect
