"""The contract, kept by the compiled CPU path; and that path beside its twins in plain NumPy."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hanami_engine import Network, jit
from hanami_engine.codecs import as_samples
from hanami_engine.rules.backward import backward, rounded_high
from hanami_engine.rules.forward import forward, high, read_out
from hanami_engine.state import LANES
from hypothesis import given, settings
from hypothesis import strategies as st

from .contract import NetworkContract


class TestCpu(NetworkContract):
    @classmethod
    def make(cls, template, seed=0):
        return Network(template, seed=seed)


int16 = st.integers(-(2**15), 2**15 - 1)


@settings(deadline=None)  # the first call compiles
@given(a=int16, b=int16)
def test_high_halves_of_products(a, b):
    assert high(np.int16(a), np.int16(b)) == (a * b) >> 16
    if (a, b) != (-(2**15), -(2**15)):
        assert rounded_high(np.int16(a), np.int16(b)) == (a * b + 2**15) >> 16


def sections(draw, count):
    """Random sections of two blocks: weights up to the end of int16, rows in any order."""
    weights = draw.integers(-(2**15), 2**15, (2 * count + 3, LANES)).astype(np.int16)
    rows = draw.permutation(len(weights))[: 2 * count].reshape(count, 2).astype(np.int32)
    force = draw.integers(0, 2**15, count).astype(np.int16)
    return weights, rows, force


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_forward_equals_its_plain_twin(seed, count):
    weights, rows, force = sections(np.random.default_rng(seed), count)
    potentials = np.zeros(2 * LANES, np.int16)
    expected = np.zeros(2 * LANES, np.int64)
    for block in range(2):
        forward(np.arange(count, dtype=np.int32), force, count, block, rows, weights, potentials)
        total = np.full(LANES, count // 2, np.int64)
        for q in range(count):
            product = (weights[rows[q, block]].astype(np.int64) * int(force[q])) >> 16
            total = np.clip(total + product, -(2**15), 2**15 - 1)
        expected[block * LANES : (block + 1) * LANES] = total
    np.testing.assert_array_equal(potentials, expected)


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_backward_equals_its_plain_twin(seed, count):
    draw = np.random.default_rng(seed)
    weights, rows, force = sections(draw, count)
    corrections = draw.integers(-(2**15), 2**15, 2 * LANES).astype(np.int16)
    expected = weights.astype(np.int64)
    for q in range(count):
        for block in range(2):
            change = (corrections[block * LANES : (block + 1) * LANES].astype(np.int64) * int(force[q]) + 2**15) >> 16
            expected[rows[q, block]] = np.clip(expected[rows[q, block]] - change, -(2**15), 2**15 - 1)
    backward(np.arange(count, dtype=np.int32), force, count, rows, weights, corrections)
    np.testing.assert_array_equal(weights, expected)


def test_sums_to_the_outputs_are_exact():
    draw = np.random.default_rng(0)
    potentials = draw.integers(0, 2**15, 4 * LANES).astype(np.int16)
    readout = draw.integers(-(2**30), 2**30, (3, 4 * LANES)).astype(np.int32)
    bias, outputs = np.array([0, 1, -2], np.float32), np.empty(3, np.float32)
    read_out(potentials, readout, bias, outputs)
    exact = readout.astype(object) @ potentials.astype(object)
    np.testing.assert_array_equal(outputs, bias + np.array(exact, np.float32) * np.float32(2.0**-31))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_samples_are_taken_without_a_copy(dtype, tmp_path):
    samples = np.ones((3, 4), dtype)
    np.save(tmp_path / "samples.npy", samples)
    mapped = np.load(tmp_path / "samples.npy", mmap_mode="r")
    for given_samples in (samples, samples[1:], mapped):
        assert np.shares_memory(as_samples(given_samples, 4), given_samples)
    for other in (samples[:, ::2], np.asfortranarray(samples)[:, :2], samples.astype(">f4")[:, :2]):
        assert as_samples(other, 2).flags.c_contiguous


def test_a_warm_engine_never_compiles_again(template, digits):
    jit.warm_up()
    before = jit.signatures()
    for dtype in (np.uint8, np.float32, np.float64, np.int16, bool):
        network = Network(template(digits.train_images.shape[1]))
        network.learn_many(digits.train_images[:5].astype(dtype), digits.train_labels[:5])
        network.predict(digits.test_images[0].astype(dtype))
    assert jit.signatures() == before == {"learn_rows": 2, "predict_rows": 2}


def test_compiled_code_lies_in_a_folder_named_by_its_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("HANAMI_CACHE_DIR", str(tmp_path))
    folder = jit.cache_folder()
    assert folder.parent == tmp_path
    monkeypatch.setattr(jit.numba, "__version__", "another")
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


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_out_of_range_are_refused(template, seed):
    with pytest.raises(ValueError, match="seed"):
        Network(template(1), seed=seed)


@pytest.mark.parametrize("samples", [0, -5, 2**62])
def test_absurd_announcements_are_refused(template, samples):
    with pytest.raises(ValueError, match="samples"):
        Network(template(1)).announce(samples)
