"""The records of a network: what kernels read and write.

A *source* is an input, for one sign of its values, or an internal neuron.  The range of its values is cut into
*levels*; a *section* joins one level to one block of `LANES` target neurons and owns one row of `LANES` int16 weights.
Levels of a source and sections of a level are linked lists through the arenas; what is freed is linked likewise.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

LANES = 128  # neurons of a block: one row of weights is 256 bytes
INPUT, INTERNAL, OUTPUT = 0, 1, 2  # kinds of hexagons
REAL, BINARY, MATCH = 0, 1, 2  # codes of inputs
CLASS, SCALED, BITS = 0, 1, 2  # codes of outputs
NOWHERE = 0xFFFF  # block of a section on the free list
SECTION_BYTES = 2 * LANES + 6
LEVEL_BYTES = 28
SOUND, BAD_LEVELS, BAD_SECTIONS, BAD_BLOCK, BAD_BORDER = 0, 1, 2, 3, 4  # what an audit of the lists may find

Array = npt.NDArray[Any]

type_of_hexagon = np.dtype(
    [
        ("kind", "<i4"),
        ("code", "<i4"),
        ("column", "<i4"),  # of a sample, or of the answers of an output hexagon
        ("truth", "<i4"),  # column of the targets
        ("width", "<i4"),  # columns of a sample, or outputs
        ("start", "<i4"),  # first source, or first output
        ("block", "<i4"),  # first block
        ("open", "<i4"),  # blocks in use
        ("most", "<i4"),  # blocks it may have
        ("neurons", "<i4"),  # it may have
        ("target", "<i4"),  # first of its targets
        ("targets", "<i4"),
        ("sums", "<i4"),  # of its targets, those that take sections
        ("drawn", "<i4"),  # outputs whose weights have been drawn
        ("dead_zone", "<f4"),  # of an output hexagon
        ("need", "<f4"),  # error that waits for another block
    ]
)
type_of_target = np.dtype([("hexagon", "<i4"), ("until", "<u4")])
"""A hexagon that sections may reach, and up to which of 2**32 random numbers it is drawn."""

type_of_source = np.dtype([("level", "<i4"), ("hits", "<u2"), ("wish", "<u2")])
"""First level, 0 for none; how often it was active; how often it asked in vain for what it has not."""

type_of_level = np.dtype(
    [
        ("low", "<f4"),
        ("high", "<f4"),
        ("inverse", "<f4"),  # 32767 / (high - low)
        ("next", "<i4"),
        ("section", "<i4"),
        ("tension", "<f4"),  # error charged to its inside
        ("used", "<u2"),  # activations since reduction looked at it
        ("rate", "<u2"),  # share of samples in which it is active; 65535 is all
    ]
)
type_of_section = np.dtype([("next", "<i4"), ("block", "<u2")])
type_of_scale = np.dtype([("border", "<f4"), ("anchor", "<f4"), ("hits", "<u4")])
"""Range of a real output, what it was when it was found, and how often there was a target."""

type_of_net = np.dtype(
    [
        # addresses of the arrays, see `Arrays`
        *((name, "<u8") for name in ("hexagons", "targets", "sources", "levels", "sections", "weights", "owners")),
        *((name, "<u8") for name in ("readout", "bias", "scales", "echoes", "rests")),
        ("hexagon_count", "<i8"),
        ("block_count", "<i8"),
        ("output_count", "<i8"),
        # settings
        ("limit", "<i8"),  # bytes
        ("first_rate", "<f4"),  # at the first sample
        ("dead_zone", "<f4"),  # negative: by what an output means
        ("fan_out", "<i4"),
        ("fade", "<i4"),  # 32768 / cool-down
        ("refractory", "<i4"),
        ("spiking", "<i4"),
        ("reduction", "<i4"),
        ("threshold", "<i4"),  # of the rate of a level; 65535 is all samples
        # counters
        ("seed", "<u8"),  # of every random number
        ("samples", "<i8"),  # learned so far
        ("announced", "<i8"),  # samples that the schedule spans; 0: an endless stream
        ("elapsed", "<i8"),  # of the announced ones
        ("rows", "<i8"),  # of the arena ever taken, and number 0, which stands for none
        ("free_row", "<i8"),  # first of the free list, 0 for none
        ("section_count", "<i8"),  # that exist
        ("levels_used", "<i8"),
        ("free_level", "<i8"),
        ("level_count", "<i8"),
        ("born", "<i8"),  # sections ever born
        ("freed", "<i8"),  # sections ever removed
        ("bytes", "<i8"),  # of what exists
        ("full", "<i8"),  # growth was refused since the sweep last began anew
        ("turn", "<i8"),  # hexagon that reduction looks at
        ("cursor", "<i8"),  # next of its sources
        ("due", "<i8"),  # sources that it owes a look, in parts of `WINDOW`
        ("loss", "<f8"),  # sum over the samples of the last call
    ]
)
"""A network: one record of addresses, settings and counters, so that kernels take it as one argument."""

type_of_work = np.dtype(
    [
        *((name, "<u8") for name in ("active", "values", "touches", "bounds", "visits", "counts")),
        *((name, "<u8") for name in ("potentials", "slopes", "corrections", "blame", "totals", "outputs", "errors")),
        ("steps", "<u8"),
        ("touched", "<i8"),  # touches so far
        ("stride", "<i8"),  # visits that a block has room for
        ("novelty", "<f4"),  # of the sample
        ("padding", "<f4"),
    ]
)
"""What kernels need besides for one sample: addresses, see `Room`, and what they count meanwhile."""

type_of_touch = np.dtype(
    [("source", "<i4"), ("level", "<i4"), ("value", "<f4"), ("sections", "<i4"), ("force", "<i2")], align=True
)
type_of_visit = np.dtype([("row", "<i4"), ("force", "<i2")], align=True)


class Arrays(NamedTuple):
    """The arrays of one network.

    Attributes
    ----------
    hexagons : records [hexagons]
        In the order of paths: sources before targets.
    targets : records
        Of every hexagon, whom its sections may reach.
    sources : records
        Inputs (positive, negative, positive, …) and neurons, hexagon by hexagon.
    levels, sections : records
        Arenas with free lists.
    weights : int16 array [rows, LANES]
        One row per section; 4096 is a weight of 1.
    owners : int32 array [blocks]
        Hexagon of every block.
    readout : int32 array [blocks, outputs, LANES]
        Weights from internal neurons to outputs; 2**20 is a weight of 1.
    bias : float32 array [outputs]
        What every output gives without any input.
    scales : records [outputs]
        Ranges of real outputs.
    echoes : int16 array [blocks, LANES]
        What is left of earlier potentials, of a template that spikes.
    rests : uint16 array [blocks, LANES]
        Steps until a neuron can be triggered again.
    """

    hexagons: Array
    targets: Array
    sources: Array
    levels: Array
    sections: Array
    weights: Array
    owners: Array
    readout: Array
    bias: Array
    scales: Array
    echoes: Array
    rests: Array


class Room(NamedTuple):
    """The arrays of `Work`; nothing in them outlives a sample.

    Attributes
    ----------
    active, values : int32, float32 arrays
        Active sources of one hexagon, and their values.
    touches : records
        Levels that were reached, hexagon by hexagon.
    bounds : int32 array [hexagons + 1]
        Where the touches of every hexagon begin.
    visits : records
        Sections that were driven, block by block: as many as a block could ever have have room, as addresses.
    counts : int32 array [blocks]
        Visits of every block.
    potentials, slopes, corrections : int16 arrays [blocks, LANES]
    blame : float32 array [blocks, LANES]
    totals : int64 array [outputs]
        Sums from neurons to outputs.
    outputs, errors, steps : float32 arrays [outputs]
        Answers, errors, learning rates.
    """

    active: Array
    values: Array
    touches: Array
    bounds: Array
    visits: Array
    counts: Array
    potentials: Array
    slopes: Array
    corrections: Array
    blame: Array
    totals: Array
    outputs: Array
    errors: Array
    steps: Array


class Hexagon(Protocol):
    """One record of `type_of_hexagon`, as kernels see it."""

    kind: int
    code: int
    column: int
    truth: int
    width: int
    start: int
    block: int
    open: int
    most: int
    neurons: int
    target: int
    targets: int
    sums: int
    drawn: int
    dead_zone: np.float32
    need: np.float32


class Source(Protocol):
    """One record of `type_of_source`, as kernels see it."""

    level: int
    hits: int
    wish: int


class Level(Protocol):
    """One record of `type_of_level`, as kernels see it."""

    low: np.float32
    high: np.float32
    inverse: np.float32
    next: int
    section: int
    tension: np.float32
    used: int
    rate: int


class Scale(Protocol):
    """One record of `type_of_scale`, as kernels see it."""

    border: np.float32
    anchor: np.float32
    hits: int


class Target(Protocol):
    """One record of `type_of_target`, as kernels see it."""

    hexagon: int
    until: int


class Section(Protocol):
    """One record of `type_of_section`, as kernels see it."""

    next: int
    block: int


class Touch(Protocol):
    """One record of `type_of_touch`, as kernels see it."""

    source: int
    level: int
    value: np.float32
    sections: int
    force: np.int16


class Visit(Protocol):
    """One record of `type_of_visit`, as kernels see it."""

    row: int
    force: np.int16


class Net(Protocol):
    """The record of `type_of_net`, as kernels see it."""

    hexagon_count: int
    block_count: int
    output_count: int
    limit: int
    first_rate: np.float32
    dead_zone: np.float32
    fan_out: int
    fade: int
    refractory: int
    spiking: int
    reduction: int
    threshold: int
    seed: np.uint64
    samples: int
    announced: int
    elapsed: int
    rows: int
    free_row: int
    section_count: int
    levels_used: int
    free_level: int
    level_count: int
    born: int
    freed: int
    bytes: int
    full: int
    turn: int
    cursor: int
    due: int
    loss: float


class Work(Protocol):
    """The record of `type_of_work`, as kernels see it."""

    touched: int
    stride: int
    novelty: np.float32
