"""Builds the kernels with the compiler of the host, and lets networks learn and answer with them."""

import ctypes
import fcntl
import functools
import hashlib
import subprocess
from pathlib import Path

import numpy as np
from hanami_engine import jit, network

HOME = Path(__file__).resolve().parent
KERNELS = Path(network.__file__).parent / "cuda"
FLAGS = ["-std=c++20", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-g"]
VARIANTS = {  # how many threads have a network together, and what watches them
    "alone": ["-O3", "-DTHREADS=1"],
    "team": ["-O2", "-DTHREADS=4"],
    "address": ["-O1", "-DTHREADS=1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "thread": ["-O1", "-DTHREADS=4", "-fsanitize=thread"],
}


class Rows(ctypes.Structure):
    """What `hanami::Rows` is in kernels.cu."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("samples", "targets", "answers", "novelty")),
        *((name, ctypes.c_longlong) for name in ("count", "columns", "wanted", "told")),
        *((name, ctypes.c_int) for name in ("octets", "teaches")),
    )


@functools.cache
def build(variant):
    """Compile once for a state of the sources; gives the library."""
    sources = [*sorted(KERNELS.iterdir()), HOME / "shim.h", HOME / "shim.cpp"]
    flags = FLAGS + VARIANTS[variant]
    digest = hashlib.sha256(b"\0".join([" ".join(flags).encode(), *(path.read_bytes() for path in sources)]))
    made = jit.cache_folder().parent / f"shim-{variant}-{digest.hexdigest()[:16]}.so"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            fresh = made.with_suffix(".new")
            command = ["g++", *flags, f"-I{HOME}", f"-I{KERNELS}", "-o", fresh, HOME / "shim.cpp"]
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            fresh.rename(made)
    return made


class Host:
    """Stands in for the compiled rule of the CPU: the same arguments, the same memory."""

    def __init__(self, variant):
        self._library = ctypes.CDLL(str(build(variant)))

    def learn_rows(self, samples, targets, answers, novelty, nets, works):
        self._run(samples, targets, answers, novelty, nets, works, teaches=True)

    def predict_rows(self, samples, answers, novelty, nets, works):
        self._run(samples, None, answers, novelty, nets, works, teaches=False)

    def _run(self, samples, targets, answers, novelty, nets, works, *, teaches):
        rows = Rows(
            *(None if array is None or not len(array) else array.ctypes.data for array in (samples, targets)),
            *(array.ctypes.data if len(array) else None for array in (answers, novelty)),
            len(samples),
            samples.shape[1],
            0 if targets is None else targets.shape[1],
            answers.shape[1],
            samples.dtype == np.uint8,
            teaches,
        )
        addresses = (ctypes.c_void_p(records.ctypes.data) for records in (nets, works))
        self._library.hanami_run(*map(ctypes.byref, addresses), ctypes.byref(rows), 1)
