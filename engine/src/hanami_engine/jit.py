"""The only room that knows Numba: flags, the compile cache and warm-up.

Kernels are compiled for a fixed list of signatures and for nothing else, so that no sample ever waits for a compiler
once the engine is warm.  Compiled code is kept on disk in a folder named by a digest of the sources it came from:
Numba's own cache does not notice edits in modules that a kernel calls.

Importing Numba takes as long as importing everything else, so it is imported with the kernels, by `warm_up`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar

FLAGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False, "_nrt": False}
"""Kernels own no memory, so nothing counts references."""
_INNER: dict[str, Any] = FLAGS | {"no_cfunc_wrapper": True, "no_cpython_wrapper": True}  # only kernels call it

P = ParamSpec("P")
R = TypeVar("R")

_lock = threading.Lock()
_entries: list[tuple[Any, tuple[Any, ...]]] = []
_warm = threading.Event()


def rule(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a short pure kernel that entry points call; it is compiled into them."""
    from numba import njit  # noqa: PLC0415  see above

    compiled: Callable[P, R] = njit(**_INNER)(function)
    return compiled


def entry(*signatures: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:  # noqa: ANN401  Numba is untyped
    """Mark a kernel that Python calls, with every signature it will ever have."""
    from numba import njit  # noqa: PLC0415  see above

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        with _cache_folder():
            compiled: Callable[P, R] = njit(**FLAGS, cache=True)(function)
        _entries.append((compiled, signatures))
        return compiled

    return decorate


def warm_up() -> None:
    """Compile every entry point, or load it from the cache; further calls return at once.

    The first time on a machine takes some seconds.  Afterwards a call with other types raises `TypeError` instead of
    compiling, and nothing of the engine for the CPU is left to import.
    """
    if _warm.is_set():
        return
    from hanami_engine import cpu, historic, yaml_template  # noqa: F401, PLC0415  `cpu` fills `_entries`

    with _lock, _between_processes():
        if not _warm.is_set():
            for compiled, signatures in _entries:
                for signature in signatures:
                    compiled.compile(signature)
                compiled.disable_compile()
            _warm.set()


def is_warm() -> bool:
    """Tell whether every kernel is compiled."""
    return _warm.is_set()


def signatures() -> dict[str, int]:
    """Count the compiled signatures of every entry point."""
    return {compiled.py_func.__name__: len(compiled.signatures) for compiled, _ in _entries}


def cache_folder() -> Path:
    """Folder of the compiled code: ``HANAMI_CACHE_DIR`` or the user's cache, then a digest of our sources.

    Where neither can be written, it is a private folder that ends with the process.
    """
    import numba  # noqa: PLC0415  see above

    digest = hashlib.sha256(numba.__version__.encode() + _digest_of_sources())
    return folder_of(f"kernels-{digest.hexdigest()[:16]}")


@cache
def _digest_of_sources() -> bytes:
    """Return a digest of our sources as they are when it is first asked for, before any of them is compiled."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.digest()


def folder_of(name: str) -> Path:
    """Folder for other compiled code beside ours, in the same cache; it is there, and can be written."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("HANAMI_CACHE_DIR") or Path(home) / "hanami") / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        folder = Path(_private_folder().name) / name
        folder.mkdir(exist_ok=True)
    return folder


@cache
def _private_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="hanami-kernels-")


@contextmanager
def _cache_folder() -> Iterator[None]:
    """Let Numba choose our folder while it decorates a kernel, and only then."""
    import numba  # noqa: PLC0415  see above

    settings: Any = numba.config
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        yield
    finally:
        settings.CACHE_DIR = before


@contextmanager
def _between_processes() -> Iterator[None]:
    """Let one process at a time write the cache: Numba's index may mix up two writers."""
    with (cache_folder() / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
