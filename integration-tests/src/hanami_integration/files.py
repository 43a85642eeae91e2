"""Files that scenarios send: real digits, and one that is too large for a single piece."""

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np

MNIST = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "mnist"
ROWS, LARGE = 300, 20 << 20


def write(folder: Path) -> dict[str, Any]:
    """Write them into a folder; gives what scenarios call them, and what is in them."""
    images, labels = digits()
    for name, table in (("images", images), ("labels", labels)):
        (folder / f"{name}.idx").write_bytes(_idx(table))
    (folder / "images.gz").write_bytes(gzip.compress(_idx(images), mtime=0))
    (folder / "large.csv").write_bytes((b"a,b\n" + b"1.5,2\n" * (LARGE // 6))[:LARGE])
    names = {"images": "images.idx", "images_gz": "images.gz", "labels": "labels.idx", "large": "large.csv"}
    return {name: str(folder / file) for name, file in names.items()} | {
        "rows": ROWS,
        "width": images[0].size,
        "large_bytes": LARGE,
        "checkpoint_file": str(folder / "checkpoint"),
    }


def digits() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the first digits of MNIST, or of those that scikit-learn ships; uint8."""
    home = Path(os.environ.get("HANAMI_MNIST_DIR", MNIST))
    images, labels = home / "train-images-idx3-ubyte.gz", home / "train-labels-idx1-ubyte.gz"
    if images.exists():
        pixels = np.frombuffer(gzip.decompress(images.read_bytes())[16 : 16 + ROWS * 784], np.uint8)
        return pixels.reshape(ROWS, 28, 28), np.frombuffer(gzip.decompress(labels.read_bytes())[8 : 8 + ROWS], np.uint8)
    from sklearn.datasets import load_digits  # noqa: PLC0415 -- only where there is no MNIST

    found = load_digits()
    return (found.images[:ROWS] * 15).astype(np.uint8), found.target[:ROWS].astype(np.uint8)


def write_idx(path: Path, table: np.ndarray[Any, Any]) -> None:
    """Write a table of uint8 as MNIST is kept: IDX, gzip."""
    path.write_bytes(gzip.compress(_idx(table), mtime=0))


def _idx(table: np.ndarray[Any, Any]) -> bytes:
    shape = b"".join(size.to_bytes(4, "big") for size in table.shape)
    return bytes([0, 0, 8, table.ndim]) + shape + table.tobytes()
