"""How well two columns agree, row by row: classes, or real values."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hanami_server.blobs.columns import Array
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.reader import DatasetReader

CHUNK_VALUES = 1 << 20
MAX_CLASSES = 4096
MAX_CONFUSION = 256


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each class was taken for each other: `counts[truth][answer]`, in the order of `labels`."""

    labels: list[int]
    counts: list[list[int]]


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """Agreement of classes; no confusion where more than `MAX_CONFUSION` of them occur."""

    rows: int
    correct: int
    confusion: Confusion | None
    kind: Literal["class"] = "class"

    @property
    def accuracy(self) -> float:
        """Part of the rows that agree."""
        return self.correct / self.rows


@dataclass(frozen=True, slots=True)
class RealAgreement:
    """Distance of real values."""

    rows: int
    mean_absolute_error: float
    root_mean_square_error: float
    kind: Literal["real"] = "real"


@dataclass(frozen=True, slots=True)
class Side:
    """One column of one dataset, and the names that its faults are told under."""

    dataset: DatasetReader
    column: str
    dataset_field: str
    column_field: str

    def chunks(self, step: int) -> Iterator[Array]:
        """Yield the values, `step` rows at a time."""
        for start in range(0, self.dataset.rows, step):
            yield self.dataset.read([self.column], start, min(start + step, self.dataset.rows))


def compare(
    answers: DatasetReader, column: str, truth: DatasetReader, truth_column: str
) -> ClassAgreement | RealAgreement:
    """Compare a column with the truth: as classes where the column holds classes, else as real values.

    Raises
    ------
    BlobError
        For `column`, `reference_dataset_id` or `reference_column`.
    """
    left = Side(answers, column, "dataset_id", "column")
    right = Side(truth, truth_column, "reference_dataset_id", "reference_column")
    for side in (left, right):
        if side.column not in side.dataset.columns:
            raise BlobError(side.column_field, f"there is no column '{side.column}' in the dataset")
    if answers.rows != truth.rows:
        raise BlobError(right.dataset_field, f"expected {answers.rows} rows, the dataset has {truth.rows}")
    width, expected = truth.columns[truth_column].width, answers.columns[column].width
    if width != expected:
        raise BlobError(right.column_field, f"expected a column of width {expected}, got {width}")
    return _compare_classes(left, right) if answers.columns[column].holds_classes else _compare_values(left, right)


def _compare_classes(answers: Side, truth: Side) -> ClassAgreement:
    pairs: Counter[int] = Counter()
    for given, wanted in zip(_classes(answers), _classes(truth), strict=True):
        codes, counts = np.unique(wanted * MAX_CLASSES + given, return_counts=True)
        pairs.update(dict(zip(codes.tolist(), counts.tolist(), strict=True)))
    times = {divmod(code, MAX_CLASSES): count for code, count in pairs.items()}
    correct = sum(count for (wanted, given), count in times.items() if wanted == given)
    return ClassAgreement(answers.dataset.rows, correct, _confusion(times))


def _confusion(times: dict[tuple[int, int], int]) -> Confusion | None:
    labels = sorted({label for pair in times for label in pair})
    if len(labels) > MAX_CONFUSION:
        return None
    return Confusion(labels, [[times.get((wanted, given), 0) for given in labels] for wanted in labels])


def _classes(side: Side) -> Iterator[Array]:
    for index, chunk in enumerate(side.chunks(CHUNK_VALUES)):
        good = (chunk >= 0) & (chunk < MAX_CLASSES) & (chunk == np.floor(chunk))
        if not good.all():
            row = index * CHUNK_VALUES + int(np.argmin(good)) + 1
            raise BlobError(side.column_field, f"row {row}: expected a class from 0 to {MAX_CLASSES - 1}")
        yield chunk[:, 0].astype(np.int64)


def _compare_values(answers: Side, truth: Side) -> RealAgreement:
    step = max(1, CHUNK_VALUES // answers.dataset.columns[answers.column].width)
    absolute = square = 0.0
    values = 0
    for given, wanted in zip(_numbers(answers, step), _numbers(truth, step), strict=True):
        distance = given - wanted
        absolute += float(np.abs(distance).sum())
        square += float(np.square(distance).sum())
        values += distance.size
    return RealAgreement(answers.dataset.rows, absolute / values, float(np.sqrt(square / values)))


def _numbers(side: Side, step: int) -> Iterator[Array]:
    for index, chunk in enumerate(side.chunks(step)):
        good = np.isfinite(chunk).all(axis=1)
        if not good.all():
            row = index * step + int(np.argmin(good)) + 1
            raise BlobError(side.column_field, f"row {row}: expected finite numbers")
        yield chunk.astype(np.float64)
