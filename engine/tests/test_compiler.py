"""NVRTC compiles the kernels for every architecture, without a warning or a spilled register; the disk keeps them."""

import hashlib
import os
import subprocess
import sys

import pytest
from hanami_engine import DeviceError
from hanami_engine.cuda import compiler
from hanami_engine.cuda.compiler import Resources
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("cuda.bindings.nvrtc", reason="NVIDIA makes its compiler for Linux and Windows")

ARCHITECTURES, THREADS = ("sm_75", "sm_80", "sm_90", "sm_100"), (32, 128, 256)
USUAL = {("sm_75", 128), ("sm_80", 32), ("sm_90", 256), ("sm_100", 128)}  # every one of both; make test-all takes all
PROGRAMS = [
    pytest.param(architecture, threads, marks=() if (architecture, threads) in USUAL else pytest.mark.exhaustive)
    for architecture in ARCHITECTURES
    for threads in THREADS
]
SMALL = {
    "kernels.cu": b'#include "small.cuh"\nextern "C" __global__ void one(int* x) { *x = small() * THREADS; }\n',
    "small.cuh": b"#pragma once\n__device__ int small() { return 7; }\n",
}
HUNGRY = b"""extern "C" __global__ void __launch_bounds__(1024) hungry(float* x) {
  float v[150];
  for (int i = 0; i < 150; ++i) v[i] = x[i * 7];
  for (int r = 0; r < 9; ++r)
    for (int i = 0; i < 150; ++i) v[i] = v[i] * v[(i + 1) % 150] + x[r];
  for (int i = 0; i < 150; ++i) x[i] = v[i];
}
extern "C" __global__ void modest(float* x) {
  __shared__ float all[100];
  all[threadIdx.x % 100] = x[threadIdx.x];
  __syncthreads();
  *x = all[0];
}
"""


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """Compile a small program instead of the kernels, into a folder of the test's own."""
    monkeypatch.setenv("HANAMI_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiler, "kernel_sources", SMALL.copy)
    return tmp_path / "cubins"


@pytest.mark.proof
@pytest.mark.parametrize(("architecture", "threads"), PROGRAMS)
def test_the_kernels_compile_without_a_warning_or_a_spill(architecture, threads):
    if architecture not in compiler.supported():
        pytest.skip(f"this NVRTC makes no code for {architecture}")
    log = compiler.compile_log(architecture, threads)
    assert "warning" not in log
    assert compiler.cubin_path(architecture, threads).read_bytes()[:4] == b"\x7fELF"
    found = compiler.resources(architecture, threads)
    assert "hanami_learn" in found
    for needs in found.values():
        assert needs.spills == 0
        assert 0 < needs.registers * threads <= 65536  # a multiprocessor has no more
        assert needs.shared <= 48 << 10


def test_usually_every_architecture_and_every_number_of_threads_is_compiled():
    assert [set(each) for each in zip(*USUAL, strict=True)] == [set(ARCHITECTURES), set(THREADS)]


def test_the_architectures_that_are_named_are_known():
    assert {"sm_75", "sm_80", "sm_90"} <= set(compiler.supported())


def test_a_log_tells_what_a_kernel_takes_and_which_are_short_of_registers():
    found = compiler.read_resources(compiler.compile_program({"kernels.cu": HUNGRY}, "sm_90", 32).log)
    assert found["hungry"].registers <= 64
    assert found["hungry"].spills > 0
    assert found["hungry"].stack > 0
    assert found["modest"].spills == found["modest"].stack == 0
    assert 400 <= found["modest"].shared < 2048  # some of it is the system's


counts = st.integers(0, 1 << 20)


@given(st.dictionaries(st.from_regex(r"[a-z_]\w{0,20}", fullmatch=True), st.tuples(counts, counts, counts, counts)))
def test_what_a_log_says_is_what_is_read(wanted):
    log = "ptxas info    : 262 bytes gmem\n" + "".join(
        f"ptxas info    : Compiling entry function '{name}' for 'sm_90'\n"
        f"ptxas info    : Function properties for {name}\n"
        f"ptxas         .     {stack} bytes stack frame, {spills} bytes spill stores, {spills} bytes spill loads\n"
        f"ptxas info    : Used {registers} registers, used 1 barriers, {shared} bytes smem, 360 bytes cmem[0]\n"
        for name, (registers, shared, stack, spills) in wanted.items()
    )
    assert compiler.read_resources(log) == {
        name: Resources(registers, shared, stack, 2 * spills)
        for name, (registers, shared, stack, spills) in wanted.items()
    }


def test_a_program_that_does_not_compile_says_why():
    broken = SMALL | {"small.cuh": b"__device__ int small() { return seven; }\n"}
    with pytest.raises(DeviceError, match=r'sm_90, 64 threads(.|\n)*small\.cuh\(1\): error: identifier "seven"'):
        compiler.compile_program(broken, "sm_90", 64)
    with pytest.raises(DeviceError, match=r"sm_1, 64 threads: NVRTC_ERROR_INVALID_OPTION(.|\n)*gpu-architecture"):
        compiler.compile_program(SMALL, "sm_1", 64)


def test_a_program_that_does_not_compile_is_not_kept(cache, monkeypatch):
    good = compiler.cubin_path("sm_90", 64)
    monkeypatch.setattr(compiler, "kernel_sources", lambda: SMALL | {"small.cuh": b"nonsense"})
    for _ in range(2):
        with pytest.raises(DeviceError, match="nonsense"):
            compiler.cubin_path("sm_90", 64)
    assert list(cache.glob("*.cubin")) == [good]
    assert not list(cache.glob(".*"))


def test_kernels_are_compiled_once(cache, monkeypatch):
    made = compiler.cubin_path("sm_90", 64)
    assert made.parent == cache
    assert made.read_bytes() == compiler.compile_kernels("sm_90", 64)
    monkeypatch.setattr(compiler, "compile_program", None)
    assert compiler.cubin_path("sm_90", 64) == made
    assert compiler.resources("sm_90", 64)["one"].registers > 0


def test_what_was_compiled_goes_by_everything_that_decides_it(cache, monkeypatch):
    places = {compiler.cubin_path("sm_90", 64), compiler.cubin_path("sm_90", 32), compiler.cubin_path("sm_80", 64)}
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "_OPTIONS", (*compiler._OPTIONS, "--use_fast_math"))
        places.add(compiler.cubin_path("sm_90", 64))
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "kernel_sources", lambda: SMALL | {"small.cuh": SMALL["small.cuh"] + b" "})
        places.add(compiler.cubin_path("sm_90", 64))
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "_version", lambda: (12, 999))
        places.add(compiler.cubin_path("sm_90", 64))
    assert len(places) == 6
    assert all(place.exists() for place in places)


