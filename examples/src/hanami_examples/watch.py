"""What there is to see of a stream: lines in a terminal while it runs, and a picture of all of it at the end."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from hanami_examples.machine import CHANNELS, FAULT_EVERY, Array, Reading

BARS = "▁▂▃▄▅▆▇█"
WIDTH = 60
ALARM = 0.5  # novelty from here on is an alarm: half a doubling beyond all that was seen
QUIET = 20  # readings after a fault or a broken sensor in which the window still has it
PARTS = ((0, "°C"), (5, "mm/s"))  # channels in the picture


class Watch:
    """Remembers a stream; shown as a table, drawn as a picture."""

    def __init__(self, lead: int) -> None:
        self._lead = lead
        self._readings: list[Reading] = []
        self._forecasts: list[Array] = []
        self._novelty: list[float] = []

    def add(self, reading: Reading, forecast: Array, novelty: float) -> None:
        """Take in a reading, the forecast made from it, and how new it was."""
        self._readings.append(reading)
        self._forecasts.append(forecast)
        self._novelty.append(novelty)

    def __rich__(self) -> Table:
        """Show the last readings of every channel beside what was forecast for them."""
        table = Table(title=f"reading {len(self._readings):,}", title_justify="left")
        for column in ("channel", f"the last {WIDTH} readings", "now", "forecast"):
            table.add_column(column, justify="right" if column in {"now", "forecast"} else "left")
        if len(self._readings) <= self._lead:
            return table
        values, forecast = self._values()[-WIDTH:], self._forecasts[-self._lead - 1]
        for index, name in enumerate(CHANNELS):
            now = values[-1, index]
            table.add_row(name, spark(values[:, index]), f"{now:,.4g}", f"{forecast[index]:,.4g}")
        novelty = np.array(self._novelty[-WIDTH:])
        alarm = "[bold red]new![/]" if novelty[-1] >= ALARM else ""
        table.add_row("[bold]novelty[/]", spark(np.log2(1 + novelty), 0.0, 4.0), f"{novelty[-1]:.1f}", alarm)
        return table

    def summary(self) -> Table:
        """Tell what the network was good for, after it had some time to learn."""
        values, forecast = self._values(), np.array(self._forecasts)
        truth, now = values[self._lead :], values[: -self._lead]
        quiet = self._quiet()[self._lead :] & self._quiet()[: -self._lead]
        quiet[:FAULT_EVERY] = False
        table = Table("", "", title="what became of it", show_header=False, title_justify="left")
        errors = np.nanmedian(np.abs(forecast[: -self._lead] - truth)[quiet], axis=0)
        naive = np.nanmedian(np.abs(now - truth)[quiet], axis=0)
        for name, error, other in zip(CHANNELS, errors, naive, strict=True):
            text = f"{error:,.3g} off in the median; “as it is now” would be {other:,.3g} off"
            table.add_row(f"forecast of {name}", text)
        found, faults = self._found()
        table.add_row("faults that were new to it", f"{found} of {faults}, nobody had told it of any")
        alarms = (np.array(self._novelty)[self._lead :] >= ALARM)[quiet]
        table.add_row("alarms while nothing was wrong", f"{alarms.sum()} in {alarms.size:,} readings")
        return table

    def draw(self, path: Path) -> None:
        """Draw two channels with their forecasts, and the novelty, with the faults behind them."""
        figure = Figure(figsize=(12, 8), layout="constrained")
        axes = figure.subplots(len(PARTS) + 1, 1, sharex=True)
        steps, values, forecast = np.arange(len(self._readings)), self._values(), np.array(self._forecasts)
        for axis, (index, unit) in zip(axes, PARTS, strict=False):
            axis.plot(steps, values[:, index], color="0.6", linewidth=0.8, label="reading")
            ahead = steps[self._lead :]
            axis.plot(
                ahead, forecast[: -self._lead, index], color="C3", linewidth=0.8, label=f"forecast, {self._lead} ahead"
            )
            low, high = np.nanpercentile(values[:, index], [0.5, 99.5])
            axis.set_ylim(low - (high - low) / 3, high + (high - low) / 3)
            axis.set_ylabel(f"{CHANNELS[index].split(',')[0]}, {unit}")
        axes[0].legend(loc="upper left")
        axes[-1].plot(steps, np.maximum(self._novelty, 1e-2), color="C0", linewidth=0.8)
        axes[-1].axhline(ALARM, color="C3", linestyle=":", linewidth=1)
        axes[-1].set_yscale("log")
        axes[-1].set_ylabel("novelty")
        axes[-1].set_xlabel("reading (shaded: faults; dots: broken sensors)")
        for axis in axes:
            for step, reading in enumerate(self._readings):
                if reading.fault:
                    axis.axvspan(step - 0.5, step + 0.5, color="C1", alpha=0.3, linewidth=0)
        broken = [step for step, reading in enumerate(self._readings) if reading.broken]
        axes[-1].plot(broken, np.full(len(broken), 1e-2), ".", color="0.3", markersize=3)
        figure.savefig(path, dpi=110)

    def _values(self) -> Array:
        """Give the readings [n, channels]; of broken sensors there is nothing to see."""
        values = np.array([reading.values for reading in self._readings])
        values[np.abs(values) > 50 * np.nanmedian(np.abs(values), axis=0)] = np.nan
        return values

    def _quiet(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Say at which readings nothing was wrong, nor had been a short while before."""
        wrong = np.array([reading.broken or reading.fault is not None for reading in self._readings])
        quiet: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.convolve(wrong, np.ones(QUIET))[: len(wrong)] == 0
        return quiet

    def _found(self) -> tuple[int, int]:
        """Count the faults that raised an alarm, and all of them."""
        found: list[bool] = []
        for step, reading in enumerate(self._readings):
            if reading.fault and (step == 0 or self._readings[step - 1].fault is None):
                found.append(False)
            if reading.fault and self._novelty[step] >= ALARM:
                found[-1] = True
        return sum(found), len(found)


def spark(values: Array, low: float | None = None, high: float | None = None) -> str:
    """Draw numbers as a line of bars; what is no number is a gap."""
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    low, high = float(known.min()) if low is None else low, float(known.max()) if high is None else high
    levels = np.clip((values - low) / max(high - low, 1e-12) * (len(BARS) - 1), 0, len(BARS) - 1)
    return "".join(BARS[int(level)] if np.isfinite(level) else " " for level in levels)
