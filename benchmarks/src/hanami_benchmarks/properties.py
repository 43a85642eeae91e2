"""What must hold of the engine, measured: one function per figure, ten seeds each, one core."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hanami_engine import warm_up
from hanami_examples import digits
from hanami_examples.readme import machine

from hanami_benchmarks import on_change, on_curves, on_digits, on_memory, on_sensors, on_time
from hanami_benchmarks.report import Result
from hanami_benchmarks.shapes import Bench, Row

FIGURES: dict[str, Callable[[Bench], list[Row]]] = {
    "binary": on_digits.binary,
    "scale": on_digits.scale,
    "outlier": on_digits.outlier,
    "curves": on_curves.curves,
    "table": on_curves.table,
    "reduction": on_change.reduction,
    "bytes": on_memory.bytes_per_synapse,
    "budget": on_memory.budget,
    "time": on_time.time_per_sample,
    "classes": on_change.new_classes,
    "lattices": on_digits.lattices,
    "match": on_curves.delayed_match,
    "novelty": on_sensors.novelty,
}
VERDICTS = {True: "holds", False: "missed", None: ""}


def measure(names: Iterable[str], seeds: int) -> Result:
    """Measure figures and lay out the table."""
    with tempfile.TemporaryDirectory() as folder:
        found = digits.find(Path(folder))
        bench = Bench(digits.load(found), seeds)
    warm_up()
    rows = [(name, row) for name in names for row in FIGURES[name](bench)]
    return Result(
        "bench-properties",
        f"What must hold, on {found.name} where digits are meant; mean (worst) of {seeds} seeds",
        ("", "`--only`", "target", "measured", ""),
        [[row.name, f"`{name}`", row.target, row.measured, VERDICTS[row.holds]] for name, row in rows],
        [f"{machine()}, one core; `make bench-engine`; {found.note}", *bench.notes],
        bench.pictures,
    )
