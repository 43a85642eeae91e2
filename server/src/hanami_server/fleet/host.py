"""What a host is: a place where networks live and learn; the fleet does not know which kind it talks to."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

import numpy as np
from hanami_engine import Port, Stats

from hanami_server.blobs.columns import Array
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.hosts import HostKind


class Ports(NamedTuple):
    """The input and output hexagons of a network as data sees them, in the order of its template."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of some columns of a dataset; read where they are needed, by the thread that needs them.

    Attributes
    ----------
    parts : tuple of (name, width)
        How the values are dealt to several hexagons; empty where there is one.
    """

    dataset: DatasetReader
    columns: tuple[str, ...]
    start: int
    stop: int
    parts: tuple[tuple[str, int], ...] = ()

    def read(self) -> Array | dict[str, Array]:
        """Return the values, [stop - start, sum of widths]; where there are parts, each of their widths by its name."""
        values = self.dataset.read(self.columns, self.start, self.stop)
        if not self.parts:
            return values
        ends = np.cumsum([width for _, width in self.parts])
        return {name: values[:, end - width : end] for (name, width), end in zip(self.parts, ends, strict=True)}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a slice of learning did.

    Attributes
    ----------
    loss, novelty : float
        Their means over the slice.
    stats : Stats
        Of the network after it.
    seconds : float
        That it took on its thread.
    """

    loss: float
    novelty: float
    stats: Stats
    seconds: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What an output hexagon answered: an array [rows, outputs]; probabilities where they are classes."""

    name: str
    values: Array
    classes: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What a slice of answering gave.

    Attributes
    ----------
    answers : tuple of Answers
        Of each output hexagon, in the order of the template.
    novelty : float32 array [rows]
        How new each sample is to the network.
    seconds : float
        That it took on its thread.
    """

    answers: tuple[Answers, ...]
    novelty: Array
    seconds: float


class Facts(NamedTuple):
    """What a host is, and how many networks are there now."""

    kind: HostKind
    threads: int
    clusters: int


class Host(Protocol):
    """Runs networks. Calls for one cluster are done one after the other; engine errors come through as they are.

    A call goes on to its end although its caller was cancelled.
    """

    def facts(self) -> Facts:
        """Tell what it is."""

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network, in the place of an earlier one of that cluster; raises SnapshotError or MemoryError."""

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""

    async def rest(self, cluster_id: UUID) -> None:
        """Let all echoes of earlier samples fade: what comes next is another stream."""

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice; raises InputError."""

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice; raises InputError."""

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what the network is made of."""

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the network as bytes."""

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network."""

    async def close(self) -> None:
        """Finish what runs and end."""
