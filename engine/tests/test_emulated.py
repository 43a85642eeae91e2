"""The contract on the emulated GPU, in processes that sanitizers watch, each part in one of its own.

The oracle's cases, which between them reach every part of the rule, are watched from end to end.  Of the other parts,
which learn for long, the first launches of every test are watched and some of the others: see `guards.Sampled`.
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
PARTS = [f"Test{part.__name__}" for part in NetworkContract.__bases__]
CASES = "rule_is_made_of"
TIMED = "time_follows or as_fast_as"  # the time that a sanitizer takes says nothing
PIECES = 3  # of the barriers
NOT_STARTED = "ThreadSanitizer failed to allocate"  # now and then its shadow of the memory does not find its place
STARTS = 12

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1200)]  # each of these is a whole run of tests


def watched(command, library, **environment):
    """Run something where a sanitizer is there from the start."""
    environment |= os.environ | {"ASAN_OPTIONS": "detect_leaks=0", "TSAN_OPTIONS": "exitcode=66 halt_on_error=1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
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


def keeps_contract(variant, what, **environment):
    """Run a part of the contract; nothing may fail or be left out."""
    command = [sys.executable, "-m", "pytest", "-q", str(HERE / "emulated_contract.py"), "-k", what]
    command += ["-p", "no:cacheprovider", "--capture=sys"]  # what a sanitizer says is not pytest's
    done = watched(command, LIBRARIES.get(variant), HANAMI_EMULATED=variant, **environment)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"[-6000:]
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_contract_is_kept(part):
    keeps_contract("address", f"{part} and not ({TIMED})", HANAMI_SAMPLED="1")


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_the_contract_has_a_race(part):
    keeps_contract("warps", f"{part} and not ({TIMED})", HANAMI_SAMPLED="1", HANAMI_EXAMPLES="8")


def test_time_follows_what_is_active():
    keeps_contract("alone", TIMED)


def test_the_rule_is_kept_within_its_memory():
    keeps_contract("address", f"{CASES} or any_small or same_bytes")


@pytest.mark.parametrize("blocks", [1, 2])
@pytest.mark.parametrize("variant", ["team", "warp", "thread"])
def test_several_threads_do_what_one_does_without_a_race(variant, blocks):
    keeps_contract(variant, f"{CASES} or any_small", HANAMI_BLOCKS=str(blocks), HANAMI_EXAMPLES="20")


@pytest.mark.parametrize("piece", range(PIECES))
def test_every_barrier_is_missed(piece, tmp_path):
    command = [sys.executable, "-m", "tests.barriers", str(tmp_path / "cuda"), str(piece), str(PIECES)]
    done = watched(command, THREAD)
    assert (done.returncode, done.stdout) == (0, ""), f"nobody noticed:\n{done.stdout}{done.stderr[-3000:]}"
