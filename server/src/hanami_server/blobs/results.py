"""Answers of a network as a dataset.

The column `output`, for classes also `label` with the likeliest, and at last `novelty`.  Where there are several output
hexagons, the columns of each begin with its name.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from hanami_server.blobs.columns import Array, Column, DType
from hanami_server.blobs.writer import DatasetWriter

OUTPUT, LABEL, NOVELTY = "output", "label", "novelty"
DTYPES: dict[str, DType] = {"b": "uint8", "u": "uint64", "f": "float32"}


class Part(Protocol):
    """What one output hexagon answered."""

    @property
    def name(self) -> str:
        """Name of the hexagon."""

    @property
    def values(self) -> Array:
        """Answers [rows, outputs]: booleans, unsigned integers or floats."""

    @property
    def classes(self) -> bool:
        """Whether they are probabilities of classes."""


def result_columns(parts: Sequence[Part]) -> list[Column]:
    """Return the columns of answers."""
    columns = []
    for part in parts:
        begin, width = f"{part.name}_" if len(parts) > 1 else "", part.values.shape[1]
        columns.append(Column(f"{begin}{OUTPUT}", DTYPES[part.values.dtype.kind], width))
        if part.classes:
            columns.append(Column(f"{begin}{LABEL}", "uint8" if width <= 256 else "int32", 1))
    return [*columns, Column(NOVELTY, "float32", 1)]


def append_answers(writer: DatasetWriter, parts: Sequence[Part], novelty: Array) -> None:
    """Add answers, and the novelty [rows] of their samples, to a dataset that has their `result_columns`."""
    writer.append([*_blocks(parts), novelty[:, None]])


def _blocks(parts: Sequence[Part]) -> Iterator[Array]:
    for part in parts:
        yield part.values.astype(np.uint8) if part.values.dtype == bool else part.values
        if part.classes:
            yield part.values.argmax(axis=1, keepdims=True)
