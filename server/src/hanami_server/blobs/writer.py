"""Writes datasets: Arrow IPC files of equally long record batches, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from hanami_server.blobs import arrow as pa
from hanami_server.blobs.columns import Array, Column, as_arrow
from hanami_server.blobs.files import atomic_file

BATCH_BYTES = 16 << 20


class DatasetWriter:
    """Collects rows and writes them batch by batch.

    All batches but the last have the same number of rows, so that readers find a row without a search, and are large
    enough for slices of training to lie within one.

    Attributes
    ----------
    rows : int
        Rows appended so far.
    """

    def __init__(self, writer: pa.RecordBatchFileWriter, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.rows = 0
        self._writer = writer
        self._room = max(1, BATCH_BYTES // sum(column.row_bytes for column in columns))
        self._filled = 0
        self._blocks = [np.empty((self._room, column.width), column.dtype) for column in columns]

    def append(self, blocks: Sequence[Array]) -> None:
        """Add rows.

        Parameters
        ----------
        blocks : arrays [n, width]
            One per column, of values that its type holds.
        """
        count, start = len(blocks[0]), 0
        self.rows += count
        while start < count:
            taken = min(count - start, self._room - self._filled)
            for kept, block in zip(self._blocks, blocks, strict=True):
                kept[self._filled : self._filled + taken] = block[start : start + taken]
            start += taken
            self._filled += taken
            if self._filled == self._room:
                self.flush()

    def flush(self) -> None:
        """Write what was collected; only the last batch may be shorter than the others."""
        if self._filled:
            arrays = [
                pa.FixedSizeListArray.from_arrays(as_arrow(block[: self._filled].reshape(-1)), type=column.field().type)
                for block, column in zip(self._blocks, self.columns, strict=True)
            ]
            self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema_of(self.columns)))
        self._filled = 0


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of columns."""
    return pa.schema([column.field() for column in columns])


@contextmanager
def writing_dataset(target: Path, columns: Sequence[Column]) -> Iterator[DatasetWriter]:
    """Write a dataset that is there when the block ends well; else nothing is left."""
    with atomic_file(target) as file, pa.ipc.new_file(file, schema_of(columns)) as arrow:
        writer = DatasetWriter(arrow, columns)
        yield writer
        writer.flush()
