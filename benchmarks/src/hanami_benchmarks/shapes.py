"""Templates and trained networks that several figures share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from hanami_engine import Network, Template
from hanami_examples import digits
from rich.progress import track

Array = npt.NDArray[Any]
Images = npt.NDArray[np.number]
CHANNELS = 400  # of a growing stream


@dataclass(frozen=True)
class Row:
    """One figure: what was asked for, what was measured, and whether it holds (None: nothing was asked)."""

    name: str
    target: str
    measured: str
    holds: bool | None


def template(*hexagons: str, settings: str = "{}") -> Template:
    """Make a template from hexagons, each ``x,y,z type size [values]``."""
    lines = []
    for hexagon in hexagons:
        position, kind, size, *values = hexagon.split()
        meaning = f", values: {values[0]}" if values else ""
        lines.append(f"  - {{position: [{position}], type: {kind}, size: {size}{meaning}}}")
    return Template.parse("\n".join(["version: 1", "hexagons:", *lines, f"settings: {settings}"]))


@dataclass
class Bench:
    """The digits, what a plain network of 512 neurons makes of them with each seed, and what figures tell besides."""

    data: digits.Arrays
    seeds: int
    notes: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    plain_runs: dict[tuple[int, int], tuple[float, int]] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> int:
        """Pixels of an image."""
        return int(self.data.train_images.shape[1])

    def line(self, hidden: int = 512, settings: str = "{}", values: str = "real") -> Template:
        """Give the template of one internal hexagon between pixels and classes."""
        ends = f"1,1,1 input {self.inputs} {values}", "3,1,1 output 10 class"
        return template(ends[0], f"2,1,1 internal {hidden}", ends[1], settings=settings)

    def train(self, plan: Template, seed: int, images: Images | None = None) -> Network:
        """Let a network learn all training images once."""
        network = Network(plan, seed=seed)
        network.announce(len(self.data.train_labels))
        network.learn_many(self.data.train_images if images is None else images, self.data.train_labels)
        return network

    def accuracy(self, network: Network, images: Images | None = None) -> float:
        """Percentage of the test images that are read rightly."""
        answers = network.predict_many(self.data.test_images if images is None else images)
        return float((answers.argmax(axis=1) == self.data.test_labels).mean() * 100)

    def plain(self, seed: int, hidden: int = 512) -> float:
        """Accuracy of the plain network with this seed."""
        return self._plain_run(seed, hidden)[0]

    def synapses(self, seed: int, hidden: int = 512) -> int:
        """Count the synapses of the plain network with this seed."""
        return self._plain_run(seed, hidden)[1]

    def _plain_run(self, seed: int, hidden: int) -> tuple[float, int]:
        if (seed, hidden) not in self.plain_runs:
            network = self.train(self.line(hidden), seed)
            self.plain_runs[seed, hidden] = self.accuracy(network), network.stats().synapses
        return self.plain_runs[seed, hidden]

    def each(self, name: str) -> Iterable[int]:
        """Go through the seeds with a progress bar."""
        return self.each_of(self.seeds, name)

    def each_of(self, count: int, name: str) -> Iterable[int]:
        """Count with a progress bar."""
        return track(range(count), description=name, transient=True)


def spread(values: Sequence[float], worst: float, unit: str = "", places: int = 2) -> str:
    """Give mean and worst of some figures."""
    return f"{np.mean(values):.{places}f}{unit} ({worst:.{places}f})"


def growing_stream(draw: np.random.Generator, count: int = 20_000) -> tuple[Array, Array]:
    """Give sensors that come one by one, each with a range of its own that doubles again and again, and their sum."""
    steps = np.arange(count)[:, None]
    births = np.linspace(0, count * 3 // 4, CHANNELS).astype(int)
    units = 10 ** draw.uniform(-3, 6, CHANNELS)
    signals = draw.random((count, CHANNELS)).astype(np.float32)
    x = np.where(steps >= births, signals * units * 2 ** ((steps - births) / 4000), 0)
    return x.astype(np.float32), np.sin(signals[:, :8].sum(axis=1))[:, None]
