"""From kernels.cu to machine code: NVRTC compiles it, and the disk keeps what came out.

NVRTC needs no GPU and no driver, so what it says of the kernels is known on any machine.  It has no option that makes
errors of warnings: they stand in the log, where the tests look for them.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hanami_engine.errors import DeviceError
from hanami_engine.files import write_file
from hanami_engine.jit import folder_of

MAIN = "kernels.cu"
INSTALL = "pip install hanami-engine[gpu]"
_OPTIONS = (
    "--std=c++17",
    "--fmad=false",  # nothing may be joined, else a GPU would round otherwise than a CPU
    "--ftz=false",
    "--prec-div=true",
    "--prec-sqrt=true",
    "--ptxas-options=-v",  # the log tells what a kernel takes
)
_FIRST_WITH_CACHE = (12, 9)  # NVRTC's own, which answers without a log


class Code(NamedTuple):
    """What NVRTC made.

    Attributes
    ----------
    cubin : bytes
        Machine code for one architecture, an ELF file.
    log : str
        Warnings, and what each kernel takes.
    """

    cubin: bytes
    log: str


class Resources(NamedTuple):
    """What a kernel takes of a multiprocessor.

    Attributes
    ----------
    registers : int
        Of a thread, of 32 bits each.
    shared : int
        Bytes of shared memory of a block.
    stack : int
        Bytes of local memory of a thread.
    spills : int
        Bytes that a thread stores in and loads from local memory because registers ran out, in the text of the code.
    """

    registers: int
    shared: int
    stack: int
    spills: int


def supported() -> tuple[str, ...]:
    """Name the architectures that this NVRTC makes code for, such as ``sm_90``.

    Raises
    ------
    DeviceError
        NVRTC is not installed.
    """
    (numbers,) = _ask("nvrtcGetSupportedArchs")
    return tuple(f"sm_{number}" for number in numbers)


def compile_kernels(architecture: str, threads: int) -> bytes:
    """Compile the kernels, whatever has been compiled before; takes seconds.

    Parameters
    ----------
    architecture : str
        Such as ``sm_90``.
    threads : int
        Of a block.

    Returns
    -------
    bytes
        A cubin.

    Raises
    ------
    DeviceError
        NVRTC is not installed, or refuses; the message has its log.
    """
    return compile_program(kernel_sources(), architecture, threads).cubin


def cubin_path(architecture: str, threads: int) -> Path:
    """Give the file of the compiled kernels; see `compile_kernels`.

    They are compiled once for a state of the sources and a version of NVRTC, by one process; others wait for it.

    Raises
    ------
    DeviceError
        NVRTC is not installed, or refuses, or the file cannot be written.
    """
    sources = kernel_sources()
    made = _path_of(sources, architecture, threads)
    if made.exists():
        return made
    try:
        with made.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                code = compile_program(sources, architecture, threads)
                write_file(made.with_suffix(".log"), code.log.encode())
                write_file(made, code.cubin)  # at last: where it is, the log is too
    except OSError as error:
        raise DeviceError(f"compiled kernels cannot be kept in {made.parent}: {error}") from error
    return made


def compile_log(architecture: str, threads: int) -> str:
    """Give what NVRTC said when it compiled the kernels; raises what `cubin_path` does."""
    return cubin_path(architecture, threads).with_suffix(".log").read_text(encoding="utf-8")


def resources(architecture: str, threads: int) -> dict[str, Resources]:
    """Tell what each kernel takes, by its name; raises what `cubin_path` does."""
    return read_resources(compile_log(architecture, threads))


def read_resources(log: str) -> dict[str, Resources]:
    """Read from a log what each kernel takes, by its name."""
    _, *parts = re.split(r"Compiling entry function '(\w+)' for '\w+'", log)
    kernels = dict(zip(parts[::2], parts[1::2], strict=True))
    return {
        name: Resources(
            registers=_sum(r"Used (\d+) registers", text),
            shared=_sum(r"(\d+) bytes smem", text),
            stack=_sum(r"(\d+) bytes stack frame", text),
            spills=_sum(r"(\d+) bytes spill (?:stores|loads)", text),
        )
        for name, text in kernels.items()
    }


def _sum(pattern: str, text: str) -> int:
    return sum(map(int, re.findall(pattern, text)))


def kernel_sources() -> dict[str, bytes]:
    """Read the kernels and their headers, by the names of their files."""
    home = Path(__file__).parent
    return {path.name: path.read_bytes() for path in (home / MAIN, *sorted(home.glob("*.cuh")))}


def compile_program(sources: dict[str, bytes], architecture: str, threads: int) -> Code:
    """Compile sources of which one is kernels.cu; see `compile_kernels`."""
    headers = {name: text for name, text in sources.items() if name != MAIN}
    names = [name.encode() for name in headers]
    (program,) = _ask("nvrtcCreateProgram", sources[MAIN], MAIN.encode(), len(headers), [*headers.values()], names)
    try:
        options = [option.encode() for option in _options(architecture, threads)]
        try:
            _ask("nvrtcCompileProgram", program, len(options), options)
        except DeviceError as error:
            log = _bytes_of("ProgramLog", program).decode(errors="replace").rstrip("\0\n ")
            message = f"the kernels cannot be compiled for {architecture}, {threads} threads: {error}\n{log}"
            raise DeviceError(message) from None
        log = _bytes_of("ProgramLog", program).decode(errors="replace").rstrip("\0\n ")
        return Code(_bytes_of("CUBIN", program), log)
    finally:
        _ask("nvrtcDestroyProgram", program)


def _options(architecture: str, threads: int) -> tuple[str, ...]:
    uncached = ("--no-cache",) if _version() >= _FIRST_WITH_CACHE else ()
    return (f"--gpu-architecture={architecture}", f"-DTHREADS={threads}", *_OPTIONS, *uncached)


def _version() -> tuple[int, ...]:
    return tuple(_ask("nvrtcVersion"))


def _path_of(sources: dict[str, bytes], architecture: str, threads: int) -> Path:
    """Give the place of what these sources become."""
    state = (_version(), _options(architecture, threads), sorted(sources.items()))
    digest = hashlib.sha256(repr(state).encode()).hexdigest()[:32]
    return folder_of("cubins") / f"{architecture}-{threads}-{digest}.cubin"


def _bytes_of(what: str, program: object) -> bytes:
    """Fetch a result of NVRTC, which fills a buffer of the size that it names."""
    (size,) = _ask(f"nvrtcGet{what}Size", program)
    buffer = bytes(size)
    _ask(f"nvrtcGet{what}", program, buffer)
    return buffer


def _ask(name: str, *arguments: object) -> list[Any]:
    """Call a function of NVRTC; give what it gives, or raise DeviceError."""
    try:
        function: Callable[..., Any] = getattr(importlib.import_module("cuda.bindings.nvrtc"), name)
    except ImportError as error:
        raise DeviceError(f"the compiler of the kernels needs cuda-bindings ({error}): {INSTALL}") from error
    try:
        results: list[Any] = list(function(*arguments))
    except RuntimeError as error:  # the bindings are there and look for the library when it is first called
        reason = " ".join(str(error).split())
        raise DeviceError(f"NVRTC, the compiler of the kernels, is not installed ({reason}): {INSTALL}") from error
    if int(results[0]) != 0:
        raise DeviceError(results[0].name)
    return results[1:]
