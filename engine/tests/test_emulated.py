"""The contract on the emulated GPU, in processes that sanitizers watch, each part in one of its own.

Addresses and undefined behaviour are watched wherever that takes no more than a minute or two, threads in the oracle's
cases, which between them reach every part of the rule: all of the contract would take half an hour more.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .contract import NetworkContract

HERE = Path(__file__).parent
LIBRARIES = {"address": "libasan.so", "thread": "libtsan.so", "warps": "libtsan.so"}
PARTS = [f"Test{part.__name__}" for part in NetworkContract.__bases__]
LONG = {"TestLattice", "TestReduction", "TestDeterminism", "TestBudget", "TestNovelty", "TestBadInput"}  # unwatched
CASES = "rule_is_made_of"
NOT_STARTED = "ThreadSanitizer failed to allocate"  # one start in six: its shadow of the memory does not find its place
STARTS = 12


def run(variant, what):
    """Run a part of the contract in a process where the sanitizer is there from the start."""
    environment = os.environ | {"HANAMI_EMULATED": variant, "ASAN_OPTIONS": "detect_leaks=0"}
    environment |= {"TSAN_OPTIONS": "exitcode=66", "OPENBLAS_NUM_THREADS": "1"}
    if variant in LIBRARIES:
        command = ["g++", f"-print-file-name={LIBRARIES[variant]}"]
        environment["LD_PRELOAD"] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    command = [sys.executable, "-m", "pytest", "-q", "emulated_contract.py", "-k", what, "-p", "no:cacheprovider"]
    for _ in range(STARTS):
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
        if NOT_STARTED not in done.stderr:
            return done
    raise AssertionError(f"the sanitizer did not start in {STARTS} attempts: {done.stderr[-2000:]}")


def expect_success(done):
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"[-6000:]
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("part", [*PARTS, "rule_is_made_of or any_small or same_bytes"])
def test_every_part_of_the_contract_is_kept(part):
    expect_success(run("alone" if part in LONG else "address", part))


@pytest.mark.parametrize("variant", ["team", "warp", "thread", "warps"])
def test_several_threads_do_what_one_does_without_a_race(variant):
    slow = variant in {"thread", "warps"}
    expect_success(run(variant, f"{CASES} and not budget and not reduction" if slow else CASES))
