"""Whether the oracle would notice: kernels with one small mistake each.

A mistake is made by replacing text in a copy of the package, which then runs in plain Python, with Numba switched off,
beside the oracle.  In the copy blocks are narrow and constants of growth small, so that all cases take seconds; the
oracle reads the same constants.  No barrier can be skipped: on the CPU one thread does everything.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

import hanami_engine
import pytest

pytestmark = pytest.mark.proof

TESTS = Path(__file__).parent
NOTICED = 3


class Change(NamedTuple):
    file: str
    before: str
    after: str


SMALLER = (
    Change("records.py", "LANES = 128 ", "LANES = 8 "),
    Change("layout.py", "_setting(1 << 30, 1 << 16, ", "_setting(1 << 18, 1 << 11, "),
    Change("rules/grow.py", "MATURE = 512 ", "MATURE = 24 "),
    Change("rules/grow.py", "DOUBTFUL = 16 ", "DOUBTFUL = 6 "),
    Change("rules/grow.py", "BEYOND = 8 ", "BEYOND = 3 "),
    Change("rules/need.py", "SPLIT_NEED = np.float32(12)", "SPLIT_NEED = np.float32(3)"),
    Change("rules/need.py", "BLOCK_NEED = np.float32(8)", "BLOCK_NEED = np.float32(3)"),
    Change("rules/need.py", "REGROW_NEED = 16 * 1024", "REGROW_NEED = 4 * 1024"),
    Change("rules/reduce.py", "WINDOW = 2000 ", "WINDOW = 20 "),
)

PREPEND = """section_at(net, row).next, section_at(net, row).block = level_at(net, level).section, block
    level_at(net, level).section = row"""
APPEND = """section_at(net, row).next, section_at(net, row).block = 0, block
    last = level_at(net, level).section
    while last > 0 and section_at(net, last).next > 0:
        last = section_at(net, last).next
    if last > 0:
        section_at(net, last).next = row
    else:
        level_at(net, level).section = row"""

# What is wrong, the case that notices it, and where to change what.
MUTANTS = {
    "corrections with the wrong sign": (
        "borders",
        Change(
            "rules/backward.py", "saturate(np.int32(row[lane]) - np.int32(", "saturate(np.int32(row[lane]) + np.int32("
        ),
    ),
    "sums that overflow": (
        "reckless",
        Change("rules/forward.py", "np.int16(min(max(value, np.int32(-32768)), np.int32(32767)))", "np.int16(value)"),
    ),
    "corrections that overflow": (
        "reckless",
        Change("rules/backward.py", "min(max(gain * blame[lane], -LIMIT), LIMIT)", "gain * blame[lane]"),
    ),
    "weights to outputs without an end": (
        "ends_of_readouts",
        Change("rules/backward.py", "min(max(value, -READOUT_LIMIT), READOUT_LIMIT)", "value"),
    ),
    "products that are cut, not rounded": (
        "borders",
        Change(
            "rules/backward.py",
            "np.int16(high(a, b) + np.int16(np.uint16(half + noise) >> np.uint16(15)))",
            "high(a, b)",
        ),
    ),
    "corrections that are rounded to the nearest": (
        "borders",
        Change("rules/backward.py", "np.floor(wanted + noise)", "np.rint(wanted)"),
    ),
    "the blame of neurons with the wrong sign": (
        "chain",
        Change("rules/backward.py", "% LANES] += slope", "% LANES] -= slope"),
    ),
    "blame through levels that are driven fully": (
        "reduction",
        Change(
            "rules/backward.py",
            "touch.level == 0 or (touch.force == 32767 and ",
            "touch.level == 0 or (touch.force == 0 and ",
        ),
    ),
    "sums that do not start with what is cut": (
        "borders",
        Change("rules/forward.py", "min(count >> 1, 32767)", "0"),
    ),
    "sections driven in another order": (
        "direct",
        Change(
            "rules/touch.py", "for t in range(first, work.touched)", "for t in range(work.touched - 1, first - 1, -1)"
        ),
    ),
    "a level driven at its lower border": (
        "reduction",
        Change("rules/touch.py", "value <= record.low", "value < record.low"),
    ),
    "neurons that rest too long": (
        "spikes",
        Change("rules/forward.py", "rest[lane] = refractory - 1", "rest[lane] = refractory"),
    ),
    "sections that are never free again": (
        "borders",
        Change("rules/arena.py", "            net.free_row = row\n", ""),
    ),
    "a free list that ends at its first": (
        "odd_values",
        Change("rules/arena.py", "= net.free_row, NOWHERE", "= 0, NOWHERE"),
    ),
    "a budget that is exceeded": (
        "budget",
        Change("rules/arena.py", "<= net.limit", "<= net.limit + SECTION_BYTES"),
    ),
    "sections last in, last out": (
        "direct",
        Change(
            "rules/arena.py",
            PREPEND,
            APPEND,
        ),
    ),
    "borders that one outlier stretches": (
        "borders",
        Change("rules/grow.py", "min(value, limit)", "value"),
    ),
    "first values that are never doubted": (
        "borders",
        Change("rules/grow.py", "record.hits < DOUBTFUL and ", "False and "),
    ),
    "splits that change the answer": (
        "reduction",
        Change("rules/need.py", "weights[lane] - lower", "lower"),
    ),
    "splits however many levels there are": (
        "splits_and_blocks",
        Change("rules/need.py", "SPLIT_NEED * np.float32(count)", "SPLIT_NEED"),
    ),
    "a bias that does not follow its range": (
        "direct",
        Change("rules/scale.py", "    biases_of(net)[k] *= change\n", ""),
    ),
    "uses that are counted twice": (
        "reduced_matches",
        Change("rules/reduce.py", "    record.used = 0\n", ""),
    ),
    "errors within the dead zone": (
        "ends_of_weights",
        Change("rules/answer.py", "        errors[:] = 0\n", ""),
    ),
    "a rate below the lowest": (
        "announced",
        Change("rules/schedule.py", "max(FLOOR, left)", "left"),
    ),
    "random numbers of the neighbour": (
        "direct",
        Change("rules/noise.py", "np.uint64(number + 1)", "np.uint64(number)"),
    ),
}


@pytest.fixture(scope="module")
def warm():
    """A process that has imported what takes long, and forks for each run."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(TESTS), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(TESTS / "forks.py")]
    with subprocess.Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True) as process:
        yield process
        process.stdin.close()
        assert process.wait() == 0


@pytest.fixture
def copy(tmp_path, warm):
    """A function that makes changes to a copy of the package and runs some cases there, or all."""

    def run(changes, *cases):
        package = tmp_path / "hanami_engine"
        shutil.copytree(Path(hanami_engine.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
        for change in changes:
            file = package / change.file
            text = file.read_text()
            assert text.count(change.before) == 1, f"{change.file} does not have {change.before!r} once any more"
            file.write_text(text.replace(change.before, change.after))
        warm.stdin.write(json.dumps([str(tmp_path), *cases]) + "\n")
        warm.stdin.flush()
        return json.loads(warm.stdout.readline())

    return run


@pytest.mark.parametrize("cases", [[], ["lives"]], ids=["all cases", "random lives"])
def test_kernels_without_a_mistake_pass(copy, cases):
    status, said = copy(SMALLER, *cases)
    assert status == 0, said


@pytest.mark.parametrize("mistake", MUTANTS)
def test_every_mistake_is_noticed(copy, mistake):
    case, change = MUTANTS[mistake]
    status, said = copy((*SMALLER, change), case)
    assert status == NOTICED, said
