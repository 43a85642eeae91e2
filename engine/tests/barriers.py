"""Whether the thread sanitizer would notice a barrier that is missing: prints those that it does not.

Run by `test_emulated` in a process that the sanitizer watches.  All barriers are compiled into one library, each with a
switch of its own.  For every one a fork skips it and lives through the oracle's cases until a race ends it.
"""

import ctypes
import os
import re
import shutil
import sys
from pathlib import Path

from hanami_engine import Network
from hanami_engine.cuda import Gpu, launch, shapes
from hanami_engine.cuda.emulated import KERNELS, EmulatedDevice

from .oracle import cases, compare

BARRIER = re.compile(r"^( *)((?:(?:team\.)?(?:sync|meet)\(\)|__syncwarp\(EVERYONE\));)(?!\n *} else)", re.MULTILINE)
NONE = -1
RACE = 66
TELLING = (cases.splits_and_blocks, cases.direct, cases.every_code)  # of most races
CASES = (*TELLING, *(case for case in cases.CASES if case not in TELLING))
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


def live(device, number, blocks, lives):
    """Live through some cases while a barrier is skipped, with one or several blocks of threads on each network."""
    ctypes.c_int.in_dll(device._library, "skipped").value = number
    if blocks > 1:
        launch.LARGE, launch.learning_team = 0, lambda *_: shapes.Team(1, blocks)
    gpu = Gpu(device)
    compare.Network = lambda template, seed: Network(template, seed=seed).to(gpu)
    for case in lives:
        case()


def end_of(*life):
    """Do it in a process of its own; gives how that ends."""
    child = os.fork()
    if child == 0:
        end = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            live(*life)
            end = 0
        finally:
            os._exit(end)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(home, part, parts):
    names = with_switches(home)
    device = EmulatedDevice("thread", home=home)
    if end_of(device, NONE, 1, TELLING) or end_of(device, NONE, 2, TELLING):
        print("they fail with all barriers, too")
    for number, name in list(enumerate(names))[part::parts]:
        if RACE not in (end_of(device, number, blocks, CASES) for blocks in (1, 2)):
            print(name, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
