"""The sensor example: a machine, a network that forecasts it, and what there is to see."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hanami_examples.machine import CHANNELS, FAULT_EVERY, FAULTS, run
from hanami_examples.watch import Watch, spark
from rich.console import Console


def test_from_the_first_reading_to_a_picture(tmp_path):
    command = [
        sys.executable,
        "-m",
        "hanami_examples.sensor",
        "--steps",
        "1700",
        "--rate",
        "1e6",
        "--out",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    found, faults = map(int, re.search(r"(\d+) of (\d+), nobody", done.stdout).groups())
    assert found == faults == 4
    alarms, quiet = map(int, re.search(r"(\d+) in (\d+) readings", done.stdout).groups())
    assert alarms <= quiet / 100
    assert (tmp_path / "sensor.png").read_bytes().startswith(b"\x89PNG")
    temperature = re.search(r"temperature.*?([\d.]+) off in the median.*?would be ([\d.]+) off", done.stdout)
    assert float(temperature[1]) < float(temperature[2])


def test_a_machine_is_the_same_for_the_same_seed():
    one, other = (list(run(900, 3)) for _ in range(2))
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first.values, second.values)
    assert {reading.fault for reading in one} == {None, *FAULTS[1:]}
    assert not any(reading.fault for reading in one[:FAULT_EVERY])
    assert 0 < sum(reading.broken for reading in one) < 30
    assert np.isnan([reading.values for reading in one]).any()
    assert np.nanmax([reading.values for reading in one]) > 1e6


def test_the_terminal_shows_every_channel():
    watch, console = Watch(3), Console(width=150, record=True)
    console.print(watch)
    for reading in run(30, 0):
        watch.add(reading, reading.values, 2.0)
    console.print(watch)
    shown = console.export_text()
    for name in CHANNELS:
        assert name in shown
    assert "new!" in shown
    assert "reading 30" in shown


@pytest.mark.parametrize(
    ("values", "line"),
    [([0, 1], "▁█"), ([0, np.nan, 7], "▁ █"), ([np.nan], ""), ([5, 5], "▁▁"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█")],
)
def test_lines_of_bars(values, line):
    assert spark(np.array(values, float)) == line
