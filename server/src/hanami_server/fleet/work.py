"""What tasks do, and whether it can be done at all."""

from dataclasses import dataclass

import numpy as np
from hanami_engine import Template

from hanami_server.blobs.reader import DatasetReader
from hanami_server.fleet.host import Span

CHECKED_ROWS = 1 << 20


class MisfitError(ValueError):
    """A dataset does not fit a template.

    Attributes
    ----------
    field : str
        `inputs` or `outputs`.
    message : str
        What was expected; rows count from 1.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(f"{field}: {message}")


@dataclass(frozen=True, slots=True)
class TrainWork:
    """Learn all rows, in their order, `epochs` times."""

    dataset: DatasetReader
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    epochs: int

    @property
    def total(self) -> int:
        """Samples to learn."""
        return self.dataset.rows * self.epochs

    def inputs_of(self, start: int, stop: int) -> Span:
        """Return the samples of some rows."""
        return Span(self.dataset, self.inputs, start, stop)

    def targets_of(self, start: int, stop: int) -> Span:
        """Return the targets of some rows."""
        return Span(self.dataset, self.outputs, start, stop)

    def check(self, template: Template) -> None:
        """Raise MisfitError where the columns do not fit; reads all class numbers."""
        _check_columns(self.dataset, "inputs", self.inputs, template.input_size)
        if template.output_kind == "class":
            _check_columns(self.dataset, "outputs", self.outputs, 1)
            _check_classes(self, template.output_size)
        else:
            _check_columns(self.dataset, "outputs", self.outputs, template.output_size)


@dataclass(frozen=True, slots=True)
class RequestWork:
    """Answer for all rows, in their order."""

    dataset: DatasetReader
    inputs: tuple[str, ...]
    outputs: int
    classes: bool

    @property
    def total(self) -> int:
        """Samples to answer."""
        return self.dataset.rows

    def inputs_of(self, start: int, stop: int) -> Span:
        """Return the samples of some rows."""
        return Span(self.dataset, self.inputs, start, stop)

    def check(self, template: Template) -> None:
        """Raise MisfitError where the columns do not fit."""
        _check_columns(self.dataset, "inputs", self.inputs, template.input_size)


Work = TrainWork | RequestWork


def _check_columns(dataset: DatasetReader, field: str, names: tuple[str, ...], width: int) -> None:
    for name in names:
        if name not in dataset.columns:
            raise MisfitError(field, f"there is no column '{name}' in the dataset")
    found = sum(dataset.columns[name].width for name in names)
    if found != width:
        raise MisfitError(field, f"expected columns of {width} values per row for this cluster, got {found}")


def _check_classes(work: TrainWork, classes: int) -> None:
    for start in range(0, work.dataset.rows, CHECKED_ROWS):
        labels = work.targets_of(start, min(start + CHECKED_ROWS, work.dataset.rows)).read()[:, 0]
        good = (labels >= 0) & (labels < classes) & (labels == np.floor(labels))
        if not good.all():
            row = int(np.argmin(good))
            raise MisfitError(
                "outputs", f"row {start + row + 1}: expected a class from 0 to {classes - 1}, got {labels[row]}"
            )
