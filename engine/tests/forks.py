"""Runs cases of the oracle on copies of the engine: one process imports what takes long, a fork of it does each run.

Started by `test_mutations`.  Each line that comes in is JSON, ``[folder, case, ...]``: the folder has the copy.  Each
line that goes out is JSON, ``[exit status, what was printed]``.
"""

import json
import os
import signal
import sys
import tempfile
import traceback
from importlib import import_module

SLOW = ("hypothesis.strategies", "lark", "numba", "numpy", "ruamel.yaml", "safetensors.numpy")  # nothing of the engine
MOST_SECONDS = 200  # of a run


def run(folder, cases):
    """Run cases, or all where there are none; return the exit status."""
    sys.path.insert(0, folder)
    engine = import_module("hanami_engine")
    assert engine.__file__.startswith(folder), engine.__file__
    return import_module("oracle.run").main(cases)


def answer(folder, *cases):
    """Do a run in a fork; return how it ended and what it printed."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                signal.alarm(MOST_SECONDS)
                status = run(folder, list(cases))
            except Exception:  # noqa: BLE001  whatever it is, it is printed, and the fork ends
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return [status, said.read()]


def main():
    for name in SLOW:
        import_module(name)
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
