"""What tasks do, and whether it can be done at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hanami_engine import Port

from hanami_server.blobs.reader import DatasetReader
from hanami_server.fleet.host import Ports, Span
from hanami_server.fleet.targets import BadTargetError, TargetCheck

CHECKED_ROWS = 1 << 16


class MisfitError(ValueError):
    """A dataset does not fit a network.

    Attributes
    ----------
    field : str
        `inputs`, `outputs`, `input_hexagons` or `output_hexagons`.
    message : str
        What was expected; rows count from 1.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(f"{field}: {message}")


class Selection(NamedTuple):
    """Columns of a dataset, and the name of the hexagon that each belongs to where that is told."""

    columns: Sequence[str]
    hexagons: Sequence[str] | None = None


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
    ports: Ports, dataset: DatasetReader, inputs: Selection, outputs: Selection, epochs: int
) -> TrainWork:
    """Check that a dataset fits a network as it is now, and plan to learn it; reads all targets.

    Tasks that wait may let the network become wider until then: what fits now may be too narrow when its turn comes.

    Raises
    ------
    MisfitError
        It does not.
    """
    given = _Deal("input", dataset, ports.inputs).deal(inputs)
    wanted = _Deal("output", dataset, ports.outputs).deal(outputs)
    work = TrainWork(dataset, given.columns, wanted.columns, epochs, given.parts, wanted.parts)
    _check_targets(work, ports.outputs)
    return work


def plan_request(ports: Ports, dataset: DatasetReader, inputs: Selection) -> RequestWork:
    """Check that a dataset fits a network as it is now, and plan to ask about it; raises MisfitError."""
    given = _Deal("input", dataset, ports.inputs).deal(inputs)
    return RequestWork(dataset, given.columns, given.parts)


class _Dealt(NamedTuple):
    """Columns in the order of hexagons, and how wide the part of each is; no parts where there is one hexagon."""

    columns: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Deal:
    """Deals columns to the input or the output hexagons of a network."""

    side: str
    dataset: DatasetReader
    ports: tuple[Port, ...]

    def deal(self, wanted: Selection) -> _Dealt:
        """Deal by name, or by the sizes of the template, in its order."""
        for name in wanted.columns:
            if name not in self.dataset.columns:
                raise MisfitError(f"{self.side}s", f"there is no column '{name}' in the dataset")
        if wanted.hexagons is not None:
            return self._by_name(wanted.columns, wanted.hexagons)
        return self._by_size(tuple(wanted.columns))

    def _by_name(self, columns: Sequence[str], hexagons: Sequence[str]) -> _Dealt:
        field, known = f"{self.side}_hexagons", {port.name for port in self.ports}
        if len(hexagons) != len(columns):
            raise MisfitError(field, f"expected {len(columns)} names, one for each column, got {len(hexagons)}")
        for name in hexagons:
            if name not in known:
                raise MisfitError(field, f"there is no {self.side} hexagon '{name}' in this cluster")
        for name in known - set(hexagons):
            raise MisfitError(field, f"there are no columns for the hexagon '{name}'")
        dealt: list[str] = []
        parts = []
        for port in self.ports:
            mine = [column for column, name in zip(columns, hexagons, strict=True) if name == port.name]
            width = self._width(mine)
            self._expect_width(port, width, f"for the hexagon '{port.name}'")
            dealt += mine
            parts.append((port.name, width))
        return _Dealt(tuple(dealt), tuple(parts) if len(parts) > 1 else ())

    def _by_size(self, columns: tuple[str, ...]) -> _Dealt:
        found = self._width(columns)
        if len(self.ports) == 1:
            self._expect_width(self.ports[0], found, "for this cluster")
            return _Dealt(columns, ())
        for port in self.ports:
            if port.open or port.values is None:
                message = f"the template does not say how many are for '{port.name}': expected {self.side}_hexagons"
                raise MisfitError(f"{self.side}s", message)
        parts = tuple((port.name, _columns(port)) for port in self.ports)
        expected = sum(width for _, width in parts)
        if found != expected:
            raise MisfitError(
                f"{self.side}s", f"expected columns of {expected} values per row for this cluster, got {found}"
            )
        return _Dealt(columns, parts)

    def _expect_width(self, port: Port, found: int, of: str) -> None:
        """Refuse what is too wide or too narrow for a hexagon; one that takes classes or values takes either."""
        expected = _columns(port)
        grows = port.open and port.values != "class"
        undecided = port.values is None and found == 1
        if found == expected or undecided or (grows and found > expected):
            return
        more = " or more" if grows else ""
        raise MisfitError(
            f"{self.side}s", f"expected columns of {max(expected, 1)}{more} values per row {of}, got {found}"
        )

    def _width(self, columns: Sequence[str]) -> int:
        return sum(self.dataset.columns[name].width for name in columns)


def _columns(port: Port) -> int:
    """Count the values of a row that belong to a hexagon by now."""
    return 1 if port.values == "class" else port.width


def _check_targets(work: TrainWork, ports: Sequence[Port]) -> None:
    """Read all targets; what a network would refuse in the middle of a task is refused before it."""
    checks = {port.name: TargetCheck(port) for port in ports}
    for start in range(0, work.dataset.rows, CHECKED_ROWS):
        values = work.targets_of(start, min(start + CHECKED_ROWS, work.dataset.rows)).read()
        parts = values if isinstance(values, dict) else {ports[0].name: values}
        for name, part in parts.items():
            try:
                checks[name].check(start, part)
            except BadTargetError as error:
                raise MisfitError("outputs", str(error)) from error
