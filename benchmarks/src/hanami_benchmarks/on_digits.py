"""Figures on real digits: binary and unscaled pixels, broken readings, reduction, new classes, other lattices."""

from __future__ import annotations

import numpy as np
from hanami_engine import Network

from hanami_benchmarks.shapes import Bench, Row, spread, template

THRESHOLD = 127
BROKEN = 1e6


def binary(bench: Bench) -> list[Row]:
    """Learn digits whose pixels are only black and white."""
    top = int(bench.data.train_images.max())
    train, test = (
        (images > top * THRESHOLD // 255).astype(np.uint8)
        for images in (bench.data.train_images, bench.data.test_images)
    )
    found = []
    for seed in bench.each("binary"):
        network = bench.train(bench.line(values="binary"), seed, train)
        found.append(bench.accuracy(network, test))
    measured = spread(found, min(found), " %")
    return [Row("binary digits, 512 neurons", "≥ 97.5 %", measured, bool(np.mean(found) >= 97.5))]


def scale(bench: Bench) -> list[Row]:
    """Multiply every input by a factor of its own, 10⁻³ to 10⁶."""
    found = []
    for seed in bench.each("scale"):
        factors = 10 ** np.random.default_rng(seed).uniform(-3, 6, bench.inputs)
        train = (bench.data.train_images * factors).astype(np.float32)
        test = (bench.data.test_images * factors).astype(np.float32)
        found.append(bench.accuracy(bench.train(bench.line(), seed, train), test) - bench.plain(seed))
    mean = float(np.mean(found))
    measured = f"{mean:+.2f} points ({min(found):+.2f} to {max(found):+.2f})"
    return [Row("every input in a unit of its own, 10⁻³ to 10⁶", "within 0.3 points", measured, abs(mean) <= 0.3)]


def outlier(bench: Bench) -> list[Row]:
    """Break one reading: a million times too large, before, during or after training."""
    rows = []
    count = len(bench.data.train_images)
    for name, row in (("first", 0), ("middle", count // 2), ("last", count - 1)):
        found = []
        for seed in bench.each(f"outlier {name}"):
            images = bench.data.train_images.astype(np.float32)
            images[row, int(images.sum(axis=0).argmax())] = images.max() * BROKEN
            found.append(bench.plain(seed) - bench.accuracy(bench.train(bench.line(), seed, images)))
        mean = float(np.mean(found))
        measured = f"{mean:+.2f} points lost (at most {max(found):+.2f})"
        rows.append(
            Row(f"one reading, 10⁶ times too large, as {name} sample", "< 0.1 points lost", measured, mean < 0.1)
        )
    return rows


def reduction(bench: Bench) -> list[Row]:
    """Remove what is seldom used; and besides join every source to half of the blocks only."""
    rows = []
    cases = (
        (512, "threshold 0.1", "{enable_reduction: true, reduction_threshold: 0.1}", 50, 0.1),
        (1024, "threshold 0.092", "{enable_reduction: true, reduction_threshold: 0.092, fan_out: 4}", 75, 0.2),
    )
    for hidden, name, settings, least, most in cases:
        whole = bench.train(bench.line(hidden), 0).stats().synapses
        lost, gone = [], []
        for seed in bench.each(f"reduction {name}"):
            network = bench.train(bench.line(hidden, settings), seed)
            lost.append(bench.plain(seed, hidden) - bench.accuracy(network))
            gone.append(100 - 100 * network.stats().synapses / whole)
        mean, share = float(np.mean(lost)), float(np.mean(gone))
        measured = f"{share:.1f} % fewer at {mean:+.2f} points lost (at most {max(lost):+.2f})"
        target = f"{least} % fewer synapses, ≤ {most} points lost"
        joined = ", sources joined to 4 of 8 blocks" if hidden == 1024 else ""
        rows.append(
            Row(f"reduction of {hidden} neurons, {name}{joined}", target, measured, share >= least and mean <= most)
        )
    return rows


def bytes_per_synapse(bench: Bench) -> list[Row]:
    """Count everything that a trained network wrote to."""
    stats = bench.train(bench.line(), 0).stats()
    size = stats.bytes / stats.synapses
    return [Row("bytes per synapse, all headers", "≤ 2.2", f"{size:.3f} of {stats.synapses:,}", size <= 2.2)]


def new_classes(bench: Bench) -> list[Row]:
    """Learn half of the classes, then all of them; the same samples mixed from the start beside it."""
    images, labels, tests, answers = bench.data
    half = len(labels) // 2
    old = np.flatnonzero(labels < 5)[:half]
    late = np.arange(half, min(half + 5000, len(labels)))
    known = answers < 5
    lost, beside = [], []
    for seed in bench.each("new classes"):
        network = Network(bench.line(), seed=seed)
        network.learn_many(images[old], labels[old])
        before = _share(network, tests[known], answers[known])
        network.learn_many(images[late], labels[late])
        after = _share(network, tests[known], answers[known])
        mixed = Network(bench.line(), seed=seed)
        mixed.learn_many(images[: len(old)], labels[: len(old)])
        mixed.learn_many(images[late], labels[late])
        lost.append(before - after)
        beside.append(_share(mixed, tests[known], answers[known]) - after)
    mean, cost = float(np.mean(lost)), float(np.mean(beside))
    name = "five more classes half-way, 5,000 samples later, old ones"
    return [
        Row(f"{name} beside ten classes from the start", "≤ 0.5 points behind", f"{cost:+.2f} points", cost <= 0.5),
        Row(f"{name} beside before, when there were five answers", "≤ 0.5 points lost", f"{mean:+.2f}", mean <= 0.5),
    ]


def _share(network: Network, images: np.ndarray, labels: np.ndarray) -> float:
    return float((network.predict_many(images).argmax(axis=1) == labels).mean() * 100)


def lattices(bench: Bench) -> list[Row]:
    """Learn digits on a chain and on a 3-D lattice with skips, beside one hexagon of as many synapses."""
    pixels, classes = f"1,1,1 input {bench.inputs}", "output 10 class"
    chain = template(pixels, "2,1,1 internal 256", "3,1,1 internal 128", f"4,1,1 {classes}")
    solid = template(
        *(pixels, "2,1,1 internal 128", "2,2,2 internal 128", "3,2,2 internal 128", f"3,1,1 {classes}"),
        settings="{max_connection_distance: 2}",
    )
    rows = []
    for name, plan in (("chain of four hexagons", chain), ("3-D lattice with skips", solid)):
        found, widths = [], []
        for seed in bench.each(name):
            network = bench.train(plan, seed)
            width = max(128, round(network.stats().synapses / (bench.inputs * 0.915 + 10) / 128) * 128)
            beside = bench.accuracy(bench.train(bench.line(width), seed))
            found.append(beside - bench.accuracy(network))
            widths.append(width)
        mean = float(np.mean(found))
        measured = f"{mean:+.2f} points behind (at most {max(found):+.2f}), beside {max(widths)} neurons"
        rows.append(Row(name, "within 1 point", measured, mean <= 1))
    return rows
