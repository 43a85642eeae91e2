"""Handwritten digits as IDX files: MNIST where it is at hand, else the small set that comes with scikit-learn."""

import gzip
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Arrays", "Digits", "find", "load", "pixels"]

UInt8 = npt.NDArray[np.uint8]

REPOSITORY = Path(__file__).resolve().parents[3]
MNIST_FILES = {
    "train_images": "train-images-idx3-ubyte.gz",
    "train_labels": "train-labels-idx1-ubyte.gz",
    "test_images": "t10k-images-idx3-ubyte.gz",
    "test_labels": "t10k-labels-idx1-ubyte.gz",
}
TRAIN_SHARE = 0.8
SPLIT_SEED = 0
IDX_UINT8 = 0x08


@dataclass(frozen=True)
class Digits:
    """Where a set of handwritten digits lies.

    Attributes
    ----------
    name
        ``MNIST`` or ``scikit-learn digits``.
    train_images, train_labels, test_images, test_labels
        Gzipped IDX files of unsigned bytes: images ``[n, rows, columns]`` and their labels ``[n]``.
    note
        One sentence for people: what was used, and why.
    """

    name: str
    train_images: Path
    train_labels: Path
    test_images: Path
    test_labels: Path
    note: str


class Arrays(NamedTuple):
    """A set of digits in memory: images ``[n, pixels]`` and labels ``[n]``, both uint8."""

    train_images: UInt8
    train_labels: UInt8
    test_images: UInt8
    test_labels: UInt8


def find(directory: Path) -> Digits:
    """Find MNIST, or write scikit-learn's digits into a directory.

    Parameters
    ----------
    directory
        Existing directory; it is written to only when MNIST is not at hand.

    Notes
    -----
    MNIST is looked for in ``HANAMI_MNIST_DIR`` if that is set, else in ``../shared/data/mnist`` beside the
    repository.
    """
    place = Path(os.environ.get("HANAMI_MNIST_DIR") or REPOSITORY.parent / "shared" / "data" / "mnist")
    paths = {key: place / name for key, name in MNIST_FILES.items()}
    if all(path.is_file() for path in paths.values()):
        return Digits(name="MNIST", note="MNIST: handwritten digits of 28 x 28 pixels.", **paths)
    return _write_small_digits(directory)


def load(digits: Digits) -> Arrays:
    """Read all four files into memory."""
    return Arrays(
        _read_idx(digits.train_images).reshape(-1, pixels(digits)),
        _read_idx(digits.train_labels),
        _read_idx(digits.test_images).reshape(-1, pixels(digits)),
        _read_idx(digits.test_labels),
    )


def pixels(digits: Digits) -> int:
    """Pixels of one image: the number of inputs that a network of these digits needs."""
    with gzip.open(digits.train_images) as file:
        _, _, rows, columns = struct.unpack(">4I", file.read(16))
    return int(rows * columns)


def _write_small_digits(directory: Path) -> Digits:
    from sklearn.datasets import load_digits  # noqa: PLC0415 -- a second of imports that a run on MNIST does not need

    bunch = load_digits()
    images = bunch.images.astype(np.uint8)
    labels = bunch.target.astype(np.uint8)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    train, test = np.split(order, [int(TRAIN_SHARE * len(order))])
    content = {
        "train_images": images[train],
        "train_labels": labels[train],
        "test_images": images[test],
        "test_labels": labels[test],
    }
    paths = {key: directory / f"digits-{key.replace('_', '-')}.idx.gz" for key in content}
    for key, array in content.items():
        _write_idx(paths[key], array)
    note = (
        "MNIST is not at hand: scikit-learn's digits (8 x 8 pixels) stand in, "
        f"{len(train):,} images to learn from, {len(test):,} to be tested on."
    )
    return Digits(name="scikit-learn digits", note=note, **paths)


def _write_idx(path: Path, array: UInt8) -> None:
    header = struct.pack(f">2B{array.ndim}I", IDX_UINT8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(b"\0\0" + header + array.tobytes(), mtime=0))


def _read_idx(path: Path) -> UInt8:
    with gzip.open(path) as file:
        zero, kind, dimensions = struct.unpack(">HBB", file.read(4))
        if zero != 0 or kind != IDX_UINT8:
            raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)
