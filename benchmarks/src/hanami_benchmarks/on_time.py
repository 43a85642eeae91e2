"""Figure on time: how long the slowest samples of a growing network take."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from hanami_engine import Network, Template
from matplotlib.figure import Figure

from hanami_benchmarks.shapes import Array, Bench, Row, growing_stream, template

HISTOGRAM = Path("bench-out") / "time-per-sample.png"
PASSES = 3
BAR = 50  # characters of the longest bar


def time_per_sample(bench: Bench) -> list[Row]:
    """Learn one sample per call from birth on, and look at the slowest thousandth.

    Networks of the same seed do the same work for the same sample, so that the stream is learned three times, and of
    each sample the fastest time counts: what the system did meanwhile with other programs is not the engine's.
    """
    x, y = growing_stream(np.random.default_rng(0))
    sensors = template(f"1,1,1 input {x.shape[1]}", "2,1,1 internal 512", "3,1,1 output 1 real")
    streams = {
        "digits": (bench.line(), bench.data.train_images, bench.data.train_labels),
        f"{x.shape[1]} sensors that come one by one": (sensors, x, y),
    }
    rows, found, alone = [], {}, []
    for name, (plan, samples, targets) in streams.items():
        spent = np.array([_times(plan, samples, targets) for _ in bench.each_of(PASSES, f"time, {name}")])
        found[name] = best = spent.min(axis=0)
        middle, slow = float(np.median(best)), float(np.quantile(best, 0.999))
        alone.append(f"{np.median(np.quantile(spent, 0.999, axis=1) / np.median(spent, axis=1)):.1f}")
        measured = f"{slow / middle:.1f} times (median {middle:.0f} µs, p99.9 {slow:.0f} µs, most {best.max():.0f} µs)"
        title = f"p99.9 of the time per learned sample, from birth on, {name}"
        rows.append(Row(title, "≤ 20 times the median", measured, slow <= 20 * middle))
        bench.pictures.append(f"{name}, µs per learned sample\n{text_histogram(best)}")
    _draw_histograms(found)
    bench.notes.append(
        f"time: a stream is learned {PASSES} times with the same seed, of each sample the fastest time counts; "
        f"a single time, with all that the system did meanwhile, {' and '.join(alone)} times the median."
    )
    return rows


def _times(plan: Template, samples: Array, targets: Array) -> Array:
    network, spent = Network(plan, seed=0), np.empty(len(samples))
    for i in range(len(samples)):
        began = time.perf_counter_ns()
        network.learn(samples[i], targets[i])
        spent[i] = (time.perf_counter_ns() - began) / 1e3
    return spent


def text_histogram(spent: Array) -> str:
    """Draw a histogram of some times as text: every bin twice as wide, bars by the logarithm of their count."""
    edges = 2.0 ** np.arange(np.floor(np.log2(spent.min())), np.floor(np.log2(spent.max())) + 2)
    counts, _ = np.histogram(spent, edges)
    lengths = np.log1p(counts) / np.log1p(counts.max()) * BAR
    lines = [
        f"{low:7.0f} to {high:6.0f} {count:7,} {'█' * round(length)}".rstrip()
        for low, high, count, length in zip(edges[:-1], edges[1:], counts, lengths, strict=True)
    ]
    return "\n".join(lines)


def _draw_histograms(found: Mapping[str, Array]) -> None:
    figure = Figure(figsize=(7, 3 * len(found)), layout="constrained")
    for axes, (name, spent) in zip(figure.subplots(len(found), squeeze=False).flat, found.items(), strict=True):
        middle = float(np.median(spent))
        axes.hist(spent, bins=list(np.geomspace(spent.min(), spent.max(), 80)), color="#d6457f")
        marks = {"median": middle, "p99.9": float(np.quantile(spent, 0.999)), "20 medians": 20 * middle}
        for mark, value in marks.items():
            axes.axvline(value, color="#3d2b3a", lw=0.8)
            axes.text(value, axes.get_ylim()[1], mark, rotation=90, va="top", ha="right", fontsize=7)
        axes.set(xscale="log", yscale="log", title=name, xlabel="µs per learned sample", ylabel="samples")
    HISTOGRAM.parent.mkdir(exist_ok=True)
    figure.savefig(HISTOGRAM, dpi=120)
