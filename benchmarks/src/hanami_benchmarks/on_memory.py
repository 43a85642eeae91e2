"""Figures on memory: bytes per synapse, and the byte budget."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from hanami_engine import Network, Stats

from hanami_benchmarks.shapes import CHANNELS, Array, Bench, Row, growing_stream, template

CHUNK = 200
BUDGET = 1 << 18
TABLES = 16 * CHANNELS + 4096  # of inputs and hexagons


def bytes_per_synapse(bench: Bench) -> list[Row]:
    """Count everything that a trained network wrote to."""
    stats = bench.train(bench.line(), 0).stats()
    size = stats.bytes / stats.synapses
    measured = f"{size:.3f} of {stats.synapses:,}"
    return [Row("bytes per synapse, all headers, 512 neurons", "≤ 2.2", measured, size <= 2.2)]


def budget(bench: Bench) -> list[Row]:
    """Learn a stream of ever more channels of ever larger values, with a budget and without."""
    x, y = growing_stream(np.random.default_rng(0))
    used, kept, resident = [], [], []
    for seed in bench.each("budget"):
        most, stats, grown = _learn(x, y, seed, f"{{memory_limit: {BUDGET}}}")
        used.append(most)
        kept.append(stats.sections)
        resident.append(grown)
    free, _, _ = _learn(x, y, 0, "{}")
    most, limit = max(used), BUDGET + TABLES
    measured = f"at most {most >> 10} KiB, {min(kept):,} sections; {free >> 10} KiB without a budget"
    name = f"budget of {BUDGET >> 10} KiB, stream of {CHANNELS} sensors that come one by one"
    rows = [Row(f"{name}: bytes in use", f"≤ budget + {TABLES >> 10} KiB of tables", measured, most <= limit)]
    pages = max(resident)
    if pages > 0:
        measured = f"at most {pages >> 10} KiB"
        rows.append(Row("… by which the process grew meanwhile", "", measured, None))
    return rows


def _learn(x: Array, y: Array, seed: int, settings: str) -> tuple[int, Stats, int]:
    """Learn a stream; give the most bytes in use, what there is in the end, and by how much the process grew."""
    most, start, grown = 0, _resident(), 0
    plan = template(f"1,1,1 input {x.shape[1]}", "2,1,1 internal 512", "3,1,1 output 1 real", settings=settings)
    network = Network(plan, seed=seed)
    for begin in range(0, len(x), CHUNK):
        network.learn_many(x[begin : begin + CHUNK], y[begin : begin + CHUNK])
        most = max(most, network.stats().bytes)
        grown = max(grown, _resident() - start)
    return most, network.stats(), grown


def _resident() -> int:
    """Bytes of this process that are in memory; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
