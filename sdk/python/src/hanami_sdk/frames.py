"""Tables of NumPy, pandas and polars, to the server and back; the last two where they are installed."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from hanami_sdk.datasets import Table

Frame = Any
"""A data frame of pandas or polars, or an array of NumPy with the shape [rows, columns]."""
Kind = Literal["numpy", "pandas", "polars"]


def as_csv(frame: Frame, columns: Sequence[str] | None) -> bytes:
    """Write a table as CSV with a header, missing readings as empty cells.

    Raises
    ------
    ValueError
        It is no table, or `columns` are not as many as it has.
    """
    if hasattr(frame, "write_csv"):  # polars
        text: str = frame.fill_nan(None).write_csv(float_precision=None)
        return text.encode()
    if hasattr(frame, "to_csv"):  # pandas
        written: str = frame.to_csv(index=False)
        return written.encode()
    return _array_as_csv(np.asarray(frame), columns)


def _array_as_csv(array: "np.ndarray[Any, Any]", columns: Sequence[str] | None) -> bytes:
    table = array.reshape(-1, 1) if array.ndim == 1 else array
    if table.ndim != 2:
        raise ValueError(f"frame: expected the shape [rows, columns], got {array.shape}")
    names = [f"c{at}" for at in range(table.shape[1])] if columns is None else list(columns)
    if len(names) != table.shape[1]:
        raise ValueError(f"columns: expected {table.shape[1]} names, got {len(names)}")
    out = io.StringIO()
    out.write(",".join(names) + "\n")
    for row in table.tolist():
        out.write(",".join("" if value != value else repr(value) for value in row) + "\n")  # noqa: PLR0124 -- NaN
    return out.getvalue().encode()


def as_frame(table: "Table", kind: Kind) -> Frame:
    """Make a frame of columns; one that is wider than a number becomes `name_0`, `name_1`, …."""
    flat: dict[str, np.ndarray[Any, Any]] = {}
    for name, values in table.items():
        array = np.array(values, np.float64)  # None becomes NaN
        wide = array.reshape(len(values), -1)
        names = [name] if wide.shape[1] == 1 else [f"{name}_{at}" for at in range(wide.shape[1])]
        flat |= {part: wide[:, at] for at, part in enumerate(names)}
    if kind == "pandas":
        import pandas as pd  # noqa: PLC0415 -- where it is wanted

        return pd.DataFrame(flat)
    if kind == "polars":
        import polars as pl  # noqa: PLC0415

        return pl.DataFrame(flat)
    return np.column_stack(list(flat.values()))
