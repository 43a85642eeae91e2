"""Whether the thread sanitizer would notice a barrier that is missing: prints those that it does not.

Run by `test_emulated` in a process that the sanitizer watches.  All barriers are compiled into one library, each with a
switch of its own.  For every one a fork skips it, and asks networks what the oracle's cases ask until a race ends it.
A case is recorded once, when a barrier needs it: most are noticed in the first launches of the first case.
"""

import ctypes
import functools
import os
import re
import shutil
import sys
from pathlib import Path

from hanami_engine.cuda import Gpu
from hanami_engine.cuda.emulated import KERNELS, EmulatedDevice

from .emulated_threads import blocks_of_threads
from .oracle import cases
from .oracle.recording import play, record

BARRIER = re.compile(r"^( *)((?:(?:team\.)?(?:sync|meet)\(\)|__syncwarp\(EVERYONE\));)(?!\n *} else)", re.MULTILINE)
NONE = -1
RACE = 66
TELLING = (cases.splits_and_blocks, cases.direct, cases.every_code, cases.chain, cases.reduced_matches)  # of all races
CASES = (*TELLING, *(case for case in cases.CASES if case not in TELLING))
BLOCKS = (2, 1)  # of threads on each network: two notice whatever one notices, and where blocks meet as well
KEPT = {"room.cuh"}  # the end of a part that has a team of its own: what its callers do next may change


def with_switches(home):
    """Copy the kernels; gives the names of their barriers, which skip where their number is set."""
    shutil.copytree(KERNELS, home, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (home / "shim" / "shim.h").open("a") as shim:
        shim.write('extern "C" {\ninline int skipped = -1;\n}\n')
    names = []

    def switch(found):
        names.append(f"{path.name}:{found.string.count(chr(10), 0, found.start(2)) + 1}: {found[2]}")
        return f"{found[1]}if (skipped != {len(names) - 1}) {found[2]}"

    for path in sorted({*home.glob("*.cu"), *home.glob("*.cuh")} - {home / name for name in KEPT}):
        path.write_text(BARRIER.sub(switch, path.read_text()))
    return names


@functools.cache
def recording_of(case, device):
    """Record a case, and see to it that nothing is noticed where no barrier is missing."""
    recording = record(case)
    for blocks in BLOCKS:
        if end_of(device, NONE, blocks, recording):
            print(f"{case.__name__} fails with all barriers, too")
    return recording


def ask(device, number, blocks, recording):
    """Play a recording while a barrier is skipped, with a number of blocks of threads for each network."""
    ctypes.c_int.in_dll(device._library, "skipped").value = number
    with blocks_of_threads(blocks):
        play(recording, Gpu(device), checked=False)


def end_of(*asked):
    """Do it in a process of its own; return how that ends."""
    child = os.fork()
    if child == 0:
        end = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            ask(*asked)
            end = 0
        finally:
            os._exit(end)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_noticed(device, number):
    """Return whether a race ends one of the cases while this barrier is skipped."""
    return any(
        end_of(device, number, blocks, recording_of(case, device)) == RACE for case in CASES for blocks in BLOCKS
    )


def main(home):
    names = with_switches(home)
    device = EmulatedDevice("thread", home=home)
    for number, name in enumerate(names):
        if not is_noticed(device, number):
            print(name, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
