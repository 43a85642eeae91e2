"""Figures on curves: 2 inputs and 32 outputs, the table test, and a match that needs memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from hanami_engine import Network, windows

from hanami_benchmarks.shapes import Bench, Row, template

SAMPLES = 60_000
KNOWN = ((0, 0.0), (80, 1.0), (30, 0.5), (10, 0.75))
UNKNOWN = ((5, 0.375), (20, 0.625), (55, 0.75), (100, 1.0))  # on the straight line between their known neighbours
EPOCHS = 400
DELAY = 3
TRIALS = 8000


def curves(bench: Bench) -> list[Row]:
    """Learn 32 functions of 2 inputs in one pass, each a sum of two random waves plus the product of two others.

    Waves have at most one period over the range of an input.  R² is the mean of all outputs, on 10,000 other samples.
    """
    found = []
    for seed in bench.each("curves"):
        x, y = _waves(np.random.default_rng(seed), SAMPLES + 10_000)
        network = Network(template("1,1,1 input 2", "2,1,1 internal 256", "3,1,1 output 32 real"), seed=seed)
        network.announce(SAMPLES)
        network.learn_many(x[:SAMPLES], y[:SAMPLES])
        rest = y[SAMPLES:]
        error = ((network.predict_many(x[SAMPLES:]) - rest) ** 2).sum(axis=0)
        found.append(float((1 - error / ((rest - rest.mean(axis=0)) ** 2).sum(axis=0)).mean()))
    measured = f"{np.mean(found):.4f} ({min(found):.4f})"
    return [Row("2 inputs → 32 outputs, R² after one pass of 60,000", "≥ 0.99", measured, bool(np.mean(found) >= 0.99))]


def _waves(draw: np.random.Generator, count: int) -> tuple[Any, Any]:
    x = draw.random((count, 2))
    slopes, phases = draw.uniform(-1, 1, (4, 2, 32)), draw.uniform(0, 1, (4, 32))
    waves = np.sin(2 * np.pi * (x @ slopes + phases[:, None, :]))
    y = waves[0] + waves[1] + waves[2] * waves[3]
    return (x * [100, 30_000]).astype(np.float32), y.astype(np.float32)


def table(bench: Bench) -> list[Row]:
    """Learn a table of one column through windows of 25 rows, and answer for values between the known ones."""
    steps = ((0, 0.0), (80, 1.0), (30, 0.5), (10, 0.75), (0, 0.0))
    given, wanted = (np.repeat([pair[k] for pair in steps], 100).astype(np.float32) for k in (0, 1))
    views = windows(given, wanted, time_length=25, forecast_length=5, lead=-4)
    x, y = (np.ascontiguousarray(view) for view in views)
    rows = []
    plans = (
        ("line 25 / 128 / 5", ("1,1,1 input 25", "2,1,1 internal 128", "3,1,1 output 5 real")),
        (
            "chain 25 / 128 / 128 / 5",
            ("1,1,1 input 25", "2,1,1 internal 128", "3,1,1 internal 128", "4,1,1 output 5 real"),
        ),
    )
    for name, hexagons in plans:
        known, unknown = [], []
        for seed in bench.each(f"table, {name}"):
            network = Network(template(*hexagons), seed=seed)
            network.announce(EPOCHS * len(x))
            for _ in range(EPOCHS):
                network.learn_many(x, y)
            known.append(_table_error(network, KNOWN))
            unknown.append(_table_error(network, UNKNOWN))
        for kind, errors, most in (("known", known, 0.01), ("unknown", unknown, 0.05)):
            mean = float(np.mean(errors))
            measured = f"{mean:.4f} ({max(errors):.4f})"
            rows.append(
                Row(f"table test, {kind} inputs, {name}, {EPOCHS} epochs", f"error ≤ {most}", measured, mean <= most)
            )
    return rows


def _table_error(network: Network, pairs: tuple[tuple[int, float], ...]) -> float:
    """Mean absolute error over windows of one constant value each."""
    x = np.repeat(np.array([[value] for value, _ in pairs], np.float32), 25, axis=1)
    wanted = np.array([[answer] for _, answer in pairs])
    return float(np.abs(network.predict_many(x) - wanted).mean())


def delayed_match(bench: Bench) -> list[Row]:
    """Show one of three cues, nothing for a while, then a probe: is it the same? One sample per step."""
    rows = []
    for name, settings, good in (("with spiking", "{neuron_cooldown: 1.5}", True), ("without", "{}", False)):
        plan = template("1,1,1 input 6", "2,1,1 internal 256", "3,1,1 output 2 class", settings=settings)
        found = [_match(Network(plan, seed=seed), seed) for seed in bench.each(f"delayed match {name}")]
        mean = float(np.mean(found))
        target, holds = ("≥ 90 %", mean >= 90) if good else ("chance", abs(mean - 50) <= 5)
        rows.append(Row(f"delayed match over {DELAY} steps, {name}", target, f"{mean:.1f} % ({min(found):.1f})", holds))
    return rows


def _match(network: Network, seed: int) -> float:
    draw = np.random.default_rng(seed)
    right = asked = 0
    for trial in range(TRIALS):
        cue, same = draw.integers(3), draw.integers(2)
        probe = cue if same else (cue + draw.integers(1, 3)) % 3
        x = np.zeros((DELAY + 1, 6), np.float32)
        x[0, cue] = x[DELAY, 3 + probe] = 1
        network.rest()
        if trial < TRIALS * 9 // 10:
            network.learn_many(x, [0] * DELAY + [int(same)])
        else:
            right += int(network.predict_many(x)[DELAY].argmax() == same)
            asked += 1
    return 100 * right / asked
