"""Watches a cluster grow while a task learns."""

import time

from hanami_engine import Stats

from hanami_server.growth import MOST_POINTS, Point, thin

SECONDS = 1.0
FASTER = 1.2  # times more samples than at the last point are worth another one at once


class Recorder:
    """Remembers points of one task: one a second, and more at the beginning; thinned where they become too many."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._latest: Stats | None = None
        self._noted = 0.0

    def note(self, stats: Stats) -> None:
        """Take note of what the cluster is after a slice."""
        self._latest, now = stats, time.monotonic()
        if self._points and stats.samples < FASTER * self._points[-1].samples and now - self._noted < SECONDS:
            return
        self._points.append(Point.of(stats))
        self._noted = now
        if len(self._points) > 2 * MOST_POINTS:
            self._points = thin(self._points)

    def points(self) -> list[Point]:
        """Return what is remembered, and how the cluster is now."""
        if self._latest is None or self._points[-1].samples == self._latest.samples:
            return list(self._points)
        return [*self._points, Point.of(self._latest)]
