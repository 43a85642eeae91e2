"""What all hosts share: a place for each network, and the calls that are the same wherever it lives."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from hanami_engine import AnswerReport, InputError, LearnReport, Network, Stats

from hanami_server.fleet.host import Act, Answers, Effect, Image, Mark, Ports
from hanami_server.fleet.marks import forget_old, read_marks, write_marks

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class Place:
    """A network on a host; its methods are called by whoever has the turn of the network."""

    network: Network
    marks: dict[str, Mark]
    stats: Stats | None = None  # None: not counted since it came, or changed

    def ports(self) -> Ports:
        """Tell what data the network takes by now."""
        return Ports(self.network.inputs, self.network.outputs)

    def count(self) -> Stats:
        """Count what the network is made of."""
        self.stats = self.network.stats()
        return self.stats

    def snapshot(self) -> bytes:
        """Give the network as bytes, without marks."""
        return self.network.to_bytes()

    def image(self) -> Image:
        """Give the network as bytes, with marks."""
        forget_old(self.marks)
        return Image(self.network.to_bytes(write_marks(self.marks)), dict(self.marks))

    def rest(self, mark: tuple[str, Mark] | None) -> None:
        """Let echoes fade."""
        self.network.rest()
        self.note(mark)

    def note(self, mark: tuple[str, Mark] | None) -> None:
        """Take note of how far a session has come."""
        if mark is not None:
            self.marks[mark[0]] = mark[1]

    def expect_outputs(self) -> None:
        """Raise InputError where the network does not know yet what it could answer."""
        if not all(port.width for port in self.network.outputs):
            raise InputError("outputs", "not known before the cluster has learned something")

    def told(self, answers: Any) -> tuple[Answers, ...]:  # noqa: ANN401 (an array, or a dict of such)
        """Name the answers of the engine."""
        ports = self.network.outputs
        if not isinstance(answers, dict):
            (port,) = ports
            return (Answers(port.name, answers, port.values),)
        return tuple(Answers(port.name, answers[port.name], port.values) for port in ports)

    def effect(self, act: Act, report: LearnReport | AnswerReport) -> Effect:
        """Tell what an act of a direct session did, and take note of it."""
        if isinstance(report, AnswerReport):
            return Effect(self.told(report.outputs), math.nan, report.novelty, self.network.samples)
        self.stats = None
        self.note(act.mark)
        answers = self.told(report.outputs) if act.answer else ()
        return Effect(answers, report.loss, report.novelty, self.network.samples)


AnyPlace = TypeVar("AnyPlace", bound=Place)


class Keeper(ABC, Generic[AnyPlace]):
    """Keeps networks in places; who inherits says how work on one of them is run."""

    def __init__(self) -> None:
        self._places: dict[UUID, AnyPlace] = {}

    @abstractmethod
    async def _run(self, cluster_id: UUID, work: Callable[[AnyPlace], Result]) -> Result:
        """Run work on a network when all that was asked of it before is done."""

    def holds(self, cluster_id: UUID) -> bool:
        """Say whether the network is here."""
        return cluster_id in self._places

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""
        return await self._run(cluster_id, Place.ports)

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""
        await self._run(cluster_id, lambda place: place.network.announce(samples))

    async def rest(self, cluster_id: UUID, mark: tuple[str, Mark] | None = None) -> None:
        """Let all echoes of earlier samples fade."""
        await self._run(cluster_id, lambda place: place.rest(mark))

    async def marks(self, cluster_id: UUID) -> Mapping[str, Mark]:
        """Tell how far direct sessions have come."""
        return await self._run(cluster_id, lambda place: dict(place.marks))

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what the network is made of; in the middle of a task, after its last slice."""
        known = self._places[cluster_id].stats
        if known is None:
            known = await self._run(cluster_id, lambda place: place.stats or place.count())
        return known

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the network as bytes, without marks."""
        return await self._run(cluster_id, lambda place: place.snapshot())

    async def image(self, cluster_id: UUID) -> Image:
        """Return the network as bytes, with marks."""
        return await self._run(cluster_id, lambda place: place.image())

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network; a call that runs on it goes on to its end."""
        self._places.pop(cluster_id, None)


def restore(snapshot: bytes) -> tuple[Network, dict[str, Mark]]:
    """Read a network with its marks; raises SnapshotError or MemoryError."""
    return Network.from_bytes(snapshot), read_marks(snapshot)
