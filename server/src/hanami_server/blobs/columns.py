"""Columns of datasets: what they hold, and how that is said in an Arrow schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hanami_server.blobs import arrow as pa

DType = Literal["uint8", "int32", "uint64", "float32"]
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A named block of numbers: `width` of them per row, little-endian."""

    name: str
    dtype: DType
    width: int

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return np.dtype(self.dtype).itemsize * self.width

    @property
    def holds_classes(self) -> bool:
        """Whether its values are numbers of classes: whole, one per row, and not as large as answered integers."""
        return self.width == 1 and self.dtype in {"uint8", "int32"}

    def field(self) -> pa.Field:
        """Return the column as a field of an Arrow schema."""
        values = pa.field("item", pa.type_for_alias(self.dtype), nullable=False)
        return pa.field(self.name, pa.list_(values, self.width), nullable=False)

    @classmethod
    def of(cls, field: pa.Field) -> Column:
        """Return the column that a field of our own files describes."""
        dtype: DType = np.dtype(field.type.value_type.to_pandas_dtype()).name
        return cls(field.name, dtype, field.type.list_size)


def as_arrow(values: Array, *, nan_is_null: bool = False) -> pa.Array:
    """Return numbers as an Arrow array without a copy; `pa.array` would import pandas to ask whether it is a series.

    Parameters
    ----------
    values : array [n], C-contiguous
    nan_is_null : bool
        Whether NaN becomes null.
    """
    valid = ~np.isnan(values) if nan_is_null and values.dtype.kind == "f" else None
    bits = None if valid is None or valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.type_for_alias(values.dtype.name), len(values), [bits, pa.py_buffer(values)])


def from_arrow(values: pa.Array) -> tuple[Array, Array]:
    """Return float32 numbers of an Arrow array with NaN for null, and where there is null; without pandas, as above."""
    valid, numbers = values.buffers()
    mine = slice(values.offset, values.offset + len(values))
    found = np.frombuffer(numbers, np.float32)[mine].copy()
    if valid is None:
        return found, np.zeros(len(found), bool)
    missing = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[mine] == 0
    found[missing] = np.nan
    return found, missing
