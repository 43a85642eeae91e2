"""The contract on the emulated GPU, in processes that sanitizers watch.

What the oracle's cases ask, which between them reach every part of the rule, is watched from end to end.  Of the
contract, which learns for long, the first launches of every test are watched and some of the others: see
`guards.Sampled`.  Its tests that learn longest are watched in ``make test-all``.
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .contract import NetworkContract

HERE = Path(__file__).parent
ADDRESS, THREAD = "libasan.so", "libtsan.so"
LIBRARIES = {"address": ADDRESS, "thread": THREAD, "warps": THREAD}
PIECES = (  # of the contract, each a process: about equally long
    ("Lattice", "Spiking", "BadInput", "Budget"),
    ("Birth", "Growth", "Values", "Change", "Codes"),
    ("Reduction", "Determinism", "Novelty"),
)
LONG = (  # tests that learn tens of thousands of samples, by what the names of others do not contain
    "chains_of_any_length_train",
    "a_table_of_four_values",
    "two_inputs_and_thirty_two_outputs",
    "one_pass_reads_digits",
    "half_a_picture_and_then_the_whole",
    "digits_are_read_on_a_lattice_with_depth",
    "digits_are_read_as_well_with_half_the_synapses",
    "a_network_that_sheds_much_stays_sound",
    "a_delayed_match_needs_spiking_and_is_learned_with_it",
)
FEW = "8"  # examples of a property: what is drawn decides how a network grows, hardly ever which code it passes through
NOT_STARTED = "ThreadSanitizer failed to allocate"  # now and then its shadow of the memory does not find its place
STARTS = 12

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1200)]  # each of these is a whole run of tests


def watched(command, library, **environment):
    """Run something where a sanitizer is there from the start."""
    environment = {
        **os.environ,
        "ASAN_OPTIONS": "detect_leaks=0",
        "TSAN_OPTIONS": "exitcode=66 halt_on_error=1",
        "OPENBLAS_NUM_THREADS": "1",
        **environment,
    }
    if library is not None:
        found = subprocess.run(["g++", f"-print-file-name={library}"], capture_output=True, text=True, check=True)
        environment["LD_PRELOAD"] = found.stdout.strip()
    if library == THREAD:
        command = [*_unshuffled(), *command]
    for _ in range(STARTS):
        done = subprocess.run(command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=False)
        if NOT_STARTED not in done.stderr:
            return done
    raise AssertionError(f"the sanitizer did not start in {STARTS} attempts: {done.stderr[-2000:]}")


@functools.cache
def _unshuffled():
    """Give what starts a program at addresses that the thread sanitizer expects, where that is allowed."""
    setarch = shutil.which("setarch")
    if setarch and subprocess.run([setarch, "-R", "true"], capture_output=True, check=False).returncode == 0:
        return [setarch, "-R"]
    return []


def keeps_contract(variant, what, module="emulated_contract.py", **environment):
    """Run a part of the contract; nothing may fail or be left out."""
    command = [sys.executable, "-m", "pytest", "-q", str(HERE / module), "-k", what]
    command += ["-p", "no:cacheprovider", "--capture=sys"]  # what a sanitizer says is not pytest's
    done = watched(command, LIBRARIES.get(variant), HANAMI_EMULATED=variant, **environment)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"[-6000:]
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


def selection(parts):
    """Return how pytest selects the tests of some parts of the contract, but those that are long."""
    return f"({' or '.join(f'Test{part}' for part in parts)}) and not ({' or '.join(LONG)})"


def test_every_part_of_the_contract_is_in_one_piece():
    assert sorted(sum(PIECES, ())) == sorted(part.__name__ for part in NetworkContract.__bases__)
    names = [name for name in dir(NetworkContract) if name.startswith("test_")]
    assert [sum(long in name for name in names) for long in LONG] == [1] * len(LONG)


@pytest.mark.parametrize("variant", ["address", "warps"])
@pytest.mark.parametrize("parts", PIECES, ids=" ".join)
def test_the_contract_is_kept_without_a_fault_of_memory_or_a_race(variant, parts):
    keeps_contract(variant, selection(parts), HANAMI_SAMPLED="1", HANAMI_EXAMPLES=FEW)


@pytest.mark.exhaustive
@pytest.mark.parametrize("variant", ["address", "warps"])
@pytest.mark.parametrize("long", LONG)
def test_what_learns_for_long_is_kept_as_well(variant, long):
    keeps_contract(variant, long, HANAMI_SAMPLED="1")


def test_the_rule_is_kept_within_its_memory():
    keeps_contract("address", "rule_is_made_of or any_small or same_bytes")


def test_several_threads_do_what_one_does_without_a_race():
    keeps_contract("thread", "rule_is_made_of or any_small", "emulated_threads.py")


def test_every_barrier_is_missed(tmp_path):
    command = [sys.executable, "-m", "tests.barriers", str(tmp_path / "cuda")]
    done = watched(command, THREAD, TSAN_OPTIONS="exitcode=66 halt_on_error=1 symbolize=0")
    assert (done.returncode, done.stdout) == (0, ""), f"nobody noticed:\n{done.stdout}{done.stderr[-3000:]}"
