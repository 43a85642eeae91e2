"""Binary frames of `hanami.v1`: NumPy arrays to bytes and back."""

import math
import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from hanami_sdk.generated.models import AnswerPart

Array = npt.NDArray[Any]
Values = npt.ArrayLike | Mapping[str, npt.ArrayLike]
HEADER = struct.Struct("<BBHIQ")
ANSWER = 128
FLOAT32, UINT8, NO_DTYPE = 1, 2, 0
DTYPES: dict[str, np.dtype[Any]] = {"float32": np.dtype("<f4"), "uint8": np.dtype("u1"), "uint64": np.dtype("<u8")}
EXACT = 1 << 24  # whole numbers up to here are exact in float32
Part = TypeVar("Part")


class Kind(IntEnum):
    """What a frame wants."""

    REQUEST = 1
    LEARN = 2
    LEARN_AND_ANSWER = 3
    TRUTH = 4


class Answer(NamedTuple):
    """What the server says to one call.

    Attributes
    ----------
    outputs
        What the network answers: an array, or one for each output hexagon by its name. Of classes, the probabilities.
        [outputs] for a sample that was given alone, else [rows, outputs]. None where nothing was asked, or where the
        answer was lost together with a connection.
    loss
        Mean over the samples, each before it was learned; NaN where nothing was learned, or that was lost.
    novelty
        How new the sample was to the network; an array where rows were given.
    request_id
        Names a request whose truth will come, for `truth`; 0 for none.
    """

    outputs: Array | dict[str, Array] | None
    loss: float
    novelty: float | Array
    request_id: int = 0


LOST = Answer(None, math.nan, math.nan)


class Piece(NamedTuple):
    """Where in a frame the values of one hexagon are, how many per row, and how they are written."""

    hexagon: str | None
    width: int
    dtype: str


class Sample(NamedTuple):
    """Values as they go into a frame."""

    data: bytes
    rows: int
    layout: tuple[Piece, ...]
    alone: bool


def write_inputs(values: Values) -> tuple[Sample, int]:
    """Write inputs, and say in which of the two dtypes."""
    tables, alone = _as_tables("x", values)
    octets = all(table.dtype in {np.dtype(bool), np.dtype(np.uint8)} for table in tables.values())
    name = "uint8" if octets else "float32"
    return _write(tables, dict.fromkeys(tables, name), alone=alone), UINT8 if octets else FLOAT32


def write_targets(values: Values, rows: int) -> Sample:
    """Write targets of as many rows; a number for each row, or a list of them."""
    tables, alone = _as_tables("y", values, rows)
    return _write(tables, {name: _dtype_of(table) for name, table in tables.items()}, alone=alone)


def read_answer(frame: bytes, parts: Sequence[AnswerPart], *, alone: bool) -> Answer:
    """Read an answer of the server."""
    kind, _, rows, request_id, _ = HEADER.unpack_from(frame)
    loss, novelty = float(np.frombuffer(frame, "<f4", 1, 16)[0]), np.frombuffer(frame, "<f4", rows, 20)
    outputs: dict[str, Array] | None = None
    if kind - ANSWER in {Kind.REQUEST, Kind.LEARN_AND_ANSWER}:
        outputs, start = {}, 20 + 4 * rows
        for part in parts:
            dtype = DTYPES[part.dtype]
            table = np.frombuffer(frame, dtype, rows * part.width, start).reshape(rows, part.width)
            start += table.nbytes
            table = table.astype(bool) if part.values == "bool" else table
            outputs[part.hexagon] = table[0] if alone else table
    only = next(iter(outputs.values())) if outputs is not None and len(outputs) == 1 else outputs
    return Answer(only, loss, float(novelty[0]) if alone else novelty, request_id)


def _as_tables(field: str, values: Values, rows: int | None = None) -> tuple[dict[str | None, Array], bool]:
    """Give arrays [rows, width] by hexagon, None for the only one; and whether it was one sample alone."""
    given: Mapping[str | None, npt.ArrayLike] = values if isinstance(values, Mapping) else {None: values}  # type: ignore[assignment]
    tables, alone = {}, True
    for name, part in given.items():
        array = np.asarray(part)
        label = field if name is None else f"{field}[{name!r}]"
        if array.dtype.kind not in "buif":
            raise TypeError(f"{label}: expected numbers, got {array.dtype}")
        if array.ndim == 1 and rows is not None and len(array) == rows > 1:
            array = array.reshape(rows, 1)  # a target for every row
        alone = alone and array.ndim < 2
        tables[name] = array if array.ndim == 2 else array.reshape(1, -1)
        if array.ndim > 2 or not array.size:
            raise ValueError(f"{label}: expected one sample, or rows of samples, got the shape {array.shape}")
    counts = {len(table) for table in tables.values()} | ({rows} if rows is not None else set())
    if len(counts) != 1:
        raise ValueError(f"{field}: expected as many rows everywhere, got {sorted(counts)}")
    return tables, alone


def _dtype_of(table: Array) -> str:
    if table.dtype.kind == "b" or table.dtype == np.uint8:
        return "uint8"
    if table.dtype.kind in "ui" and table.min() >= 0 and table.max() > EXACT:
        return "uint64"
    return "float32"


def _write(tables: Mapping[str | None, Array], dtypes: Mapping[str | None, str], *, alone: bool) -> Sample:
    with np.errstate(over="ignore"):  # what is too large for float32 is infinite: the largest there is
        data = b"".join(np.ascontiguousarray(table, DTYPES[dtypes[name]]).tobytes() for name, table in tables.items())
    layout = tuple(Piece(name, table.shape[1], dtypes[name]) for name, table in tables.items())
    return Sample(data, len(next(iter(tables.values()))), layout, alone)
