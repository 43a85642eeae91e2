"""The host that is this process: a pool of threads, and compiled code that runs without the GIL."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from hanami_server.contract.hosts import LOCAL, HostKind
from hanami_server.fleet.host import Act, Answered, Effect, Facts, Learned, Span
from hanami_server.fleet.keeper import Keeper, Place, Result, restore

ACT_SECONDS = 0.0002  # what is done at once, by what it cost lately; ten times that is rare
ROUND_SECONDS = 0.001  # of the event loop, for all networks together
WORTH_A_ROUND = 0.0007
FORGIVING = 0.95  # from act to act, of what a row once cost


@dataclass(slots=True, eq=False)
class _Place(Place):
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    queued: int = 0  # calls that run or wait for their turn
    row_seconds: float | None = None  # what a row of an act costs; None: never done
    last_seconds: float = 0.0  # of the last act

    def act(self, act: Act) -> Effect:
        """Do what a direct session wants, and take note of what it costs."""
        began, network = time.perf_counter(), self.network
        if act.targets is None:
            effect = self.effect(act, network.request_many(act.inputs))
        else:
            effect = self.effect(act, network.learn_many(act.inputs, act.targets, answer=act.answer))
        self.last_seconds = time.perf_counter() - began
        cost = self.last_seconds / max(len(effect.novelty), 1)
        self.row_seconds = max(cost, FORGIVING * (self.row_seconds or 0.0))
        return effect


class LocalHost(Keeper[_Place]):
    """Runs at most `threads` networks at a time.

    The pool's queue is first in, first out, and a task asks for its next slice only when the last one is done: so
    clusters take turns.
    """

    id = LOCAL
    lost = False

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="engine")
        self._turn = _Turn()

    async def facts(self) -> Facts:
        """Tell what it is."""
        return Facts(HostKind.LOCAL, self._threads, len(self._places))

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network."""
        network, marks = await asyncio.get_running_loop().run_in_executor(self._pool, restore, snapshot)
        place = self._places.setdefault(cluster_id, _Place(network, marks))
        async with place.lock:
            place.network, place.stats = network, None

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice."""

        def work(place: _Place) -> Learned:
            began = time.perf_counter()
            report = place.network.learn_many(inputs.read(), targets.read())
            novelty = float(report.novelty.mean())
            return Learned(report.loss, novelty, place.count(), time.perf_counter() - began)

        return await self._run(cluster_id, work)

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice."""

        def work(place: _Place) -> Answered:
            began = time.perf_counter()
            place.expect_outputs()
            answers, novelty = place.network.request_many(inputs.read())
            return Answered(place.told(answers), novelty, time.perf_counter() - began)

        return await self._run(cluster_id, work)

    async def act(self, cluster_id: UUID, act: Act) -> Effect:
        """Do what a direct session wants, on a thread."""
        return await self._run(cluster_id, lambda place: place.act(act))

    def act_now(self, cluster_id: UUID, act: Act) -> Effect | None:
        """Do it on this thread, where that holds up nobody for long."""
        place = self._places[cluster_id]
        if place.queued or place.row_seconds is None:
            return None
        if not self._turn.allows(place.row_seconds * act.rows):
            return None
        effect = place.act(act)
        self._turn.spend(place.last_seconds)
        return effect

    async def close(self) -> None:
        """Finish what runs and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    async def _run(self, cluster_id: UUID, work: Callable[[_Place], Result]) -> Result:
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

        running = asyncio.get_running_loop().run_in_executor(self._pool, work, place)
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
