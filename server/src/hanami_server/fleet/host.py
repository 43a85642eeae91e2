"""What a host is: a place where networks live and learn; the fleet does not know which kind it talks to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

import numpy as np
from hanami_engine import DeviceLostError, Port, Stats

from hanami_server.blobs.columns import Array
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.hosts import HostKind, HostState


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
    stats : Stats, optional
        Of the network after it; None where counting would have cost more than it tells.
    seconds : float
        That it took; of several networks in one launch, the part of it that so many rows are worth.
    """

    loss: float
    novelty: float
    stats: Stats | None
    seconds: float


class Answers(NamedTuple):
    """What an output hexagon answered: an array [rows, outputs], and what it means; of classes, probabilities."""

    name: str
    values: Array
    meaning: str | None = None

    @property
    def classes(self) -> bool:
        """Whether the values are probabilities of classes."""
        return self.meaning == "class"


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
        That it took, as of `Learned`.
    """

    answers: tuple[Answers, ...]
    novelty: Array
    seconds: float


class Mark(NamedTuple):
    """How far a direct session has come in what a network has learned.

    Attributes
    ----------
    sequence : int
        Number of the last frame that was learned.
    at : float
        When, in seconds of the system's clock.
    owner : str
        Who opened the session.
    """

    sequence: int
    at: float
    owner: str


class Act(NamedTuple):
    """What a direct session wants of a network: an answer, or that it learns, or both.

    Attributes
    ----------
    inputs : array [rows, width], or dict of such by hexagon
    targets : array [rows, width], or dict of such by hexagon, or None
        None only asks.
    answer : bool
        Whether learning shall answer too.
    mark : (session, Mark), optional
        To be kept with the network once it has learned.
    """

    inputs: Array | dict[str, Array]
    targets: Array | dict[str, Array] | None
    answer: bool
    mark: tuple[str, Mark] | None = None

    @property
    def rows(self) -> int:
        """Samples that it is about."""
        return len(next(iter(self.inputs.values()))) if isinstance(self.inputs, dict) else len(self.inputs)


class Effect(NamedTuple):
    """What an act did.

    Attributes
    ----------
    answers : tuple of Answers
        Of each output hexagon; empty where none were asked for.
    loss : float
        Mean over the rows; NaN where nothing was learned.
    novelty : float32 array [rows]
    samples : int
        Samples that the network has learned by now.
    """

    answers: tuple[Answers, ...]
    loss: float
    novelty: Array
    samples: int


class Image(NamedTuple):
    """A network as bytes, with the marks of direct sessions at that moment, which are in the bytes too."""

    snapshot: bytes
    marks: Mapping[str, Mark]


class Facts(NamedTuple):
    """What a host is, and how it is now; None is what it does not tell.

    Attributes
    ----------
    kind : HostKind
    threads : int
        Networks that it runs at the same time.
    clusters : int
        Networks that are there now.
    device : str, optional
        As its maker calls it.
    memory_bytes, memory_free_bytes : int, optional
    temperature_celsius, power_watts : float, optional
    state : HostState
    """

    kind: HostKind
    threads: int
    clusters: int
    device: str | None = None
    memory_bytes: int | None = None
    memory_free_bytes: int | None = None
    temperature_celsius: float | None = None
    power_watts: float | None = None
    state: HostState = HostState.READY


class Host(Protocol):
    """Runs networks. Calls for one cluster are done one after the other; engine errors come through as they are.

    A call goes on to its end although its caller was cancelled. Where a GPU is lost, those that wait raise
    DeviceLostError.
    """

    def holds(self, cluster_id: UUID) -> bool:
        """Say whether the network is here."""

    async def place(self, cluster_id: UUID, snapshot: bytes) -> None:
        """Take in a network with its marks; raises SnapshotError or MemoryError.

        In the place of an earlier one of that cluster, it gets the marks of that: they are as far as sessions came.
        """

    async def ports(self, cluster_id: UUID) -> Ports:
        """Tell what data the network takes by now."""

    async def announce(self, cluster_id: UUID, samples: int) -> None:
        """Say how many samples the next training has."""

    async def rest(self, cluster_id: UUID, mark: tuple[str, Mark] | None = None) -> None:
        """Let all echoes of earlier samples fade: what comes next is another stream."""

    async def learn(self, cluster_id: UUID, inputs: Span, targets: Span) -> Learned:
        """Learn a slice; raises InputError."""

    async def predict(self, cluster_id: UUID, inputs: Span) -> Answered:
        """Answer a slice; raises InputError."""

    async def act(self, cluster_id: UUID, act: Act) -> Effect:
        """Do what a direct session wants; raises InputError or MemoryError."""

    def act_now(self, cluster_id: UUID, act: Act) -> Effect | None:
        """Do it at once, where nobody waits for the network and it is cheap; None where it has to be `act`."""

    async def marks(self, cluster_id: UUID) -> Mapping[str, Mark]:
        """Tell how far direct sessions have come."""

    async def stats(self, cluster_id: UUID) -> Stats:
        """Count what the network is made of."""

    async def snapshot(self, cluster_id: UUID) -> bytes:
        """Return the network as bytes, without marks."""

    async def image(self, cluster_id: UUID) -> Image:
        """Return the network as bytes, with marks."""

    async def evict(self, cluster_id: UUID) -> None:
        """Forget the network."""

    async def close(self) -> None:
        """Finish what runs and end."""


class SingleHost(Host, Protocol):
    """One host, as an admin sees it.

    Attributes
    ----------
    id : str
        Its name in the API.
    lost : bool
        Whether it does not answer any more; it is not used again.
    """

    id: str
    lost: bool

    async def facts(self) -> Facts:
        """Tell what it is, and how it is now."""


class FragileHost(SingleHost, Protocol):
    """One host that may be lost: a GPU.

    Attributes
    ----------
    on_loss : function of no arguments, optional
        Called once, on the event loop, when it was lost.
    """

    on_loss: Callable[[], None] | None

    def loss(self, cluster_id: UUID) -> DeviceLostError:
        """Tell what its loss means for a network that was there."""

    async def rescue(self, cluster_id: UUID) -> bytes:
        """Give a network of a lost host in its last state that is known, with the marks of that moment."""
