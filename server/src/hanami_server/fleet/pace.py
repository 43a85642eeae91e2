"""How many rows a slice has: as many as take `SLICE_SECONDS`, by what was measured so far."""

from collections.abc import Iterator

SLICE_SECONDS = 0.03
FIRST_ROWS = 64
FEWEST_ROWS = 16  # a slice has costs of its own: where they take all the time, fewer rows would only be slower
FASTEST_GROWTH = 4


class Pace:
    """Cuts rows into slices for one task; starts small, so that a slow network is not held up by its first slice."""

    def __init__(self) -> None:
        self._rows = FIRST_ROWS

    def slices(self, rows: int) -> Iterator[tuple[int, int]]:
        """Yield start and stop of one slice after the other; call `measured` in between."""
        start = 0
        while start < rows:
            stop = min(start + self._rows, rows)
            yield start, stop
            start = stop

    def measured(self, rows: int, seconds: float) -> None:
        """Take note of how long a slice took."""
        wanted = int(rows * SLICE_SECONDS / max(seconds, 1e-6))
        self._rows = max(FEWEST_ROWS, min(wanted, FASTEST_GROWTH * self._rows))
