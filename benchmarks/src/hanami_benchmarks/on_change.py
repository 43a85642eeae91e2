"""Figures on what goes and what comes: reduction, and classes that appear half-way."""

from __future__ import annotations

import numpy as np
from hanami_engine import Network

from hanami_benchmarks.shapes import Bench, Row

LATE = 5000
OLD = 5  # classes that are there from the start

REDUCTIONS = (  # neurons, settings, how they are called, least reduction in percent, most points lost
    (512, "reduction_threshold: 0.1", "threshold 0.1", 50, 0.1),
    (512, "reduction_threshold: 0.1, fan_out: 2", "threshold 0.1, sources joined to 2 of 4 blocks", 75, 0.2),
    (1024, "reduction_threshold: 0.03, fan_out: 3", "threshold 0.03, sources joined to 3 of 8 blocks", 75, 0.2),
)


def reduction(bench: Bench) -> list[Row]:
    """Remove what is seldom used, and besides join every source to few of the blocks only."""
    rows = []
    for hidden, settings, name, least, most in REDUCTIONS:
        plan = bench.line(hidden, f"{{enable_reduction: true, {settings}}}")
        lost, gone = [], []
        for seed in bench.each(f"reduction of {hidden}, {name}"):
            network = bench.train(plan, seed)
            lost.append(bench.plain(seed, hidden) - bench.accuracy(network))
            gone.append(100 - 100 * network.stats().synapses / bench.synapses(seed, hidden))
        mean, share = float(np.mean(lost)), float(np.mean(gone))
        measured = f"{share:.1f} % fewer at {mean:+.2f} points lost (at most {max(lost):+.2f})"
        target = f"{least} % fewer synapses, ≤ {most} points lost"
        rows.append(Row(f"reduction of {hidden} neurons, {name}", target, measured, share >= least and mean <= most))
    return rows


def new_classes(bench: Bench) -> list[Row]:
    """Learn five classes in half of the samples, then all ten, and look at what that cost the five.

    Ten classes are harder to tell apart than five, so that the loss beside before has a limit that no learning beats:
    it is measured as well, by networks that learned all samples of all ten classes.
    """
    images, labels = bench.data.train_images, bench.data.train_labels
    half = len(labels) // 2
    old = np.flatnonzero(labels < OLD)[:half]
    late = np.arange(half, min(half + LATE, len(labels)))
    mixed_first = np.arange(len(old))
    found: dict[str, list[float]] = {name: [] for name in ("beside mixed", "beside before", "among the old", "limit")}
    for seed in bench.each("new classes"):
        network, mixed, whole = (Network(bench.line(), seed=seed) for _ in range(3))
        network.learn_many(images[old], labels[old])
        before = _share(bench, network)
        network.learn_many(images[late], labels[late])
        after = _share(bench, network)
        for rows in (mixed_first, late):
            mixed.learn_many(images[rows], labels[rows])
        whole.announce(len(labels))
        whole.learn_many(images, labels)
        found["beside mixed"].append(_share(bench, mixed) - after)
        found["beside before"].append(before - after)
        found["among the old"].append(before - _share(bench, network, OLD))
        found["limit"].append(before - _share(bench, whole))
    name = f"five more classes half-way, {LATE:,} mixed samples later, the five old ones"
    target = "≤ 0.5 points lost"
    return [
        _row(f"{name}: beside ten classes from the start", target, found["beside mixed"]),
        _row(f"{name}: beside before, told apart among themselves", target, found["among the old"]),
        _row(f"{name}: beside before, told apart among all ten", target, found["beside before"]),
        Row("… limit: ten classes, announced, all samples", "", f"{np.mean(found['limit']):+.2f} points", None),
    ]


def _row(name: str, target: str, lost: list[float]) -> Row:
    mean = float(np.mean(lost))
    return Row(name, target, f"{mean:+.2f} points (at most {max(lost):+.2f})", mean <= 0.5)


def _share(bench: Bench, network: Network, among: int | None = None) -> float:
    """Percentage of the test images of old classes that are read rightly, among so many first classes."""
    known = bench.data.test_labels < OLD
    answers = network.predict_many(bench.data.test_images[known])[:, :among]
    return float((answers.argmax(axis=1) == bench.data.test_labels[known]).mean() * 100)
