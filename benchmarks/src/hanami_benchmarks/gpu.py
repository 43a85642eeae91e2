"""Fleets on a GPU beside the CPU of the same machine, and beside PyTorch on the same GPU; ratios of one run.

``--emulated`` runs the same measurement on the emulated GPU: it shows that it runs, and no figure of it means anything.
"""

from __future__ import annotations

import argparse
import importlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from hanami_engine import DeviceError, Network
from hanami_engine.cuda import Fleet, Gpu, emulated_gpu, find_gpus
from hanami_engine.cuda.compiler import resources
from hanami_engine.cuda.shapes import REQUEST_THREADS, learning_team
from hanami_examples import digits
from hanami_examples.readme import machine

from hanami_benchmarks.report import Result
from hanami_benchmarks.shapes import template

HIDDEN, REGISTERS, WARP = 128, 65536, 32
SIZES = (1, 4, 16, 64, 256, 512, 1024, 4096)
ONE_CORE, ALL_CORES, REQUESTS, TORCH_ONE, TORCH_MANY = 50, 4, 100, 20, 2
Row = list[str]


def networks(count: int, inputs: int) -> list[Network]:
    """Make networks of 128 neurons that know nothing."""
    plan = template(f"1,1,1 input {inputs}", f"2,1,1 internal {HIDDEN}", "3,1,1 output 10 class")
    return [Network(plan, seed=seed) for seed in range(count)]


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Measure the median time of some rounds; one before them warms up."""
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times[1:])


class Rates:
    """Samples per second, of the same samples everywhere."""

    def __init__(self, data: digits.Arrays, gpu: Gpu, rows: int, rounds: int) -> None:
        self.x, self.y = data.train_images[:rows], data.train_labels[:rows]
        self.gpu, self.rounds = gpu, rounds

    @property
    def inputs(self) -> int:
        """Pixels of an image."""
        return int(self.x.shape[1])

    def cpu(self, cores: int, *, asks: bool = False) -> float:
        """Measure one network for each core, on as many threads."""
        fleet = networks(cores, self.inputs)

        def work(network: Network) -> None:
            network.request_many(self.x) if asks else network.learn_many(self.x, self.y)

        for network in fleet:
            network.learn_many(self.x, self.y)
        with ThreadPoolExecutor(cores) as pool:
            return cores * len(self.x) / seconds(lambda: list(pool.map(work, fleet)), self.rounds)

    def fleet(self, count: int) -> float:
        """Measure a fleet that learns, one after its first pass."""
        fleet = Fleet(networks(count, self.inputs), self.gpu)
        x, y = [self.x] * count, [self.y] * count
        rate = count * len(self.x) / seconds(lambda: fleet.learn_many(x, y), self.rounds)
        fleet.come_home()
        return rate

    def requests(self) -> float:
        """Measure requests to one network that has learned."""
        network = networks(1, self.inputs)[0].to(self.gpu)
        network.learn_many(self.x, self.y)
        many = np.tile(self.x, (16, 1))
        rate = len(many) / seconds(lambda: network.request_many(many), self.rounds)
        network.to("cpu")
        return rate

    def torch(self, count: int) -> float | None:
        """Measure as many MLPs of PyTorch on the GPU, a sample each for every step; None without PyTorch."""
        try:
            torch: Any = importlib.import_module("torch")
        except ImportError:
            return None
        if not torch.cuda.is_available():
            return None
        step = torch_step(torch, count, self.inputs)
        x = torch.as_tensor(self.x / 255, dtype=torch.float32, device="cuda")
        y = torch.as_tensor(self.y.astype(np.int64), device="cuda")

        def work() -> None:
            for i in range(len(x)):
                step(x[i], y[i])
            torch.cuda.synchronize()

        return count * len(self.x) / seconds(work, self.rounds)


def torch_step(torch: Any, count: int, inputs: int) -> Callable[[Any, Any], None]:  # noqa: ANN401  PyTorch is untyped
    """Give one step of SGD of as many MLPs, by `torch.func.vmap` over their weights."""
    draw = torch.Generator().manual_seed(0)
    shapes = ((HIDDEN, inputs), (HIDDEN,), (10, HIDDEN), (10,))
    weights = [(torch.randn(count, *shape, generator=draw) * shape[-1] ** -0.5).cuda() for shape in shapes]
    functional = torch.nn.functional

    def loss(parts: Sequence[Any], x: Any, y: Any) -> Any:  # noqa: ANN401
        hidden = torch.relu(parts[0] @ x + parts[1])
        return functional.cross_entropy((parts[2] @ hidden + parts[3])[None], y[None])

    gradient = torch.func.vmap(torch.func.grad(loss), in_dims=(0, None, None))

    def step(x: Any, y: Any) -> None:  # noqa: ANN401
        for part, change in zip(weights, gradient(weights, x, y), strict=True):
            part.sub_(change, alpha=0.01)

    return step


def measure(rates: Rates, sizes: Sequence[int]) -> Result:
    """Measure everything; fleets of every size, to find from which on the GPU wins."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    one, every, asked = rates.cpu(1), rates.cpu(cores), rates.cpu(1, asks=True)
    fleets = {size: rates.fleet(size) for size in sizes}
    largest = max(sizes)
    rows = [
        _row("one core, one network", "", one, 1.0),
        _row(f"{cores} cores, {cores} networks", "", every, every / one),
    ]
    for size, rate in fleets.items():
        target = f"≥ {ONE_CORE} x one core, ≥ {ALL_CORES} x all" if size == largest else ""
        rows.append([f"GPU, {size} networks", target, f"{rate:,.0f}", f"{rate / one:.1f}", f"{rate / every:.1f}"])
    requests = rates.requests()
    rows.append(_row("requests to one network, one core", "", asked, 1.0))
    rows.append(_row("requests to one network, GPU", f"≥ {REQUESTS} x one core", requests, requests / asked))
    for count, times in ((1, TORCH_ONE), (largest, TORCH_MANY)):
        torch = rates.torch(count)
        name = f"PyTorch on the same GPU, {count} MLPs, one sample each per step"
        beside = "not installed" if torch is None else f"{fleets[largest] / torch:.1f} x slower than {largest} networks"
        rows.append([name, f"≥ {times} x", "" if torch is None else f"{torch:,.0f}", beside, ""])
    wins = next((str(size) for size, rate in fleets.items() if rate > every), f"more than {largest}")
    notes = [
        f"{rates.gpu.facts().name} beside {machine()}; `make bench-gpu`.",
        f"{len(rates.x)} digits a pass, {HIDDEN} neurons; medians of {rates.rounds} passes.",
        f"The GPU wins over all {cores} cores from {wins} networks on: `HANAMI_GPU_FROM`.",
        *_occupancy(rates.gpu, largest),
    ]
    columns = ["", "target", "samples/s", "x one core", "x all cores"]
    return Result("bench-gpu", "Fleets of growing networks on a GPU", columns, rows, notes)


