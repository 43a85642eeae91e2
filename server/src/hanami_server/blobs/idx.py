"""IDX, the format of MNIST: images and their labels, plain or gzip, become a dataset.

A file says in its header what it holds: two zero bytes, a type (8 is uint8), the number of dimensions, and each of
them as a big-endian 32-bit number. Nothing of that is believed before it is checked, and no more is ever read or
unpacked than it says.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from hanami_server.blobs.columns import Column
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.writer import writing_dataset

IMAGE, LABEL = "image", "label"
GZIP = b"\x1f\x8b"
UINT8 = 8
MAX_WIDTH = 1 << 20  # pixels of one image
BLOCK_BYTES = 4 << 20


def convert_idx(images: Path, labels: Path, target: Path, limit: int) -> None:
    """Write images and labels as a dataset.

    Parameters
    ----------
    images, labels : Path
        IDX files of uint8 with three dimensions and with one.
    target : Path
        The dataset; its columns are `image` and `label`.
    limit : int
        Most bytes that a file may unpack to.

    Raises
    ------
    BlobError
        For `images` or `labels`.
    """
    with _opened("images", images, 3, limit) as pictures, _opened("labels", labels, 1, limit) as truths:
        rows, *sides = pictures.shape
        if truths.shape != [rows]:
            raise BlobError("labels", f"expected {rows} labels, one per image, got {truths.shape[0]}")
        columns = [Column(IMAGE, "uint8", sides[0] * sides[1]), Column(LABEL, "uint8", 1)]
        step = max(1, BLOCK_BYTES // columns[0].width)
        with writing_dataset(target, columns) as dataset:
            for start in range(0, rows, step):
                count = min(step, rows - start)
                dataset.append([source.read(count) for source in (pictures, truths)])
            pictures.expect_end()
            truths.expect_end()


class _IdxFile:
    """One open file whose header is checked; every fault is a BlobError of its field."""

    def __init__(self, field: str, file: BinaryIO | gzip.GzipFile, dimensions: int, limit: int) -> None:
        self._field, self._file = field, file
        magic = bytes([0, 0, UINT8, dimensions])
        found = self._take(4)
        if found != magic:
            raise BlobError(field, f"expected an IDX file with the magic number {magic.hex()}, got {found.hex()}")
        self.shape = [int(side) for side in np.frombuffer(self._take(4 * dimensions), ">u4")]
        self._width = int(np.prod(self.shape[1:], dtype=object))
        if 0 in self.shape:
            raise BlobError(field, f"holds nothing: its dimensions are {self.shape}")
        if self._width > MAX_WIDTH:
            raise BlobError(field, f"expected at most {MAX_WIDTH} values per row, the header declares {self._width}")
        if self.shape[0] * self._width > limit:
            raise BlobError(field, f"expected at most {limit} bytes, the header declares {self.shape[0] * self._width}")

    def read(self, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """Read rows; the array is [count, width]."""
        return np.frombuffer(self._take(count * self._width), np.uint8).reshape(count, self._width)

    def expect_end(self) -> None:
        """Refuse a file that goes on after what its header declares."""
        if self._unpack(1):
            raise BlobError(self._field, f"goes on after the {self.shape[0]} rows that its header declares")

    def _take(self, size: int) -> bytes:
        taken = self._unpack(size)
        if len(taken) < size:
            raise BlobError(self._field, "ends too early: it is empty or was cut")
        return taken

    def _unpack(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise BlobError(self._field, "the gzip data is damaged or cut") from error


@contextmanager
def _opened(field: str, path: Path, dimensions: int, limit: int) -> Iterator[_IdxFile]:
    with path.open("rb") as raw:
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        yield _IdxFile(field, gzip.GzipFile(fileobj=raw) if packed else raw, dimensions, limit)
