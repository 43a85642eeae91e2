"""Draws the pictures of docs/explanation/engine.md from networks that really grow: `make pictures`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hanami_engine import Network, Template
from matplotlib import rc_context
from matplotlib.figure import Figure

from hanami_examples.report import STYLE

FOLDER = Path(__file__).parents[3] / "docs" / "explanation" / "pictures"
PINK, BLUE, GREY = "#d6457f", "#3f7fbf", "#9e9e9e"
LINE = """
version: 1
hexagons:
  - {{position: [1, 1, 1], type: input, size: {inputs}}}
  - {{position: [2, 1, 1], type: internal, size: {neurons}}}
  - {{position: [3, 1, 1], type: output, size: {outputs}, values: {values}}}
settings: {settings}
"""


def line(inputs: int, outputs: int, values: str, neurons: int = 128, settings: str = "{}") -> Network:
    """Make a network of three hexagons in a line."""
    text = LINE.format(inputs=inputs, outputs=outputs, values=values, neurons=neurons, settings=settings)
    return Network(Template.parse(text))


def borders(network: Network, source: int = 0) -> list[float]:
    """List the borders of the levels of a source, from zero up."""
    arrays = network._state.arrays  # noqa: SLF001  a look into the machine
    found, level = [0.0], int(arrays.sources["level"][source])
    while level:
        found.append(float(arrays.levels["high"][level]))
        level = int(arrays.levels["next"][level])
    return found


def draw_levels(figure: Figure) -> None:
    """Show how far a value drives the sections of each level."""
    axes = figure.subplots()
    values = np.linspace(0, 300, 301)
    for low, high, colour in ((0, 60, PINK), (60, 130, BLUE), (130, 250, GREY)):
        force = np.clip((values - low) / (high - low), 0, 1)
        axes.plot(values, force, color=colour, label=f"level {low} to {high}")
        axes.axvline(high, color=colour, lw=0.5, ls=":")
    axes.set(xlabel="value of the source", ylabel="force on its sections")
    axes.legend(frameon=False)


def draw_curve(figure: Figure) -> None:
    """Show one input that learns a curve: levels are split where the error is."""
    draw = np.random.default_rng(0)
    network = line(1, 1, "real")
    grid = np.linspace(0, 100, 201, dtype=np.float32)[:, None]
    panels: Any = figure.subplots(1, 4, sharey=True)
    learned = 0
    for axes, until in zip(panels, (300, 1500, 6000, 30_000), strict=True):
        x = draw.uniform(0, 100, (until - learned, 1)).astype(np.float32)
        network.learn_many(x, curve(x))
        learned = until
        axes.plot(grid, curve(grid), color=GREY, lw=3, alpha=0.5)
        axes.plot(grid, network.predict_many(grid), color=PINK)
        for border in borders(network)[1:]:
            axes.axvline(border, color=BLUE, lw=0.5)
        axes.set_title(f"{until:,} samples\n{network.stats().levels} levels", fontsize=9)
        axes.set_xlabel("value")


def curve(x: Any) -> Any:  # noqa: ANN401  arrays of any shape
    """Give what the input of `draw_curve` means."""
    return np.sin(x / 9) * np.exp(-x / 60) + 0.3 * (x > 50)


def draw_growth(figure: Figure) -> None:
    """Show what a stream makes a network grow, and what reduction takes away again."""
    draw = np.random.default_rng(1)
    upper, lower = figure.subplots(2, 1, sharex=True)
    for settings, colour, name in (("{}", GREY, "without reduction"), ("{enable_reduction: true}", PINK, "with")):
        network = line(40, 4, "class", 256, settings)
        draw, sections, novelty = np.random.default_rng(1), [], []
        for step in range(300):
            awake = 10 if step < 100 else 30 if step < 200 else 20
            x = draw.gamma(2, 10, (100, 40)).astype(np.float32)
            x[:, awake:] = 0
            report = network.learn_many(x, (x[:, 0] > x[:, 1]) * 2 + (x[:, 2] > x[:, 3]))
            sections.append(network.stats().sections)
            novelty.append(float(report.novelty.mean()))
        upper.plot(np.arange(300) * 100, sections, color=colour, label=name)
    lower.plot(np.arange(300) * 100, np.maximum(novelty, 1e-4), color=BLUE)
    upper.set(ylabel="sections")
    lower.set(ylabel="mean novelty", xlabel="samples: 10 inputs, from 10,000 on 30, from 20,000 on 20", yscale="log")
    upper.legend(frameon=False)


def draw_spiking(figure: Figure) -> None:
    """Show the potential of a neuron under a constant input: cool-down 1.5, refractory time 3."""
    network = line(1, 2, "class", 128, "{neuron_cooldown: 1.5, refractory_time: 3, dead_zone: 1}")
    potentials = []
    network.learn([100], 0)
    network.rest()
    for _ in range(24):
        network.predict([100])
        potentials.append(network._state.arrays.echoes[0].max() / 2048)  # noqa: SLF001  a look into the machine
    axes = figure.subplots()
    axes.step(range(len(potentials)), potentials, where="post", color=PINK)
    axes.set(xlabel="step", ylabel="potential", ylim=(0, None))


def draw_novelty(figure: Figure) -> None:
    """Show the novelty of a stream: a first time, a range left, a broken reading, a new sensor."""
    draw = np.random.default_rng(2)
    network = line(3, 1, "real")
    steps = np.arange(3000)
    x = np.stack([50 + 20 * np.sin(steps / 30), draw.gamma(2, 300, 3000), np.zeros(3000)], axis=1).astype(np.float32)
    x[1500:1520, 0] += 80
    x[2000, 1] *= 1e6
    x[2500:, 2] = draw.uniform(1, 2, 500)
    novelty = network.learn_many(x, x[:, 0]).novelty
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.semilogy(steps, np.maximum(x, 0.5), lw=0.7)
    lower.vlines(steps, 0, novelty, color=PINK, lw=1)
    upper.set(ylabel="raw inputs")
    lower.set(ylabel="novelty", xlabel="sample", yscale="symlog")


PICTURES: dict[str, tuple[Callable[[Figure], None], tuple[float, float]]] = {
    "levels": (draw_levels, (5, 2.6)),
    "curve": (draw_curve, (8, 2.4)),
    "growth": (draw_growth, (7, 3.6)),
    "spiking": (draw_spiking, (5, 2.4)),
    "novelty": (draw_novelty, (7, 3.4)),
}


def draw_all(folder: Path) -> None:
    """Write every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with rc_context(STYLE):  # type: ignore[arg-type]  # matplotlib types the keys as literals
        for name, (draw, size) in PICTURES.items():
            figure = Figure(figsize=size, layout="constrained")
            draw(figure)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    draw_all(FOLDER)
