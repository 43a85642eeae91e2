"""What tasks do, and whether it can be done at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hanami_engine import Hexagon, Template

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
    """Learn all rows, in their order, `epochs` times; `input_parts` and `output_parts` as `parts` of a `Span`."""

    dataset: DatasetReader
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    epochs: int
    input_parts: tuple[tuple[str, int], ...] = ()
    output_parts: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """Samples to learn."""
        return self.dataset.rows * self.epochs

    def inputs_of(self, start: int, stop: int) -> Span:
        """Return the samples of some rows."""
        return Span(self.dataset, self.inputs, start, stop, self.input_parts)

    def targets_of(self, start: int, stop: int) -> Span:
        """Return the targets of some rows."""
        return Span(self.dataset, self.outputs, start, stop, self.output_parts)


@dataclass(frozen=True, slots=True)
class RequestWork:
    """Answer for all rows, in their order."""

    dataset: DatasetReader
    inputs: tuple[str, ...]
    input_parts: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """Samples to answer."""
        return self.dataset.rows

    def inputs_of(self, start: int, stop: int) -> Span:
        """Return the samples of some rows."""
        return Span(self.dataset, self.inputs, start, stop, self.input_parts)


Work = TrainWork | RequestWork


def plan_training(
    template: Template, dataset: DatasetReader, inputs: Sequence[str], outputs: Sequence[str], epochs: int
) -> TrainWork:
    """Check that a dataset fits a template, and plan to learn it; reads all class numbers.

    Raises
    ------
    MisfitError
        It does not.
    """
    given = _deal(dataset, "inputs", inputs, template.inputs)
    wanted = _deal(dataset, "outputs", outputs, template.outputs)
    work = TrainWork(dataset, tuple(inputs), tuple(outputs), epochs, given, wanted)
    if template.output_kind == "class" and template.output_size is not None:
        _check_classes(work, template.output_size)
    return work


def plan_request(template: Template, dataset: DatasetReader, inputs: Sequence[str]) -> RequestWork:
    """Check that a dataset fits a template, and plan to ask about it; raises MisfitError."""
    return RequestWork(dataset, tuple(inputs), _deal(dataset, "inputs", inputs, template.inputs))


def _deal(
    dataset: DatasetReader, field: str, names: Sequence[str], hexagons: Sequence[Hexagon]
) -> tuple[tuple[str, int], ...]:
    """Deal the values of columns to hexagons, in the order of the template; nothing to deal where there is one."""
    for name in names:
        if name not in dataset.columns:
            raise MisfitError(field, f"there is no column '{name}' in the dataset")
    found = sum(dataset.columns[name].width for name in names)
    parts = tuple((hexagon.label, _columns(hexagon)) for hexagon in hexagons)
    if len(parts) == 1 and parts[0][1] is None:
        return ()
    widths = [(name, width) for name, width in parts if width is not None]
    if len(widths) < len(parts):
        open_one = next(name for name, width in parts if width is None)
        raise MisfitError(field, f"several hexagons share these columns: the template must give '{open_one}' a size")
    expected = sum(width for _, width in widths)
    if found != expected:
        raise MisfitError(field, f"expected columns of {expected} values per row for this cluster, got {found}")
    return tuple(widths) if len(widths) > 1 else ()


def _columns(hexagon: Hexagon) -> int | None:
    """Count the values of a row that belong to a hexagon; None where the data decides."""
    return 1 if hexagon.values == "class" and hexagon.type == "output" else hexagon.size


def _check_classes(work: TrainWork, classes: int) -> None:
    for start in range(0, work.dataset.rows, CHECKED_ROWS):
        stop = min(start + CHECKED_ROWS, work.dataset.rows)
        labels = work.dataset.read(work.outputs, start, stop)[:, 0]
        good = (labels >= 0) & (labels < classes) & (labels == np.floor(labels))
        if not good.all():
            row = int(np.argmin(good))
            raise MisfitError(
                "outputs", f"row {start + row + 1}: expected a class from 0 to {classes - 1}, got {labels[row]}"
            )
