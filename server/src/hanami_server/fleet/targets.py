"""What targets of each kind must be; the engine says the same, but only when a row has its turn."""

from collections.abc import Callable

import numpy as np
from hanami_engine import MOST_OUTPUTS, Port

from hanami_server.blobs.columns import Array
from hanami_server.fleet import pace

LARGEST_WHOLE = 2.0**63  # of a float that counts as a whole number


class BadTargetError(ValueError):
    """A row that cannot be learned; the message names it, counted from 1."""


class TargetCheck:
    """Checks the targets of one output hexagon, from the first row of a dataset to the last.

    What a hexagon without a meaning learns first decides whether it answers with classes or with real values. Its
    first rows may look like classes where a later one does not: that is refused, for it would be too late then.
    """

    def __init__(self, port: Port) -> None:
        self._classes = MOST_OUTPUTS if port.open else port.width
        self._kind: str | None = port.values
        if self._kind is None and not port.open:
            self._kind = "real" if port.width == 1 else "either"

    def check(self, first: int, values: Array) -> None:
        """Check values [n, width]; `first` is the number of their first row, counted from 0."""
        kind = self._kind or "either"
        if kind == "either":
            kind = "class" if values.shape[1] == 1 else "real"
        good = _GOOD[kind](values, self._classes).all(axis=1)
        if good.all():
            return
        row = first + int(np.argmin(good))
        if self._kind is None and kind == "class":
            if row < pace.FIRST_ROWS:  # the first slice has it, and makes all of them real values
                self._kind = "real"
                self.check(first, values)
                return
            expected = "a class, as in all rows before (a template with `values: real` makes them real values)"
        else:
            expected = EXPECTED[kind].format(self._classes - 1)
        raise BadTargetError(f"row {row + 1}: expected {expected}, got {_shown(values[row - first])}")


def _shown(row: Array) -> str:
    return str(row[0] if len(row) == 1 else row.tolist()[:8])


def _is_class(values: Array, classes: int) -> Array:
    good: Array = (values >= 0) & (values < classes) & (values == np.floor(values))
    return good


def _is_real(values: Array, _: int) -> Array:
    return ~np.isinf(values)


def _is_bool(values: Array, _: int) -> Array:
    good: Array = (values == 0) | (values == 1)
    return good


def _is_whole(values: Array, _: int) -> Array:
    good: Array = values >= 0
    if values.dtype.kind == "f":
        good = good & (values < LARGEST_WHOLE) & (values == np.floor(values))
    return good


def _is_number(values: Array, _: int) -> Array:
    return np.ones(values.shape, bool)


_GOOD: dict[str, Callable[[Array, int], Array]] = {
    "class": _is_class,
    "real": _is_real,
    "bool": _is_bool,
    "int": _is_whole,
    "float": _is_number,
}
EXPECTED = {
    "class": "a class from 0 to {}",
    "real": "finite numbers",
    "bool": "0 or 1",
    "int": "whole numbers from 0",
    "float": "numbers",
}
