"""The host that is a GPU: what many networks have to do at the same time becomes one launch."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hanami_engine import AnswerReport, DeviceLostError, LearnReport, Network, Stats
from hanami_engine.cuda import Gpu, Order

from hanami_server.contract.hosts import HostKind, HostState
from hanami_server.fleet.growth import FASTER
from hanami_server.fleet.host import Act, Answered, Effect, Facts, Image, Learned, Mark, Span
from hanami_server.fleet.keeper import Keeper, Place, Result, restore
from hanami_server.fleet.marks import write_marks
from hanami_server.fleet.pace import SLICE_SECONDS

AT_A_TIME = 64  # callers that are answered before others have the event loop
WORTH_A_GAP = 4.0  # times as long as the device waits between two launches, a launch shall last
LONGEST_SLICE = 0.25  # seconds that a launch may last for that
COUNT_SECONDS = 1.0
COUNT_SHARE = 0.05  # of the time that counting networks may take
Report = LearnReport | AnswerReport
log = logging.getLogger("hanami_server")


@dataclass(slots=True, eq=False)
class _Place(Place):
    """A network on the device, and what has to be known of it when that is lost.

    The network goes on from its last copy on the host then, and sessions from what they had learned in that.
    """

    samples: int = 0  # learned by the end of the last launch that somebody heard of
    kept: dict[str, Mark] = field(default_factory=dict)  # marks at the last copy that was asked for
    since: list[tuple[int, str, Mark]] = field(default_factory=list)  # after it, with the samples of that moment
    counted: Stats | None = None
    counted_at: float = 0.0

    def enter(self, network: Network) -> None:
        """Begin with a network that has just come to the device."""
        self.network, self.stats = network, None
        self._keep()

    def note(self, mark: tuple[str, Mark] | None) -> None:
        """Take note of how far a session has come."""
        super(_Place, self).note(mark)
        if mark is not None:
            self.since.append((self.network.samples, *mark))

    def count(self) -> Stats:
        """Count; that copies the network to the host."""
        self.counted = super(_Place, self).count()
        self.counted_at = time.monotonic()
        self._keep()
        return self.counted

    def snapshot(self) -> bytes:
        """Copy the network to the host."""
        made = super(_Place, self).snapshot()
        self._keep()
        return made

    def image(self) -> Image:
        """Copy the network to the host."""
        made = super(_Place, self).image()
        self._keep()
        return made

    def _keep(self) -> None:
        """Take note that the host has the network as it is now."""
        self.samples, self.kept = self.network.samples, dict(self.marks)
        self.since.clear()

    def rescue(self) -> bytes:
        """Give the copy on the host, which may be younger than asked for, and the marks that belong to it."""
        with suppress(DeviceLostError):  # which is what it says once
            self.network.to("cpu")
        learned = self.network.samples
        marks = self.kept | {session: mark for samples, session, mark in self.since if samples <= learned}
        return self.network.to_bytes(write_marks(marks))


@dataclass(slots=True, eq=False)
class _Call:
    """What waits for its turn: work that is done between two launches, or an order of the next one.

    Attributes
    ----------
    work : function of the place
        Gives the result, or the order.
    finish : function of the place, the report, and seconds; optional
        Of an order: gives the result.
    """

    place: _Place
    work: Callable[[_Place], Any]
    finish: Callable[[_Place, Any, float], Any] | None = None
    rows: int = 0
    future: "asyncio.Future[Any]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


Outcome = Any  # a result, or the exception instead


class GpuHost(Keeper[_Place]):
    """Runs networks on a GPU, all that are ready in one launch.

    Calls wait in a line for each network. While a launch runs, others gather; when it is done, the next one takes the
    first order of every line: so clusters take turns, and one launch is as many slices as there are clusters.
    """

    def __init__(self, gpu: Gpu) -> None:
        super().__init__()
        self.id = gpu.id.replace(":", "-")
        self.lost = False
        self.on_loss: Callable[[], None] | None = None
        self._gpu, self._device = gpu, gpu.facts()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=self.id)
        self._lines: dict[_Place, deque[_Call]] = {}
        self._driver: asyncio.Task[None] | None = None
        self._ended = 0.0  # when the last launch did
        self._count_seconds = 0.0  # that counting a network took lately

    async def facts(self) -> Facts:
        """Tell what it is, and ask how it is."""
        device = self._device
        facts = Facts(HostKind.GPU, device.processors, len(self._places), device.name, device.memory)
        lost = facts._replace(state=HostState.LOST)
        if self.lost:
            return lost
        try:
            health = await asyncio.to_thread(self._gpu.health)
        except DeviceLostError:
            return lost
        return facts._replace(
            memory_free_bytes=health.memory_free, temperature_celsius=health.temperature, power_watts=health.power
        )

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network."""
        network, marks = await asyncio.to_thread(restore, snapshot)
        place = self._places.get(cluster_id) or _Place(network, marks)
        await self._call(_Call(place, lambda place: place.enter(network.to(self._gpu))))
        self._places[cluster_id] = place

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice."""

        def order(place: _Place) -> Order:
            return Order(place.network, inputs.read(), targets.read())

        def finish(place: _Place, report: LearnReport, seconds: float) -> Learned:
            place.stats = None
            return Learned(report.loss, float(report.novelty.mean()), self._count_where_due(place), seconds)

        return await self._order(cluster_id, inputs.stop - inputs.start, order, finish)

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice."""

        def order(place: _Place) -> Order:
            place.expect_outputs()
            return Order(place.network, inputs.read())

        def finish(place: _Place, report: AnswerReport, seconds: float) -> Answered:
            return Answered(place.told(report.outputs), report.novelty, seconds)

        return await self._order(cluster_id, inputs.stop - inputs.start, order, finish)

    async def act(self, cluster_id: UUID, act: Act) -> Effect:
        """Do what a direct session wants."""

        def order(place: _Place) -> Order:
            return Order(place.network, act.inputs, act.targets, act.answer)

        return await self._order(cluster_id, act.rows, order, lambda place, report, _: place.effect(act, report))

    def act_now(self, cluster_id: UUID, act: Act) -> None:
        """Do nothing: whoever launches has to wait, and the event loop may not."""

    def loss(self, cluster_id: UUID) -> DeviceLostError:
        """Tell what the loss of the device means for a network."""
        return self._loss(self._places[cluster_id])

    async def rescue(self, cluster_id: UUID) -> bytes:
        """Give a network in its last state that the host has, with the marks of that moment."""
        place = self._places[cluster_id]
        return await asyncio.get_running_loop().run_in_executor(self._thread, place.rescue)

    async def close(self) -> None:
        """Finish what runs and end the thread."""
        if self._driver is not None:
            await self._driver
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self, cluster_id: UUID, work: Callable[[_Place], Result]) -> Result:
        """Run work on a network, between two launches."""
        result: Result = await self._call(_Call(self._places[cluster_id], work))
        return result

    async def _order(
        self,
        cluster_id: UUID,
        rows: int,
        order: Callable[[_Place], Order],
        finish: Callable[[_Place, Any, float], Result],
    ) -> Result:
        """Let a network stand in the next launch that it can stand in."""
        result: Result = await self._call(_Call(self._places[cluster_id], order, finish, rows))
        return result

    async def _call(self, call: _Call) -> Any:  # noqa: ANN401 (whatever the work gives)
        if self.lost:
            raise self._loss(call.place)
        self._lines.setdefault(call.place, deque()).append(call)
        if self._driver is None:
            self._ended = time.perf_counter()
            self._driver = asyncio.create_task(self._drive())
        return await call.future

    async def _drive(self) -> None:
        """Let all who wait have their turn: first work, whose callers may still come in time, then a launch."""
        while self._lines and not self.lost:
            await self._round(self._take(orders=False))
            await self._round(self._take(orders=True))
        self._driver = None

    async def _round(self, calls: list[_Call]) -> None:
        """Do calls on the thread of the device, and answer them."""
        if not calls:
            return
        outcomes: list[tuple[_Call, Outcome]]
        try:
            outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._do, calls)
        except Exception as error:
            log.exception("the host %s has a fault", self.id)
            outcomes = [(call, error) for call in calls]
        if self._gpu.lost or any(isinstance(outcome, DeviceLostError) for _, outcome in outcomes):
            self._lose()
        for start in range(0, len(outcomes), AT_A_TIME):
            for call, outcome in outcomes[start : start + AT_A_TIME]:
                self._answer(call, outcome)
            await asyncio.sleep(0)  # who was answered asks for more, and stands in the next launch

    def _take(self, *, orders: bool) -> list[_Call]:
        """Take from every line the order that it begins with, or else all work that it begins with."""
        taken: list[_Call] = []
        for place, line in list(self._lines.items()):
            while line and (line[0].finish is not None) == orders:
                taken.append(line.popleft())
                if orders:
                    break
            if not line:
                del self._lines[place]
        return taken

    def _answer(self, call: _Call, outcome: Outcome) -> None:
        if call.future.done():  # nobody waits for it any more
            return
        if isinstance(outcome, DeviceLostError):
            outcome = self._loss(call.place)
        if isinstance(outcome, Exception):
            call.future.set_exception(outcome)
        else:
            call.future.set_result(outcome)

    def _do(self, calls: Sequence[_Call]) -> list[tuple[_Call, Outcome]]:
        """Do a round; on the thread of the device."""
        done: list[tuple[_Call, Outcome]] = []
        orders: list[tuple[_Call, Order]] = []
        for call in calls:
            outcome = _outcome(call.work, call.place)
            if isinstance(outcome, Order):
                orders.append((call, outcome))
            else:
                done.append((call, outcome))
        return done + self._launch(orders) if orders else done

    def _launch(self, orders: Sequence[tuple[_Call, Order]]) -> list[tuple[_Call, Outcome]]:
        """Run orders in one launch."""
        began = time.perf_counter()
        wanted = min(max(SLICE_SECONDS, WORTH_A_GAP * (began - self._ended)), LONGEST_SLICE)
        try:
            reports: Sequence[Any] = self._gpu.run([order for _, order in orders])
        except Exception as error:  # noqa: BLE001 (it is told to whoever waits)
            return [(call, error) for call, _ in orders]
        self._ended = time.perf_counter()
        # A row of one network counts as much as a row of another: so the shortest slice is not the only one that grows
        a_row = (self._ended - began) * SLICE_SECONDS / wanted / max(call.rows for call, _ in orders)
        return [
            (call, self._finish(call, report, a_row * call.rows))
            for (call, _), report in zip(orders, reports, strict=True)
        ]

    def _finish(self, call: _Call, report: Any, seconds: float) -> Outcome:  # noqa: ANN401 (a report, or an exception)
        """Make the result of an order, unless the device was lost in finishing another: what it learned went, too."""
        if isinstance(report, Exception) or call.finish is None:
            return report
        if self._gpu.lost:
            return self._loss(call.place)
        outcome = _outcome(call.finish, call.place, report, seconds)
        if not isinstance(outcome, Exception):
            call.place.samples = call.place.network.samples
        return outcome

    def _count_where_due(self, place: _Place) -> Stats | None:
        """Count about once a second, and while a network is young: it is copied to the host for that."""
        before, began = place.counted, time.monotonic()
        pause = max(COUNT_SECONDS, self._count_seconds * len(self._places) / COUNT_SHARE)
        if before is not None and place.network.samples < FASTER * before.samples and began < place.counted_at + pause:
            return None
        stats = place.count()
        self._count_seconds = time.monotonic() - began
        return stats

    def _lose(self) -> None:
        """Give the device up: tell whoever has to know, and then all who wait."""
        if self.lost:
            return
        self.lost = True
        log.error("the host %s does not answer any more, and is not used again; its networks go on elsewhere", self.id)
        waiting = [call for line in self._lines.values() for call in line]
        self._lines.clear()
        if self.on_loss is not None:
            self.on_loss()
        for call in waiting:
            self._answer(call, self._loss(call.place))

    def _loss(self, place: _Place) -> DeviceLostError:
        lost = place.samples - place.network.samples
        return DeviceLostError(f"the host {self.id} was lost, and with it the last {lost} samples", lost)


def _outcome(work: Callable[..., Any], *arguments: object) -> Outcome:
    """Do work; a failure is an outcome too."""
    try:
        return work(*arguments)
    except Exception as error:  # noqa: BLE001 (it is told to whoever waits)
        return error
