"""What a network is made of."""

from dataclasses import dataclass, field

import numpy as np
from hanami_engine.records import LANES

ZERO, ONE = np.float32(0), np.float32(1)


def no_weights():
    return np.zeros(LANES, np.int16)


@dataclass(eq=False)
class Section:
    """Joins one level of a source to one block of neurons, by one weight per neuron; 4096 is a weight of 1."""

    block: "Block"
    weights: np.ndarray = field(default_factory=no_weights)


@dataclass(eq=False)
class Level:
    """The part of a source's values that lies between two borders."""

    low: np.float32
    high: np.float32
    rate: int  # share of samples in which it is active; 65535 is all
    sections: list[Section] = field(default_factory=list)  # the newest first
    tension: np.float32 = ZERO  # error charged to its inside
    used: int = 0  # activations since reduction looked at it

    @property
    def inverse(self):
        return np.float32(32767) / (self.high - self.low)


@dataclass(eq=False)
class Source:
    """An input, for one sign of its values, or a neuron that drives others."""

    number: int  # in the whole network
    levels: list[Level] = field(default_factory=list)  # the lowest first; of a matching input the newest first
    hits: int = 0  # how often it was active, up to a point
    wish: int = 0  # how often it asked in vain for what it has not


@dataclass(eq=False)
class Block:
    """`LANES` neurons, or `LANES` outputs that sections reach directly."""

    number: int  # in the whole network
    owner: "Hexagon"
    index: int  # within its hexagon
    readout: dict[int, np.ndarray] = field(default_factory=dict)  # int32 weights to an output; 2**20 is a weight of 1
    echo: np.ndarray = field(default_factory=lambda: np.zeros(LANES, np.int16))  # potentials of the step before
    rest: np.ndarray = field(default_factory=lambda: np.zeros(LANES, np.uint16))  # steps until it can be triggered


@dataclass(eq=False)
class Output:
    """One number of an answer."""

    number: int  # in the whole network
    bias: np.float32 = ZERO
    border: np.float32 = ZERO  # range of a real output
    anchor: np.float32 = ZERO  # that range when it was found
    hits: int = 0  # how often there was a target


@dataclass(eq=False)
class Reach:
    """A hexagon that sections may lead to; drawn when 32 random bits lie below `until` and not below an earlier one."""

    hexagon: "Hexagon"
    until: int


@dataclass(eq=False)
class Hexagon:
    """A place on the lattice, and what has grown there."""

    position: str
    name: str  # of its values in the data
    kind: str  # input, internal or output
    values: str | None  # real, binary, match; class, real, bool, int, float; None: the first target decides
    size: int | None  # None: as wide as the data
    first_source: int
    first_block: int
    first_output: int
    most_blocks: int
    reach: list[Reach] = field(default_factory=list)  # whom its sections may lead to, the nearest first
    readers: list["Hexagon"] = field(default_factory=list)  # output hexagons that read its neurons
    width: int = 0  # inputs or outputs that take part so far
    drawn: int = 0  # outputs for which neurons have weights: also classes that come later in the same call
    dead_zone: np.float32 = ZERO  # of an output hexagon: smaller errors teach nothing
    need: np.float32 = ZERO  # error that waits for another block
    sources: dict[int, Source] = field(default_factory=dict)  # by their place in the hexagon
    blocks: list[Block] = field(default_factory=list)  # in use
    outputs: list[Output] = field(default_factory=list)

    @property
    def present(self):
        """The outputs that take part."""
        return self.outputs[: self.width]

    def source(self, place):
        """Give the source at a place: twice the column (plus 1 where negative), or the neuron."""
        if place not in self.sources:
            self.sources[place] = Source(self.first_source + place)
        return self.sources[place]


@dataclass(eq=False)
class Touch:
    """A value that reached a level, and drives its sections with a force from 0 to 32767."""

    source: Source
    level: Level | None  # None: the source lost its levels to reduction
    value: np.float32
    force: int
    sections: int = 0  # driven


@dataclass(eq=False)
class Moment:
    """What lasts for one sample; keyed by block or output number, touches by the position of their hexagon."""

    touches: dict[str, list[Touch]] = field(default_factory=dict)
    visits: dict[int, list[tuple[Section, int]]] = field(default_factory=dict)  # sections that drive a block, and force
    potentials: dict[int, np.ndarray] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)  # what neurons give to an output
    sums: dict[int, np.float32] = field(default_factory=dict)  # outputs, then probabilities
    errors: dict[int, np.float32] = field(default_factory=dict)
    corrections: dict[int, np.ndarray] = field(default_factory=dict)
    slopes: dict[int, np.ndarray] = field(default_factory=dict)
    novelty: np.float32 = ZERO

    def drive(self, section, force):
        self.visits.setdefault(section.block.number, []).append((section, force))
