"""What must hold of the engine, measured: one row per figure, ten seeds each, one core."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hanami_engine import warm_up
from hanami_examples import digits
from hanami_examples.readme import machine

from hanami_benchmarks import on_curves, on_digits, on_streams
from hanami_benchmarks.report import Result, pin_to_one_core
from hanami_benchmarks.shapes import Bench, Row

FIGURES: dict[str, Callable[[Bench], list[Row]]] = {
    "binary": on_digits.binary,
    "scale": on_digits.scale,
    "outlier": on_digits.outlier,
    "curves": on_curves.curves,
    "table": on_curves.table,
    "reduction": on_digits.reduction,
    "bytes": on_digits.bytes_per_synapse,
    "budget": on_streams.budget,
    "time": on_streams.time_per_sample,
    "classes": on_digits.new_classes,
    "lattices": on_digits.lattices,
    "match": on_curves.delayed_match,
    "novelty": on_streams.novelty,
}
VERDICTS = {True: "holds", False: "missed", None: ""}


def measure(names: Iterable[str], seeds: int) -> Result:
    """Measure figures and lay out the table."""
    with tempfile.TemporaryDirectory() as folder:
        found = digits.find(Path(folder))
        bench = Bench(digits.load(found), seeds)
    warm_up()
    rows = [row for name in names for row in FIGURES[name](bench)]
    return Result(
        "bench-properties",
        f"What must hold, on {found.name} where digits are meant; mean (worst) of {seeds} seeds",
        ("", "target", "measured", ""),
        [[row.name, row.target, row.measured, VERDICTS[row.holds]] for row in rows],
        [f"{machine()}, one core; `make bench-engine`; {found.note}"],
    )


def main() -> None:
    """Measure, print, and write the README's block when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(FIGURES), help=", ".join(FIGURES))
    parser.add_argument("--seeds", type=int, default=10, help="seeds per figure (default 10)")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    unknown = sorted(set(options.only) - set(FIGURES))
    if unknown:
        parser.error(f"--only: expected some of {', '.join(FIGURES)}, got {', '.join(unknown)}")
    pin_to_one_core()
    result = measure(options.only, options.seeds)
    result.show()
    if options.write:
        result.publish()


if __name__ == "__main__":
    main()
