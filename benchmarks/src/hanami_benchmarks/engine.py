"""The engine beside its peers, and what must hold of it: every figure by its name, on one core."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from hanami_benchmarks import peers, properties
from hanami_benchmarks.report import pin_to_one_core

PEERS = "peers"
NAMES = (PEERS, *properties.FIGURES)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the README's blocks when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(NAMES), metavar="A,B", help=f"of {', '.join(NAMES)}"
    )
    parser.add_argument("--seeds", type=int, default=10, help="seeds of every figure (default 10)")
    parser.add_argument("--subset", type=int, default=6000, help="samples that scikit-learn learns (default 6000)")
    parser.add_argument("--write", action="store_true", help="write the tables into README.md")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.only) - set(NAMES))
    if unknown:
        parser.error(f"--only: expected some of {', '.join(NAMES)}, got {', '.join(unknown)}")
    figures = [name for name in properties.FIGURES if name in options.only]
    if options.write and figures and len(figures) < len(properties.FIGURES):
        parser.error("--write: expected all figures, for the table in README.md is written as a whole")
    pin_to_one_core()
    results = []
    if PEERS in options.only:
        results.append(peers.measure(options.seeds, options.subset))
        results[-1].show()
    if figures:
        results.append(properties.measure(figures, options.seeds))
        results[-1].show()
    if options.write:
        for result in results:
            result.publish()


if __name__ == "__main__":
    main()
