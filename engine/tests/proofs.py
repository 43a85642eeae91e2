"""Proofs that are kept by digest: a plugin of pytest for the tests marked as ``proof``.

The outcome of a proof follows from the sources and compilers of the engine alone: sanitizers, barriers, mutants, NVRTC.
One that passed is recorded in the user's cache beside the compiled kernels, under a digest of all that decides it.
Later runs take it from there instead of running it again, and the summary lists it.  ``HANAMI_PROVE=all`` runs every
proof, recorded or not.  Only a proof that passed from set-up to tear-down is recorded.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from hanami_engine import jit
from hanami_engine.files import write_file
from hanami_examples import digits

HERE = Path(__file__).resolve().parent
ENGINE, LOCK = HERE.parent, HERE.parents[1] / "requirements" / "dev.lock"
INSTALLED = ("numpy", "numba", "llvmlite", "hypothesis", "cuda-bindings", "nvidia-cuda-nvrtc")
SETTINGS = ("HANAMI_EXAMPLES", "HANAMI_EMULATED", "HANAMI_SAMPLED")  # which make a run shorter
KEPT = 8  # digests
TAKEN = "proven before"
_phases = pytest.StashKey[set]()


@functools.cache
def digest_of_proofs():
    """Return the digest of everything that decides the outcome of a proof, in hexadecimal."""
    digest = hashlib.sha256()
    for part in _deciding():
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def _deciding():
    """Yield what decides the outcome of a proof: sources, locked and installed packages, compilers, machine.

    MNIST does not: no proof reads it, not even where it is at hand.
    """
    for path in sorted([*(ENGINE / "src").rglob("*"), *HERE.rglob("*")]):
        if path.is_file() and "__pycache__" not in path.parts and _takes_part(path):
            yield str(path.relative_to(ENGINE)).encode()
            yield path.read_bytes()
    yield LOCK.read_bytes()
    yield Path(digits.__file__).read_bytes()
    facts = [sys.version, platform.machine(), str(_gcc())]
    facts += [f"{name} {_version(name)}" for name in INSTALLED]
    facts += [f"{name}={os.environ.get(name)}" for name in SETTINGS]
    yield "\n".join(facts).encode()


def _takes_part(path):
    """Return whether a file may decide a proof: all of them but test modules without a proof, which nobody imports."""
    is_test = HERE in path.parents and (path.name.startswith("test_") or HERE / "gpu" in path.parents)
    return not is_test or b"mark.proof" in path.read_bytes()


def _gcc():
    """Return what g++ says of its version, or None where there is none."""
    compiler = shutil.which("g++")
    return compiler and subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


class Records:
    """What was proven with one digest: a small file for each proof, in a folder of the cache named by the digest."""

    def __init__(self, digest):
        self.digest, folders = digest, jit.folder_of("proofs")
        self._folder = folders / digest[:16]
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            os.utime(self._folder)  # in use: the digests used longest ago are removed
            for old in sorted(folders.iterdir(), key=lambda folder: folder.stat().st_mtime)[:-KEPT]:
                shutil.rmtree(old, ignore_errors=True)

    def holds(self, proof):
        """Return whether this proof is recorded; a record that cannot be read, or is not as written, is none."""
        try:
            return json.loads(self._path(proof).read_bytes()) == self._record(proof)
        except (OSError, ValueError):
            return False

    def add(self, proof):
        """Record a proof; where the cache cannot be written it is not recorded, and will run again."""
        with contextlib.suppress(OSError):
            write_file(self._path(proof), json.dumps(self._record(proof)).encode())

    def _path(self, proof):
        return self._folder / f"{hashlib.sha256(proof.encode()).hexdigest()[:16]}.json"

    def _record(self, proof):
        return {"proof": proof, "digest": self.digest}


class Proofs:
    """The plugin, in every process of a run; the one that writes the summary is asked whether it can list proofs."""

    def __init__(self, config):
        wanted = os.environ.get("HANAMI_PROVE", "")
        if wanted not in {"", "all"}:
            raise pytest.UsageError(f"HANAMI_PROVE: expected nothing or 'all', got {wanted!r}")
        self._may_take = not wanted and getattr(config, "workerinput", {"lists_proofs": True}).get(
            "lists_proofs", False
        )
        config.addinivalue_line("markers", "proof: follows from the engine alone, and is kept by digest (proofs.py)")

    @functools.cached_property
    def _records(self):
        return Records(digest_of_proofs())

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        """Note for a worker of xdist that what it takes from the cache will be listed."""
        node.workerinput["lists_proofs"] = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Leave out what a recorded proof would do; its report says so."""
        if item.get_closest_marker("proof") is None:
            return
        item.stash[_phases] = set()
        if self._may_take and self._records.holds(item.nodeid):
            item.user_properties.append((TAKEN, self._records.digest))
            item.setup = item.runtest = lambda: None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        """Record a proof once all of it has passed."""
        report = yield
        phases = item.stash.get(_phases, None)
        if phases is not None and report.passed and not hasattr(report, "wasxfail") and not _taken(report):
            phases.add(report.when)
            if phases == {"setup", "call", "teardown"}:
                self._records.add(item.nodeid)
        return report

    def pytest_report_teststatus(self, report):
        """Count what was taken from the cache by itself."""
        if report.when == "call" and report.passed and _taken(report):
            return TAKEN, "c", "PROVEN BEFORE"
        return None

    def pytest_terminal_summary(self, terminalreporter):
        """List what was taken from the cache, with the digest that it was proven with."""
        found = terminalreporter.stats.get(TAKEN, [])
        if not found:
            return
        names = defaultdict(list)
        for report in found:
            test, _, parameters = report.nodeid.partition("[")
            names[test].append(parameters.removesuffix("]"))
        terminalreporter.section(f"{len(found)} proofs taken from the cache (digest {_taken(found[0])[:12]}…)")
        for test in sorted(names):
            chosen = ", ".join(sorted(filter(None, names[test])))
            terminalreporter.line(f"{test}{f' [{chosen}]' if chosen else ''}")
        terminalreporter.line("HANAMI_PROVE=all runs them again.")


def _taken(report):
    """Return the digest of a proof that was taken from the cache, or None."""
    return dict(report.user_properties).get(TAKEN)
