"""How clusters grow: what is remembered of it, and how little that needs to be."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from hanami_engine import Stats

MOST_POINTS = 512
EVEN = 256  # parts of the whole history that have a point each
STEP = 0.2  # early points may lie nearer: growth is fastest there, but not nearer than this part of their samples


@dataclass(frozen=True, slots=True)
class Point:
    """A cluster after some of its samples: `statistics` are those of the engine, by name."""

    samples: int
    at: datetime
    statistics: Mapping[str, Any]

    @classmethod
    def of(cls, stats: Stats) -> "Point":
        """Return what a cluster is at this moment."""
        return cls(stats.samples, datetime.now(UTC), asdict(stats))


def merge(*histories: Iterable[Point]) -> list[Point]:
    """Put histories together, in the order of samples; of points with as many, the last given counts."""
    found = {point.samples: point for history in histories for point in history}
    return [found[samples] for samples in sorted(found)]


def thin(points: list[Point]) -> list[Point]:
    """Leave points out, in the order of samples, until there are at most `MOST_POINTS`; the first and last stay.

    Nothing is left out where there is room. What stays lies evenly over all samples, and nearer at the beginning; so a
    history that is thinned again and again keeps its past.
    """
    if len(points) <= MOST_POINTS:
        return points
    even = points[-1].samples / EVEN
    kept = [points[0]]
    for point in points[1:-1]:
        last = kept[-1].samples
        if point.samples >= last + max(1.0, min(even, STEP * last)):
            kept.append(point)
    return [*kept, points[-1]]
