"""Reads datasets through a memory map: rows come without a copy wherever that is possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from hanami_server.blobs import arrow as pa
from hanami_server.blobs.columns import Array, Column

KEPT_BATCHES, KEPT_VIEWS = 4, 8192  # a table of hundreds of columns takes long to look up, in every slice


class DatasetReader:
    """A dataset, open for reading from any thread; it stays readable when its file is deleted.

    Attributes
    ----------
    columns : dict of Column
        By name, in order.
    rows : int
    """

    def __init__(self, path: Path) -> None:
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        last = file.num_record_batches - 1
        self.columns = {field.name: Column.of(field) for field in file.schema}
        self._batch_rows: int = file.get_batch(0).num_rows
        self.rows: int = last * self._batch_rows + file.get_batch(last).num_rows
        self._view = lru_cache(KEPT_VIEWS)(partial(_view, lru_cache(KEPT_BATCHES)(file.get_batch)))

    def read(self, names: Sequence[str], start: int, stop: int) -> Array:
        """Return rows of some columns, side by side.

        Parameters
        ----------
        names : names of columns
        start, stop : int
            Within the rows, `start < stop`.

        Returns
        -------
        array [stop - start, sum of widths]
            C-contiguous. One column within one batch is a read-only view of the file. Several columns have the type
            of all of them, else float32.
        """
        batches = range(start // self._batch_rows, (stop - 1) // self._batch_rows + 1)
        parts = [self._read_batch(batch, names, start, stop) for batch in batches]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _read_batch(self, batch: int, names: Sequence[str], start: int, stop: int) -> Array:
        """Return those of the rows that lie in one batch."""
        first = batch * self._batch_rows
        blocks = [self._view(batch, name)[max(start - first, 0) : stop - first] for name in names]
        if len(blocks) == 1:
            return blocks[0]
        types = {block.dtype for block in blocks}
        return np.concatenate(blocks, axis=1, dtype=types.pop() if len(types) == 1 else np.float32, casting="unsafe")


def _view(get_batch: Callable[[int], pa.RecordBatch], batch: int, name: str) -> Array:
    """Return a column of one batch, [rows of the batch, width]."""
    record = get_batch(batch)
    values = record.column(name).values
    flat = np.frombuffer(values.buffers()[1], values.type.to_pandas_dtype(), len(values))
    return flat.reshape(record.num_rows, -1)
