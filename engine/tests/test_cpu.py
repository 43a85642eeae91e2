"""The contract, kept by the compiled CPU path; and what is its own: memory, compilation, threads."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hanami_engine import Network, jit, workspace
from hanami_engine.codecs import as_samples
from hanami_engine.cpu import audit_lists
from hanami_engine.records import SOUND
from hanami_engine.rules.backward import rounded_high
from hanami_engine.rules.forward import high
from hanami_engine.rules.grow import doublings
from hanami_engine.rules.noise import STEP, scramble, stream
from hanami_engine.rules.targets import draw_block
from hanami_engine.view import hexagon_at
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import njit

from .contract import NetworkContract
from .contract.base import few
from .contract.lattice import is_likely
from .contract.plans import cases, chain, layouts, line


class TestCpu(NetworkContract):
    @classmethod
    def make(cls, template=None, seed=0):
        return Network(template, seed=seed)

    @classmethod
    def restore(cls, data):
        return Network.from_bytes(data)


int16 = st.integers(-(2**15), 2**15 - 1)


@njit(**jit.FLAGS)
def _products(a, b, found):
    """Rules are only ever called by kernels: this one calls two of them, the second with all noise there is."""
    found[0], found[1] = high(a, b), 0
    for noise in range(1 << 15):
        found[1] += rounded_high(a, b, np.uint16(noise))


@settings(deadline=None)  # the first call compiles
@given(a=int16, b=int16)
def test_products_are_cut_or_right_on_average(a, b):
    found = np.zeros(2, np.int64)
    _products(np.int16(a), np.int16(b), found)
    assert found[0] == (a * b) >> 16
    assert found[1] == (a * b) >> 1


@njit(**jit.FLAGS)
def _doublings(ratio, found):
    found[0] = doublings(ratio)


@settings(deadline=None)
@given(ratio=st.floats(1, 1e60))
@example(ratio=np.nextafter(1, 2))
@example(ratio=np.sqrt(2))
def test_doublings_are_right_to_the_last_place_but_one(ratio):
    found = np.zeros(1, np.float32)
    _doublings(ratio, found)
    np.testing.assert_allclose(found, np.float32(math.log2(ratio)), rtol=1.2e-7)
    assert found[0] == doublings.py_func(ratio)


@njit(**jit.FLAGS)
def _draw(nets, index, draws, counts):
    """Count which blocks are drawn; the last count is of draws in vain."""
    net = nets[0]
    bits = stream(net.seed, 1, index)
    for _ in range(draws):
        bits += STEP
        block = draw_block(net, hexagon_at(net, index), scramble(bits))
        counts[block] += 1


@few
@given(template=layouts(), seed=st.integers(0, 2**64 - 1), data=st.data())
def test_blocks_are_drawn_as_often_as_stated(template, seed, data):
    network = Network(template, seed=seed)
    state = network._state
    table, positions = state.arrays.hexagons, [hexagon.position for hexagon in state.hexagons]
    for entry in table:
        entry["open"] = data.draw(st.integers(0, int(entry["most"])).filter(lambda count: count <= 5))
    sources = [index for index in range(len(table)) if table["sums"][index] > 0]
    index = data.draw(st.sampled_from(sources))
    counts = np.zeros(len(state.arrays.owners) + 1, np.int64)
    _draw(state.record, index, 100_000, counts)

    shares = np.zeros(len(counts))
    direct = state.hexagons[index].type == "input"
    for target in template.paths.reach[positions[index]]:
        goal = positions.index(target.position)
        if direct or state.hexagons[goal].type != "output":
            first, count = int(table["block"][goal]), int(table["open"][goal])
            shares[first : first + count] = target.probability / max(count, 1)
            shares[-1] += 0 if count else target.probability
    assert is_likely(counts, shares / shares.sum())


@few
@given(case=cases(rows=(1, 40, 300)))
def test_the_lists_of_a_living_network_hang_together(case):
    network = Network(case.template)
    for begin in range(0, case.rows, 60):
        network.learn_many(*case.part(begin, begin + 60))
        record = network._state.record
        seen = (np.zeros(int(record["levels_used"][0]), np.uint8), np.zeros(int(record["rows"][0]), np.uint8))
        assert audit_lists(record, *seen) == SOUND


# Memory


def addresses(network):
    """Where everything lies."""
    state = network._state
    fields = ("hexagons", "sources", "levels", "sections", "weights", "readout", "bias", "scales", "echoes", "rests")
    return {name: (getattr(state.arrays, name).ctypes.data, int(state.record[name][0])) for name in fields}


def test_growing_moves_nothing():
    network = Network(line(None, 4096, None))
    before, arrays = addresses(network), network._state.arrays
    random = np.random.default_rng(0)
    for width, classes in ((10, 2), (3000, 5), (20_000, 40)):
        network.learn_many(random.random((20, width)), random.integers(0, classes, 20))
    assert network.stats().sections > 20_000
    assert addresses(network) == before
    assert network._state.arrays is arrays
    assert all(own == known for own, known in before.values())


def resident():
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells")
def test_addresses_cost_no_memory():
    Network(line(10, outputs=2)).learn(np.ones(10), 0)  # room for a sample is this thread's, whoever learns
    before = resident()
    networks = [Network(line(None, 4096, None)) for _ in range(20)]  # a GiB of addresses each
    for network in networks:
        network.learn(np.ones(10), 0)
    assert resident() - before < 20 * 2**20
    assert all(network.stats().bytes < 20_000 for network in networks)


# Cost follows activity: of the contract, number 3


def work_of_last_sample(network):
    """Return how many levels the last sample of this thread touched, and how many sections it drove."""
    state = network._state
    return int(workspace.workspace(state)["touched"][0]), int(
        workspace._own.room.counts[: len(state.arrays.owners)].sum()
    )


def test_work_follows_what_is_active():
    count, calls = 4000, []
    network = Network(line(count, outputs=2, dead_zone=0))
    dense = np.full((50, count), 9, np.uint8)
    sparse = np.zeros_like(dense)
    sparse[:, :8] = 9
    labels = np.arange(50) % 2
    for rows in (dense, sparse):
        network.learn_many(rows, labels)
    for call in (network.predict_many, lambda rows: network.learn_many(rows, labels)):
        for rows, active in ((dense, count), (sparse, 8)):
            call(rows)
            touched, driven = work_of_last_sample(network)
            assert touched == active
            calls.append(driven / active)
    assert max(calls) < 2 * min(calls)  # sections of a level, whether many are active or few


def test_a_small_sample_costs_a_large_network_what_it_costs_a_small_one():
    small, large = (Network(line(20_000, outputs=2, dead_zone=0)) for _ in range(2))
    large.learn_many(np.full((3, 20_000), 9, np.uint8), [0, 1, 0])
    rows = np.zeros((300, 20_000), np.uint8)
    rows[:, :50] = 9
    found = []
    for network in (small, large):
        network.learn_many(rows, np.arange(300) % 2)
        found.append(work_of_last_sample(network))
    assert large.stats().sections > 300 * small.stats().sections
    assert found[0][0] == found[1][0] == 50
    assert found[1][1] <= 2 * found[0][1]


def test_growing_costs_a_sample_its_own_sections():
    """No sample pays for what is there already: each of a stream that grows all the time works on what it needs."""
    count = 4000
    network = Network(line(count, outputs=2, dead_zone=1))
    sample, found = np.zeros((1, count), np.uint8), set()
    for i in range(count):
        sample[0, i] = 9
        assert network.learn_many(sample, [0]).grown == 1
        found.add(work_of_last_sample(network))
        sample[0, i] = 0
    assert network.stats().sections == count
    assert found == {(1, 1)}


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_samples_are_taken_without_a_copy(dtype, tmp_path):
    ports = Network(line(4, outputs=2)).inputs
    samples = np.ones((3, 4), dtype)
    np.save(tmp_path / "samples.npy", samples)
    mapped = np.load(tmp_path / "samples.npy", mmap_mode="r")
    for given_samples in (samples, samples[1:], mapped):
        assert np.shares_memory(as_samples(given_samples, ports)[0], given_samples)
    wide = np.ones((3, 8), dtype)
    for other in (wide[:, ::2], np.asfortranarray(wide)[:, :4], wide.astype(">f4")[:, :4]):
        assert as_samples(other, ports)[0].flags.c_contiguous


# Compilation


def test_a_warm_engine_never_compiles_again(digits):
    jit.warm_up()
    before = jit.signatures()
    for dtype in (np.uint8, np.float32, np.float64, np.int16, bool):
        network = Network(line(digits.train_images.shape[1], outputs=10))
        network.learn_many(digits.train_images[:5].astype(dtype), digits.train_labels[:5])
        network.predict(digits.test_images[0].astype(dtype))
        Network.from_bytes(network.to_bytes())
    assert jit.signatures() == before == {"learn_rows": 2, "predict_rows": 2, "audit_lists": 1}


def test_compiled_code_lies_in_a_folder_named_by_its_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("HANAMI_CACHE_DIR", str(tmp_path))
    folder = jit.cache_folder()
    assert folder.parent == tmp_path
    monkeypatch.setattr("numba.__version__", "another")
    assert jit.cache_folder() != folder


def test_the_engine_starts_where_nothing_can_be_cached(tmp_path):
    (tmp_path / "file").touch()
    code = "from hanami_engine import jit; print(jit.cache_folder().is_dir(), jit.cache_folder())"
    places = {"HANAMI_CACHE_DIR": str(tmp_path / "file" / "below"), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | places, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("True"), done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_the_system_cannot_give_is_refused_at_birth():
    with pytest.raises(MemoryError, match="lower the memory limits"):
        Network(chain(1, [1 << 16] * 64, 2, memory_limit=1 << 39))
