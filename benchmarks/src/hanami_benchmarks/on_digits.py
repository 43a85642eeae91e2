"""Figures on real digits: black and white pixels, units of their own, broken readings, other lattices."""

from __future__ import annotations

import numpy as np

from hanami_benchmarks.shapes import Bench, Row, spread, template

THRESHOLD = 127
BROKEN = 1e6


def binary(bench: Bench) -> list[Row]:
    """Learn digits whose pixels are only black and white, as numbers and as binary inputs."""
    top = int(bench.data.train_images.max())
    train, test = (
        (images > top * THRESHOLD // 255).astype(np.uint8)
        for images in (bench.data.train_images, bench.data.test_images)
    )
    rows = []
    for values in ("real", "binary"):
        plan = bench.line(values=values)
        seeds = bench.each(f"black and white, {values}")
        found = [bench.accuracy(bench.train(plan, seed, train), test) for seed in seeds]
        name = f"black and white digits, 512 neurons, `values: {values}`"
        rows.append(Row(name, "≥ 97.5 %", spread(found, min(found), " %"), bool(np.mean(found) >= 97.5)))
    return rows


def scale(bench: Bench) -> list[Row]:
    """Multiply every input by a factor of its own, and all by the same."""
    cases = {"of its own, 10⁻³ to 10⁶": (-3, 6), "of 10⁻³": (-3, -3), "of 10⁶": (6, 6)}
    rows = []
    for name, (low, high) in cases.items():
        found = []
        for seed in bench.each(f"unit {name}"):
            factors = 10 ** np.random.default_rng(seed).uniform(low, high, bench.inputs)
            train = (bench.data.train_images * factors).astype(np.float32)
            test = (bench.data.test_images * factors).astype(np.float32)
            found.append(bench.accuracy(bench.train(bench.line(), seed, train), test) - bench.plain(seed))
        mean = float(np.mean(found))
        measured = f"{mean:+.2f} points ({min(found):+.2f} to {max(found):+.2f})"
        rows.append(Row(f"every input in a unit {name}", "within 0.3 points", measured, abs(mean) <= 0.3))
    return rows


def outlier(bench: Bench) -> list[Row]:
    """Break one reading of the brightest pixel: a million times too large, before, during or after training."""
    rows = []
    brightest = int(bench.data.train_images.sum(axis=0, dtype=np.int64).argmax())
    count = len(bench.data.train_labels)
    for name, place in (("first", 0), ("middle", count // 2), ("last", count - 1)):
        found = []
        for seed in bench.each(f"outlier {name}"):
            images = bench.data.train_images.astype(np.float32)
            images[place, brightest] = images.max() * BROKEN
            found.append(bench.plain(seed) - bench.accuracy(bench.train(bench.line(), seed, images)))
        mean = float(np.mean(found))
        measured = f"{mean:+.2f} points lost (at most {max(found):+.2f})"
        title = f"one reading of the brightest pixel, 10⁶ times too large, in the {name} sample"
        rows.append(Row(title, "< 0.1 points lost", measured, mean < 0.1))
    return rows


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
            width = round(512 * network.stats().synapses / bench.synapses(seed))
            found.append(bench.plain(seed, width) - bench.accuracy(network))
            widths.append(width)
        mean = float(np.mean(found))
        measured = f"{mean:+.2f} points behind (at most {max(found):+.2f}), beside {np.mean(widths):.0f} neurons"
        rows.append(Row(f"{name}, beside one of as many synapses", "within 1 point", measured, mean <= 1))
    return rows
