"""Reads datasets through a memory map: rows come without a copy wherever that is possible."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from hanami_server.blobs.columns import Array, Column, DatasetInfo


class DatasetReader:
    """A dataset, open for reading from any thread; it stays readable when its file is deleted.

    Attributes
    ----------
    columns : dict of Column
        By name, in order.
    rows : int
    """

    def __init__(self, path: Path) -> None:
        self._file = pa.ipc.open_file(pa.memory_map(str(path)))
        self.columns = {field.name: Column.of(field) for field in self._file.schema}
        batches = self._file.num_record_batches
        self._batch_rows: int = self._file.get_batch(0).num_rows
        self.rows: int = (batches - 1) * self._batch_rows + self._file.get_batch(batches - 1).num_rows

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
        blocks = [self._column(name, start, stop) for name in names]
        if len(blocks) == 1:
            return blocks[0]
        types = {block.dtype for block in blocks}
        return np.concatenate(blocks, axis=1, dtype=types.pop() if len(types) == 1 else np.float32, casting="unsafe")

    def _column(self, name: str, start: int, stop: int) -> Array:
        parts = []
        for batch in range(start // self._batch_rows, (stop - 1) // self._batch_rows + 1):
            first = batch * self._batch_rows
            parts.append(self._values(name, batch)[max(start - first, 0) : stop - first])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _values(self, name: str, batch: int) -> Array:
        values: Array = self._file.get_batch(batch).column(name).flatten().to_numpy(zero_copy_only=True)
        return values.reshape(-1, self.columns[name].width)


def describe(path: Path) -> DatasetInfo:
    """Return what a dataset is."""
    reader = DatasetReader(path)
    return DatasetInfo(reader.rows, path.stat().st_size, list(reader.columns.values()))
