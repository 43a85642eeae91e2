"""The demo's report: one HTML file that needs nothing beside it."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.ticker import EngFormatter, MaxNLocator

__all__ = ["Misread", "Report", "write"]

INK, PETAL, BARK = "#3d2b3a", "#d6457f", "#8a6f80"
PETALS = LinearSegmentedColormap.from_list("petals", ["#ffffff", "#fbd9e5", "#e77aa6", "#b32a6b", "#5a1840"])
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hanami",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": BARK,
    "axes.labelcolor": INK,
    "xtick.color": BARK,
    "ytick.color": BARK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class Misread:
    """A test image ``[rows, columns]`` uint8 that the network read wrongly."""

    image: npt.NDArray[np.uint8]
    truth: str
    read: str


@dataclass(frozen=True)
class Report:
    """What the report shows.

    Attributes
    ----------
    title, note
        Headline, and a sentence on the data.
    headlines
        The few figures set large: (value, what it is).
    figures
        The table: (what, value, what exactly it says).
    labels, confusion
        Class names, and how many images of each true class (rows) were read as which (columns).
    growth
        (samples learned, synapses) while training, in order.
    misread, misread_total
        The wrongly read images to show, and how many there were in all.
    template
        The text that the network was made from.
    """

    title: str
    note: str
    headlines: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str, str]]
    labels: Sequence[str]
    confusion: npt.NDArray[np.int64]
    growth: Sequence[tuple[int, int]]
    misread: Sequence[Misread]
    misread_total: int
    template: str


def write(report: Report, path: Path) -> None:
    """Write `report` as one self-contained HTML file; missing folders are made."""
    environment = Environment(
        loader=PackageLoader("hanami_examples"), autoescape=select_autoescape(["html"]), trim_blocks=True
    )
    with rc_context(STYLE):  # type: ignore[arg-type]  # matplotlib types the keys as literals
        html = environment.get_template("report.html").render(
            report=report,
            confusion=_svg(_confusion_figure(report.labels, report.confusion)),
            growth=_svg(_growth_figure(report.growth)),
            misread=[(_png(wrong.image), wrong.truth, wrong.read) for wrong in report.misread],
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")


def _confusion_figure(labels: Sequence[str], counts: npt.NDArray[np.int64]) -> Figure:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(5.6, 5.2), layout="constrained")
    axes = figure.add_subplot()
    # A power scale, or the rare errors beside the diagonal would all look white.
    axes.imshow(shares, cmap=PETALS, norm=PowerNorm(0.4, vmin=0, vmax=1))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.1 else INK
            axes.text(column, row, f"{count:,}", ha="center", va="center", color=colour, fontsize=9)
    axes.set(xlabel="read", ylabel="truth")
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _growth_figure(growth: Sequence[tuple[int, int]]) -> Figure:
    samples, synapses = np.asarray(growth, dtype=np.int64).reshape(-1, 2).T
    figure = Figure(figsize=(5.6, 5.2), layout="constrained")
    axes = figure.add_subplot()
    axes.fill_between(samples, synapses, color=PETAL, alpha=0.12, linewidth=0)
    axes.plot(samples, synapses, color=PETAL, linewidth=2.2)
    axes.set(xlabel="samples learned", ylabel="synapses", ylim=(0, None), xlim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(EngFormatter(sep=""))
    axes.grid(axis="y", color=BARK, alpha=0.2)
    return figure


def _svg(figure: Figure) -> Markup:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = buffer.getvalue()
    return Markup(drawing[drawing.index("<svg") :])  # noqa: S704 -- drawn by matplotlib, which escapes its text


def _png(image: npt.NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    imsave(buffer, image, cmap="gray_r", format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