sources = st.dictionaries(st.sampled_from(["kernels.cu", "a.cuh", "b.cuh"]), st.binary(max_size=3))


@given(one=sources, other=sources)
def test_other_sources_lie_elsewhere(one, other):
    same = compiler._path_of(one, "sm_90", 64) == compiler._path_of(other, "sm_90", 64)
    assert same == (one == other)


def test_a_disk_that_takes_nothing_is_named(cache, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DeviceError, match="No space left"):
            compiler.cubin_path("sm_90", 64)
    assert {path.suffix for path in cache.iterdir()} == {".lock"}
    assert compiler.cubin_path("sm_90", 64).exists()


AT_ONCE = f"""
import hashlib
from hanami_engine.cuda import compiler

made = compiler.compile_program
compiler.compile_program = lambda *arguments: print("compiled") or made(*arguments)
compiler.kernel_sources = lambda: {SMALL!r}
print(hashlib.sha256(compiler.cubin_path("sm_90", 64).read_bytes()).hexdigest())
"""


def test_processes_that_start_together_compile_once(cache):
    command = [sys.executable, "-c", AT_ONCE]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) for _ in range(4)]
    said = [process.communicate()[0].split() for process in running]
    assert sum(words.count("compiled") for words in said) == 1
    assert {words[-1] for words in said} == {hashlib.sha256(compiler.cubin_path("sm_90", 64).read_bytes()).hexdigest()}


def test_without_the_bindings_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings.nvrtc", None)
    with pytest.raises(DeviceError, match=r"cuda-bindings .*pip install hanami-engine\[gpu\]"):
        compiler.supported()


def test_without_the_library_the_error_says_what_to_install(monkeypatch):
    """The bindings look for it when they are first called, and raise a RuntimeError of their own."""
    from cuda.bindings import nvrtc

    def missing():
        raise RuntimeError('Failure finding "libnvrtc.so.12": No such file')

    monkeypatch.setattr(nvrtc, "nvrtcVersion", missing)
    with pytest.raises(DeviceError, match=r"NVRTC.* is not installed .*libnvrtc.*pip install hanami-engine\[gpu\]"):
        compiler.cubin_path("sm_90", 64)
