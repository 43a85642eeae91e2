"""Rows of a dataset in other formats, written piece by piece."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from hanami_server.blobs import arrow as pa
from hanami_server.blobs.columns import Column, as_arrow
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.reader import DatasetReader

PIECE_BYTES = 4 << 20


class Sink(io.RawIOBase):
    """Takes what is written until somebody takes it away."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, piece: object) -> int:
        """Take bytes."""
        taken = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(taken)
        self._written += len(taken)
        return len(taken)

    def tell(self) -> int:
        """Return how much was written in all."""
        return self._written

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def export(reader: DatasetReader, columns: Sequence[str], start: int, stop: int, form: str) -> Iterator[bytes]:
    """Yield rows as a file, some megabytes at a time.

    Parameters
    ----------
    reader : DatasetReader
    columns : names of columns
    start, stop : int
        Within the rows, `start < stop`.
    form : str
        `csv`: a column that is wider than one becomes `name_0`, `name_1`, …, and NaN an empty cell; `parquet` and
        `arrow` (the file format of Arrow IPC): fixed-size lists.

    Raises
    ------
    BlobError
        For `columns`: two of CSV would have the same name.
    """
    wanted = [reader.columns[name] for name in columns]
    flat = form == "csv"
    schema = pa.schema([field for column in wanted for field in (_cells(column) if flat else [column.field()])])
    names = schema.names
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise BlobError("columns", f"two columns of a CSV file would be called '{double}'")
    return _pieces(reader, wanted, schema, range(start, stop), form)


def _pieces(
    reader: DatasetReader, wanted: Sequence[Column], schema: pa.Schema, rows: range, form: str
) -> Iterator[bytes]:
    sink, step = Sink(), max(1, PIECE_BYTES // sum(column.row_bytes for column in wanted))
    with _writer(form)(pa.PythonFile(sink, mode="w"), schema) as writer:
        for start in range(rows.start, rows.stop, step):
            stop = min(start + step, rows.stop)
            arrays = [array for column in wanted for array in _arrays(reader, column, start, stop, form)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


def _arrays(reader: DatasetReader, column: Column, start: int, stop: int, form: str) -> list[pa.Array]:
    values = reader.read([column.name], start, stop)
    if form == "csv":
        return [as_arrow(np.ascontiguousarray(values[:, cell]), nan_is_null=True) for cell in range(column.width)]
    return [pa.FixedSizeListArray.from_arrays(as_arrow(values.reshape(-1)), type=column.field().type)]


def _cells(column: Column) -> list[pa.Field]:
    kind = pa.type_for_alias(column.dtype)
    if column.width == 1:
        return [pa.field(column.name, kind)]
    return [pa.field(f"{column.name}_{cell}", kind) for cell in range(column.width)]


def _csv(sink: pa.NativeFile, schema: pa.Schema) -> AbstractContextManager[Any]:
    writer: AbstractContextManager[Any] = pa.csv.CSVWriter(
        sink, schema, write_options=pa.csv.WriteOptions(quoting_style="needed")
    )
    return writer


def _writer(form: str) -> Callable[[pa.NativeFile, pa.Schema], AbstractContextManager[Any]]:
    writers: dict[str, Any] = {"csv": _csv, "parquet": pa.parquet.ParquetWriter, "arrow": pa.ipc.new_file}
    writer: Callable[[pa.NativeFile, pa.Schema], AbstractContextManager[Any]] = writers[form]
    return writer
