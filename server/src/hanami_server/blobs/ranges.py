"""What columns of a dataset hold: their smallest and largest values, and how many readings are missing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hanami_server.blobs.columns import Array, Column
from hanami_server.blobs.reader import DatasetReader

CHUNK_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column and the range of its finite values; None where it has none. `missing` counts its NaN."""

    name: str
    dtype: str
    width: int
    minimum: float | None
    maximum: float | None
    missing: int


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What a finished dataset is: its rows, the size of its file in bytes, its columns."""

    rows: int
    bytes: int
    columns: list[ColumnInfo]


def describe(path: Path) -> DatasetInfo:
    """Look through a dataset, some megabytes at a time."""
    reader = DatasetReader(path)
    columns = [_info(reader, column) for column in reader.columns.values()]
    return DatasetInfo(reader.rows, path.stat().st_size, columns)


def _info(reader: DatasetReader, column: Column) -> ColumnInfo:
    step, lows, highs, missing = max(1, CHUNK_BYTES // column.row_bytes), [], [], 0
    for start in range(0, reader.rows, step):
        values = reader.read([column.name], start, min(start + step, reader.rows))
        if values.dtype.kind == "f":
            missing += int(np.isnan(values).sum())
            values = _finite(values)
        if values.size:
            lows.append(values.min())
            highs.append(values.max())
    low, high = (float(min(lows)), float(max(highs))) if lows else (None, None)
    return ColumnInfo(column.name, column.dtype, column.width, low, high, missing)


def _finite(values: Array) -> Array:
    found: Array = values[np.isfinite(values)]
    return found
