"""Files that are there whole or not at all, in folders that name them by UUID."""

import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID, uuid4

TEMPORARY = ".tmp"


@contextmanager
def atomic_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that gets its name, and is on the disk, when the block ends well; else nothing is left.

    The only way in which anything is written here. A file of that name is replaced in one step.
    """
    draft = target.with_name(f"{target.name}.{uuid4().hex}{TEMPORARY}")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def write_atomically(target: Path, content: bytes) -> None:
    """Write a whole file, in one step."""
    with atomic_file(target) as file:
        file.write(content)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Leftovers(NamedTuple):
    """How many files of a folder nothing refers to."""

    strays: int  # whole, without a row
    drafts: int  # half-written


@dataclass(frozen=True, slots=True)
class Folder:
    """Files of one kind, by the UUIDs of their rows; made where it is missing."""

    root: Path
    suffix: str

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, item: UUID) -> Path:
        """Return where a file is, or will be."""
        return self.root / f"{item}{self.suffix}"

    @contextmanager
    def adding(self, item: UUID) -> Iterator[Path]:
        """Yield where a new file is, or will be; it goes again where the block fails.

        The file comes first and its row, in a transaction, last: a crash in between leaves a file without a row,
        which `leftovers` counts.
        """
        try:
            yield self.path(item)
        except BaseException:
            self.delete(item)
            raise

    def delete(self, *items: UUID) -> None:
        """Remove files, those that are there."""
        for item in items:
            self.path(item).unlink(missing_ok=True)

    def leftovers(self, known: Container[UUID]) -> Leftovers:
        """Count whole files that have no row among `known`, and half-written ones; both are left alone."""
        names = [path.name for path in self.root.iterdir()]
        drafts = sum(name.endswith(TEMPORARY) for name in names)
        return Leftovers(sum(self._is_stray(name, known) for name in names), drafts)

    def _is_stray(self, name: str, known: Container[UUID]) -> bool:
        try:
            return UUID(name.removesuffix(self.suffix)) not in known
        except ValueError:
            return False  # none of ours, or half-written


class Blobs:
    """All folders of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.uploads = Folder(data_dir / "uploads", "")
        self.datasets = Folder(data_dir / "datasets", ".arrow")
        self.clusters = Folder(data_dir / "clusters", ".hanami")
        self.checkpoints = Folder(data_dir / "checkpoints", ".hanami")