def _row(name: str, target: str, rate: float, times: float) -> Row:
    return [name, target, f"{rate:,.0f}", f"{times:.1f}", ""]


def _occupancy(gpu: Gpu, networks: int) -> list[str]:
    """Tell how many threads a multiprocessor has at a time, by what the kernels take of it."""
    facts = gpu.facts()
    if not facts.architecture.startswith("sm_"):
        return []
    told = []
    learning = learning_team(networks, 1, facts.processors, 0).threads
    for kernel, threads in (("hanami_learn", learning), ("hanami_ask", REQUEST_THREADS)):
        needs = resources(facts.architecture, threads)[kernel]
        blocks = min(REGISTERS // (-(-needs.registers // 8) * 8 * threads), WARP)
        told.append(
            f"{kernel}: {needs.registers} registers, {needs.shared} bytes of shared memory: {blocks} blocks of "
            f"{threads} threads on a multiprocessor."
        )
    return told


def main() -> None:
    """Measure, print, and write the README's block when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=6000, help="digits of a pass (default 6000)")
    parser.add_argument("--rounds", type=int, default=5, help="passes that are measured (default 5)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="networks of the fleets")
    parser.add_argument("--emulated", action="store_true", help="on the emulated GPU: only to see that it runs")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    gpus = [emulated_gpu()] if options.emulated else find_gpus()
    if not gpus:
        raise SystemExit("make bench-gpu needs a GPU, its driver and CuPy: pip install hanami-engine[gpu]")
    with tempfile.TemporaryDirectory() as folder:
        data = digits.load(digits.find(Path(folder)))
    try:
        result = measure(Rates(data, gpus[0], options.rows, options.rounds), options.sizes)
    except DeviceError as error:
        raise SystemExit(str(error)) from error
    result.show()
    if options.write and not options.emulated:
        result.publish()


if __name__ == "__main__":
    main()
