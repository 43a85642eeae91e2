"""A simulated machine: six raw channels in units of their own that drift, break, and now and then really go wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
CHANNELS = ("temperature, °C", "pressure, Pa", "current, A", "speed, 1/min", "flow, l/s", "vibration, mm/s")
BASES = np.array([60, 101_325, 0.8, 2950, 4.2, 1.1])
SWINGS = np.array([8, 900, 0.25, 40, 0.9, 0.3])
NOISE = np.array([0.15, 25, 0.004, 1.5, 0.03, 0.02])
DRIFTS = np.array([6, 400, 0.1, -25, -0.4, 0.2])  # over the whole run
PERIOD = 120.0  # readings of a cycle
BROKEN_SHARE = 0.01
FAULTS = ("backflow", "bearing", "overload")
FAULT_LENGTH, FAULT_EVERY = 12, 400


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine says at one moment.

    Attributes
    ----------
    values : float32 array [6]
        Raw; NaN where a sensor says nothing, and a million times too large where one is broken.
    fault : str or None
        What really is wrong with the machine; nobody tells the network.
    broken : bool
        Whether a sensor is.
    """

    values: Array
    fault: str | None
    broken: bool


def run(steps: int, seed: int) -> Iterator[Reading]:
    """Let the machine run for so many readings."""
    draw = np.random.default_rng(seed)
    phases = draw.uniform(0, 2 * np.pi, len(CHANNELS))
    for step in range(steps):
        cycle = 2 * np.pi * step / PERIOD
        swing = np.sin(cycle + phases) + 0.4 * np.sin(3 * cycle + 2 * phases)
        values = BASES + SWINGS * swing + DRIFTS * step / steps + draw.normal(0, NOISE)
        fault = _fault(step, values)
        broken = draw.random() < BROKEN_SHARE
        if broken:
            values[draw.integers(len(CHANNELS))] *= draw.choice([np.nan, 1e6])
        yield Reading(values.astype(np.float32), fault, bool(broken))


def _fault(step: int, values: npt.NDArray[np.float64]) -> str | None:
    """Let something go wrong now and then, and worse each time; not before the network knows the machine."""
    number, into = divmod(step, FAULT_EVERY)
    if number == 0 or into >= FAULT_LENGTH:
        return None
    fault = FAULTS[number % len(FAULTS)]
    severity = 1 + number // len(FAULTS)
    if fault == "backflow":
        values[4] *= -severity
    elif fault == "bearing":
        values[5] *= 5 * severity
        values[0] += 10 * severity
    else:
        values[2] *= 4 * severity
        values[3] /= 2 * severity
    return fault
