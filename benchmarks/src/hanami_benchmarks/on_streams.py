"""Figures on streams: how long the slowest samples take, the byte budget, and anomalies by novelty."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hanami_engine import Network
from matplotlib.figure import Figure

from hanami_benchmarks.shapes import Bench, Row, template

HISTOGRAM = Path("bench-out") / "time-per-sample.png"
WARM, STREAM = 2000, 12_000
FALSE_ALARMS = 0.005
WINDOW = 500


def time_per_sample(bench: Bench) -> list[Row]:
    """Learn one sample per call from birth on, and look at the slowest thousandth."""
    images, labels = bench.data.train_images, bench.data.train_labels
    network = Network(bench.line(), seed=0)
    spent = np.empty(len(images))
    for i in bench.each_of(len(images), "time per sample"):
        began = time.perf_counter_ns()
        network.learn(images[i], labels[i])
        spent[i] = (time.perf_counter_ns() - began) / 1e3
    middle, slow = float(np.median(spent)), float(np.quantile(spent, 0.999))
    _draw_histogram(spent, middle, slow)
    measured = f"{slow / middle:.1f} times (median {middle:.0f} µs, p99.9 {slow:.0f} µs, longest {spent.max():.0f} µs)"
    return [
        Row(
            "p99.9 of the time per learned sample, from birth on",
            "≤ 20 times the median",
            measured,
            slow <= 20 * middle,
        )
    ]


def _draw_histogram(spent: Any, middle: float, slow: float) -> None:  # noqa: ANN401
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    axes.hist(spent, bins=list(np.geomspace(spent.min(), spent.max(), 80)), color="#d6457f")
    for value, name in ((middle, "median"), (slow, "p99.9"), (20 * middle, "20 medians")):
        axes.axvline(value, color="#3d2b3a", lw=0.8)
        axes.text(value, axes.get_ylim()[1], name, rotation=90, va="top", ha="right", fontsize=7)
    axes.set(xscale="log", yscale="log", xlabel="µs per learned sample", ylabel="samples")
    HISTOGRAM.parent.mkdir(exist_ok=True)
    figure.savefig(HISTOGRAM, dpi=120)


def budget(bench: Bench) -> list[Row]:
    """Learn digits within a tenth of the memory that they would take."""
    limit = bench.train(bench.line(), 0).stats().bytes // 10
    limit = max(limit, 1 << 16)
    network = bench.train(bench.line(settings=f"{{memory_limit: {limit}}}"), 0)
    used = int(network.stats().bytes)
    tables = 16 * bench.inputs + 4096  # of inputs, which do not grow
    accuracy = bench.accuracy(network)
    measured = f"{used:,} of {limit:,} bytes and {tables:,} of tables; {accuracy:.1f} % right"
    return [Row("a tenth of the memory", "never more than the limit", measured, used <= limit + tables)]


def novelty(bench: Bench) -> list[Row]:
    """Find injected anomalies in a stream of unscaled channels, beside z-scores at the same false-alarm rate."""
    detectors: dict[str, Callable[[Any], Any]] = {
        "z-score, running": _running_z,
        f"z-score, last {WINDOW}": _windowed_z,
    }
    found: dict[str, list[float]] = {name: [] for name in ("novelty", *detectors)}
    for seed in bench.each("novelty"):
        x, anomalous = sensors(np.random.default_rng(seed))
        network = Network(template(f"1,1,1 input {x.shape[1]}", "2,1,1 internal 128", "3,1,1 output 1 real"), seed=seed)
        found["novelty"].append(_hits(network.learn_many(x, x[:, :1]).novelty, anomalous))
        for name, detector in detectors.items():
            found[name].append(_hits(detector(x), anomalous))
    ours, theirs = float(np.mean(found["novelty"])), float(np.mean(found["z-score, running"]))
    rows = [
        Row("anomalies found by novelty, 0.5 % false alarms", "more than a z-score", f"{ours:.0f} %", ours > theirs)
    ]
    return rows + [Row(f"… by {name}", "", f"{np.mean(found[name]):.0f} %", None) for name in detectors]


def sensors(draw: np.random.Generator) -> tuple[Any, Any]:
    """Give a machine with eight raw channels of four kinds, and which samples are anomalous.

    Two are periodic, two heavy-tailed, two speak at events only, two drift; a few readings are broken, 10⁶ times too
    large, which is not what is looked for.  An anomaly is a channel that leaves its range by 30 to 100 %, or an event
    on a channel that was silent so far.
    """
    steps = np.arange(STREAM)
    x = np.zeros((STREAM, 8))
    for k, period in enumerate((97, 410)):
        x[:, k] = 10.0 ** (3 * k) * (3 + np.sin(2 * np.pi * steps / period) + 0.02 * draw.normal(size=STREAM))
    x[:, 2:4] = draw.lognormal(0, 0.8, (STREAM, 2)) * [0.01, 100]
    x[:, 4] = np.where(draw.random(STREAM) < 0.02, draw.uniform(0.5, 1, STREAM), 0)
    for k, slope in ((6, 0.3), (7, -0.3)):
        x[:, k] = 50 * (1 + slope * steps / STREAM) + draw.normal(size=STREAM)
    broken = draw.choice(WARM, 3, replace=False)
    x[broken, draw.integers(0, 4, 3)] *= 1e6
    anomalous = np.zeros(STREAM, bool)
    places = draw.choice(np.arange(WARM, STREAM), 60, replace=False)
    for place in places:
        channel = draw.choice((0, 1, 4, 5))
        top = {0: 4.0, 1: 4000.0, 4: 1.0, 5: 1.0}[int(channel)]
        x[place, channel] = top * draw.uniform(1.3, 2)
        anomalous[place] = True
    return x.astype(np.float32), anomalous


def _hits(score: Any, anomalous: Any) -> float:  # noqa: ANN401
    """Percentage of anomalies above the threshold that so many normal samples exceed."""
    normal = score[WARM:][~anomalous[WARM:]]
    threshold = np.quantile(normal, 1 - FALSE_ALARMS)
    return float((score[anomalous] > threshold).mean() * 100)


def _running_z(x: Any) -> Any:  # noqa: ANN401
    count = np.arange(len(x))[:, None]
    wide = x.astype(np.float64)
    before, squares = np.cumsum(wide, axis=0) - wide, np.cumsum(wide**2, axis=0) - wide**2
    mean = before / np.maximum(count, 1)
    deviation = np.sqrt(np.maximum(squares / np.maximum(count, 1) - mean**2, 0))
    return _largest(wide - mean, deviation)


def _windowed_z(x: Any) -> Any:  # noqa: ANN401
    wide = x.astype(np.float64)
    views = np.lib.stride_tricks.sliding_window_view(wide, WINDOW, axis=0)
    score = np.zeros(len(x))
    score[WINDOW:] = _largest(wide[WINDOW:] - views[:-1].mean(axis=2), views[:-1].std(axis=2))
    return score


def _largest(difference: Any, deviation: Any) -> Any:  # noqa: ANN401
    """Largest |z| of the channels; where nothing ever varied any difference is infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.abs(difference / deviation), nan=0.0, posinf=1e30).max(axis=1)
