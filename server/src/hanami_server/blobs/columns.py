"""Columns of datasets: what they hold, and how that is said in an Arrow schema."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

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
    def of(cls, field: pa.Field) -> "Column":
        """Return the column that a field of our own files describes."""
        dtype: DType = np.dtype(field.type.value_type.to_pandas_dtype()).name
        return cls(field.name, dtype, field.type.list_size)
