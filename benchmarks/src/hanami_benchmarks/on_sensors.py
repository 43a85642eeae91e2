"""Figure on novelty: anomalies in a stream of raw sensors, beside z-scores at the same false-alarm rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from hanami_engine import Network

from hanami_benchmarks.shapes import Array, Bench, Row, template

WARM, STREAM = 2000, 20_000
BROKEN, ANOMALIES = 20, 120
RATES = (0.002, 0.005, 0.01)  # of false alarms; the middle one decides
WINDOW = 500
CLIP, FREELY = 10.0, 1e30  # deviations; what is farther off enters the history as this
PERIODIC, HEAVY, EVENT, DRIFT = range(4)
UNITS = (
    *((PERIODIC, 1e-3), (PERIODIC, 1.0), (PERIODIC, 1e4)),
    *((HEAVY, 1e-2), (HEAVY, 1.0), (HEAVY, 1e3)),
    *((EVENT, 1.0), (EVENT, 50.0), (EVENT, 1.0)),
    *((DRIFT, 0.1), (DRIFT, 10.0), (DRIFT, 1e5)),
)
PERIODS, EVENTS = (97, 410, 1440), (0.02, 0.003, 0.0)  # the last event never comes


class Stream(NamedTuple):
    """Raw samples; which of them are anomalous, which hold a broken reading, and where a channel fell silent."""

    samples: Array
    anomalous: Array
    broken: Array
    silent: Array


def sensors(draw: np.random.Generator) -> Stream:
    """Give a machine of twelve raw channels: periodic, heavy-tailed, silent but for events, drifting; three of each.

    A few readings are broken, 10⁶ times too large, all along; they are neither anomalies nor false alarms.  In an
    anomalous sample one channel, of any kind, is 1.5 to 4 times what it ever was, or has the other sign.  Where a
    channel falls silent it reads zero for one sample.
    """
    x = _channels(draw)
    places = draw.permutation(np.arange(WARM, STREAM))[: BROKEN + 2 * ANOMALIES]
    broken = np.concatenate([draw.choice(WARM, BROKEN // 4, replace=False), places[: BROKEN * 3 // 4]])
    odd, silent = places[BROKEN : BROKEN + ANOMALIES], places[BROKEN + ANOMALIES :]
    marks = np.zeros((3, STREAM), bool)
    for mark, rows in zip(marks, (odd, broken, silent), strict=True):
        mark[rows] = True
    tops = np.maximum.accumulate(x, axis=0)
    tops[tops == 0] = 1  # of a channel that never spoke
    for row in odd:
        k = draw.integers(len(UNITS))
        x[row, k] = tops[row, k] * (draw.uniform(1.5, 4) if draw.random() < 0.5 else -draw.uniform(0.2, 1))
    for row in silent:
        x[row, draw.choice([k for k, (kind, _) in enumerate(UNITS) if kind != EVENT])] = 0
    for row in broken:
        k = draw.integers(len(UNITS))
        x[row, k] = tops[-1, k] * 1e6
    return Stream(x.astype(np.float32), *marks)


def _channels(draw: np.random.Generator) -> Array:
    steps, x = np.arange(STREAM), np.zeros((STREAM, len(UNITS)))
    for k, (kind, unit) in enumerate(UNITS):
        noise = draw.normal(size=STREAM)
        if kind == PERIODIC:
            turns = steps / PERIODS[k % 3] + draw.random()
            x[:, k] = draw.uniform(2, 5) + np.sin(2 * np.pi * turns) + 0.05 * noise
        elif kind == HEAVY:
            x[:, k] = np.exp(0.6 * noise)
        elif kind == EVENT:
            x[:, k] = np.where(draw.random(STREAM) < EVENTS[k % 3], draw.uniform(0.5, 1, STREAM), 0)
        else:
            walk = np.cumsum(noise)
            x[:, k] = 3 + walk / np.abs(walk).max() + 0.02 * draw.normal(size=STREAM)
        x[:, k] *= unit
    return x


def novelty(bench: Bench) -> list[Row]:
    """Find injected anomalies by novelty and by z-scores, at the same rates of false alarms."""
    detectors: dict[str, Callable[[Array], Array]] = {
        "z-score": lambda x: running_z(x, FREELY),
        f"z-score that clips its history at {CLIP:.0f} deviations": lambda x: running_z(x, CLIP),
        f"z-score of the last {WINDOW}": windowed_z,
    }
    found: dict[str, list[list[float]]] = {name: [] for name in ("novelty", *detectors)}
    for seed in bench.each("novelty"):
        stream = sensors(np.random.default_rng(seed))
        plan = template(f"1,1,1 input {len(UNITS)}", "2,1,1 internal 128", "3,1,1 output 1 real")
        network = Network(plan, seed=seed)
        found["novelty"].append(_hits(network.learn_many(stream.samples, stream.samples[:, :1]).novelty, stream))
        for name, detector in detectors.items():
            found[name].append(_hits(detector(stream.samples), stream))
    means = {name: np.mean(runs, axis=0) for name, runs in found.items()}
    target = "more than a z-score"
    rates = " / ".join(f"{100 * rate:g}" for rate in RATES)
    holds = bool(means["novelty"][1] > means["z-score"][1])
    bench.notes.append(
        f"novelty: anomalies on any of {len(UNITS)} raw channels; broken readings count neither way.  A channel that "
        f"falls to zero is nothing new: novelty finds {means['novelty'][-1]:.0f} % of those, "
        f"the z-score that clips {means[list(found)[2]][-1]:.0f} %."
    )
    rows = [Row(f"anomalies found by novelty at {rates} % false alarms", target, _percent(means["novelty"]), holds)]
    return rows + [Row(f"… by a {name}", "", _percent(means[name]), None) for name in detectors]


def _percent(shares: Array) -> str:
    return " / ".join(f"{share:.0f}" for share in shares[: len(RATES)]) + " %"


def _hits(score: Array, stream: Stream) -> list[float]:
    """Percentage of anomalies above the thresholds that so many normal samples exceed; last, of silent channels."""
    normal = ~(stream.anomalous | stream.broken | stream.silent)
    normal[:WARM] = False
    thresholds = [np.quantile(score[normal], 1 - rate) for rate in RATES]
    found = [float((score[stream.anomalous] > threshold).mean() * 100) for threshold in thresholds]
    return [*found, float((score[stream.silent] > thresholds[1]).mean() * 100)]


def running_z(x: Array, clip: float) -> Array:
    """Score samples by the mean and deviation of all before, which a value enters clipped at so many deviations."""
    wide = x.astype(np.float64)
    mean, squares = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    differences, deviations = np.zeros_like(wide), np.zeros_like(wide)
    for i, row in enumerate(wide):
        deviation = np.sqrt(squares / max(i, 1))
        differences[i], deviations[i] = row - mean, deviation
        trusted = (deviation > 0) & (i >= WINDOW // 10)
        taken = np.where(trusted, np.clip(row, mean - clip * deviation, mean + clip * deviation), row)
        change = taken - mean
        mean = mean + change / (i + 1)
        squares = squares + change * (taken - mean)
    return _largest(differences, deviations)


def windowed_z(x: Array) -> Array:
    """Score samples by the mean and deviation of the last ones before."""
    wide = x.astype(np.float64)
    views = np.lib.stride_tricks.sliding_window_view(wide, WINDOW, axis=0)
    score = np.zeros(len(x))
    score[WINDOW:] = _largest(wide[WINDOW:] - views[:-1].mean(axis=2), views[:-1].std(axis=2))
    return score


def _largest(differences: Array, deviations: Array) -> Array:
    """Largest |z| of the channels; where nothing ever varied any difference is infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scores: Array = np.nan_to_num(np.abs(differences / deviations), nan=0.0, posinf=1e30)
    return np.asarray(scores.max(axis=1))
