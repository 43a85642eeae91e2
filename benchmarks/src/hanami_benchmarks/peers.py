"""The engine beside its peers: one pass over real digits, one sample at a time, one core, all in one run."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from hanami_engine import Network, Template, warm_up
from hanami_examples import digits
from hanami_examples.readme import machine
from rich.progress import track

from hanami_benchmarks import float_mlp
from hanami_benchmarks.report import Result

HIDDEN = 256
FLOAT_RATES = (0.01, 0.02, 0.05)  # the peer is shown at the most accurate of these
TEMPLATE = """
version: 1
hexagons:
  - {{position: [1, 1, 1], type: input, size: {inputs}}}
  - {{position: [2, 1, 1], type: internal, size: {hidden}}}
  - {{position: [3, 1, 1], type: output, size: 10, values: class}}
"""


@dataclass(frozen=True)
class Run:
    """One pass: accuracy in percent, seconds, and requests per second where they were measured."""

    accuracy: float
    seconds: float
    requests: float = 0.0


def run_engine(data: digits.Arrays, seed: int) -> Run:
    """Let the engine learn raw pixels once."""
    images, labels, test_images, test_labels = data
    network = Network(Template.parse(TEMPLATE.format(inputs=images.shape[1], hidden=HIDDEN)), seed=seed)
    network.announce(len(images))
    began = time.perf_counter()
    network.learn_many(images, labels)
    learned = time.perf_counter()
    answers = network.predict_many(test_images)
    asked = time.perf_counter() - learned
    return Run(_percent(answers.argmax(axis=1), test_labels), learned - began, len(test_images) / asked)


def run_float(data: digits.Arrays, seed: int, rate: float) -> Run:
    """Let the float32 MLP learn scaled pixels once."""
    images, labels, test_images, test_labels = data
    scale = np.float32(1 / max(1, int(images.max())))
    samples, tests = images * scale, test_images * scale
    targets = labels.astype(np.int64)
    first, second = float_mlp.new(images.shape[1], HIDDEN, 10, seed)
    float_mlp.learn(samples[:1], targets[:1], first.copy(), second.copy(), rate)  # compiles
    began = time.perf_counter()
    float_mlp.learn(samples, targets, first, second, rate)
    seconds = time.perf_counter() - began
    return Run(_percent(float_mlp.predict(tests, first, second), test_labels), seconds)


def run_sklearn(data: digits.Arrays, seed: int, samples: int) -> Run:
    """Feed scikit-learn's MLPClassifier scaled pixels, one sample per ``partial_fit``."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415  a second of imports
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    images, labels, test_images, test_labels = data
    scale = 1 / max(1, int(images.max()))
    # of sgd with and without momentum, three rates, and adam, this was the most accurate after 3,000 samples
    settings = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.01, "batch_size": 1}
    peer = MLPClassifier((HIDDEN,), random_state=seed, **settings)
    began = time.perf_counter()
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        for i in track(range(samples), description="scikit-learn", transient=True):
            peer.partial_fit(images[i : i + 1] * scale, labels[i : i + 1], classes=range(10))
    seconds = (time.perf_counter() - began) * len(images) / samples
    return Run(_percent(peer.predict(test_images * scale), test_labels), seconds)


def _percent(answers: Any, labels: Any) -> float:  # noqa: ANN401  arrays of any integer type
    return float((answers == labels).mean() * 100)


def _repeat(description: str, run: Callable[[int], Run], seeds: int) -> list[Run]:
    return [run(seed) for seed in track(range(seeds), description=description, transient=True)]


def _row(name: str, runs: Sequence[Run], reference: float, requests: str = "") -> list[str]:
    accuracies, seconds = [run.accuracy for run in runs], median(run.seconds for run in runs)
    return [
        name,
        f"{mean(accuracies):.2f} ({min(accuracies):.2f})",
        f"{seconds:.3f}" if seconds < 10 else f"{seconds:.0f}",
        f"{seconds / reference:.2f}" if seconds / reference < 10 else f"{seconds / reference:.0f}",
        requests,
    ]


def measure(seeds: int, subset: int) -> Result:
    """Run everybody and lay out the table."""
    with tempfile.TemporaryDirectory() as folder:
        found = digits.find(Path(folder))
        data = digits.load(found)
    subset = min(subset, len(data.train_images))
    warm_up()
    ours: list[Run] = []
    peers: dict[float, list[Run]] = {rate: [] for rate in FLOAT_RATES}
    for seed in track(range(seeds), description="engine and float32 MLP", transient=True):
        ours.append(run_engine(data, seed))  # in turn, so that the machine's moods meet all alike
        for rate in FLOAT_RATES:
            peers[rate].append(run_float(data, seed, rate))
    rate, best = max(peers.items(), key=lambda item: mean(run.accuracy for run in item[1]))
    part = digits.Arrays(data.train_images[:subset], data.train_labels[:subset], *data[2:])
    ours_on_part = _repeat("engine on the subset", lambda seed: run_engine(part, seed), seeds)
    sklearn = run_sklearn(data, 0, subset)
    reference = median(run.seconds for run in ours)
    requests = f"{median(run.requests for run in ours):,.0f}"
    whole = f"all {len(data.train_images):,}"
    rows = [
        _row(f"Hanami engine, raw pixels, {whole}", ours, reference, requests),
        _row(f"float32 MLP in Numba, scaled pixels, {whole}", best, reference),
        _row(f"Hanami engine, first {subset:,}", ours_on_part, median(run.seconds for run in ours_on_part)),
        _row(f"scikit-learn MLPClassifier, scaled pixels, first {subset:,}", [sklearn], reference),
    ]
    return Result(
        "bench-engine",
        f"One pass over {found.name}, one sample at a time, one core, {HIDDEN} hidden neurons",
        ("", f"accuracy % mean (min) of {seeds} seeds", "s per pass, median", "time / engine's", "requests/s"),
        rows,
        [
            f"{machine()}; `make bench-engine`; {found.note}",
            f"float32 MLP: same width, skips zero inputs, falling rate; of the rates {FLOAT_RATES} the best: {rate}.",
            f"scikit-learn: one seed; accuracy after {subset:,} samples, seconds extrapolated to {whole}.",
        ],
    )
