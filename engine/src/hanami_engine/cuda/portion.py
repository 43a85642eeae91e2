"""The rows of a call, cut into portions that fit into the memory through which they go to the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanami_engine.cuda.buffer import Buffer, lines
from hanami_engine.cuda.tenant import Tenant
from hanami_engine.place import Step
from hanami_engine.records import Array


@dataclass(slots=True)
class Part:
    """Some rows of one network.

    Attributes
    ----------
    number : int
        Of the network among all of the call.
    begin, end : int
        Rows that are still to be done.
    samples, targets : int
        Where the row `begin` is on the device; 0 for no targets.
    """

    number: int
    tenant: Tenant
    step: Step
    begin: int
    end: int
    samples: int = 0
    targets: int = 0

    @property
    def teaches(self) -> bool:
        """Whether it learns them."""
        return self.step.targets is not None

    @property
    def told(self) -> int:
        """Answers of a row; 0 where none are wanted."""
        return int(self.step.answers.shape[1]) if len(self.step.answers) else 0

    def skip(self, rows: int) -> None:
        """Take note that some rows are done."""
        self.begin += rows
        self.samples += rows * row_bytes(self.step.samples)
        if self.step.targets is not None:
            self.targets += rows * row_bytes(self.step.targets)


def row_bytes(array: Array) -> int:
    """Count the bytes of a row."""
    return int(array.shape[1] * array.itemsize)


def cut(work: Sequence[tuple[Tenant, Step]], most_bytes: int) -> list[list[Part]]:
    """Cut the rows of all networks so that each portion has as many rows of each, and at most so many bytes.

    Samples that several networks share count once.
    """
    shared = {}
    told = 0
    for _, step in work:
        for array in (step.samples, step.targets):
            if array is not None and array.size:
                shared[array.ctypes.data, array.strides] = row_bytes(array)
        told += 4 * (step.answers.shape[1] + 1)
    rows = max(1, most_bytes // max(sum(shared.values()) + told, 1))
    longest = max((len(step.samples) for _, step in work), default=0)
    portions = []
    for begin in range(0, max(longest, 1), rows):
        portion = []
        for number, (tenant, step) in enumerate(work):
            count = len(step.samples)
            if begin < count or begin == 0:
                portion.append(Part(number, tenant, step, begin, min(begin + rows, count)))
        portions.append(portion)
    return portions


def send(portion: Sequence[Part], buffer: Buffer) -> None:
    """Write the rows of a portion into a buffer; what several networks share is written once."""
    found: dict[tuple[int, int], Array] = {}
    keys = []
    for part in portion:
        mine = []
        for array in (part.step.samples, part.step.targets):
            rows = None if array is None else array[part.begin : part.end]
            key = None if rows is None or not rows.size else (rows.ctypes.data, rows.nbytes)
            if key is not None and rows is not None:
                found[key] = rows
            mine.append(key)
        keys.append(mine)
    buffer.begin(lines(*(rows.nbytes for rows in found.values())))
    addresses = {key: buffer.put(rows) for key, rows in found.items()}
    for part, (samples, targets) in zip(portion, keys, strict=True):
        part.samples = addresses[samples] if samples else 0
        part.targets = addresses[targets] if targets else 0
