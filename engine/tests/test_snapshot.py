"""Snapshots: the same network back, or a clear refusal."""

import json
import struct

import numpy as np
import pytest
from hanami_engine import Network, SnapshotError
from hanami_engine.snapshot import KEY, _digest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors


def forged(data, change):
    """A snapshot with changed parts and a right checksum, as somebody with bad intent would make it."""
    tensors = dict(load_tensors(data))
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][KEY])
    del header["digest"]
    change(header, tensors)
    header["digest"] = _digest(header, tensors)
    return save_tensors(tensors, {KEY: json.dumps(header, sort_keys=True)})


def same(_, __):
    """Change nothing."""


def spare_rows(_, tensors):
    """Two rows of the arena that were given back."""
    used = len(tensors["weights"])
    tensors["weights"] = np.concatenate([tensors["weights"], np.ones((2, 128), np.int16)])
    tensors["free"] = np.array([used + 1, used], np.int32)


@pytest.fixture(scope="module")
def network(template):
    """A small network with sections of both signs, a readout, and rows on the free list."""
    network = Network(template(6, 200, 3), seed=5)
    network.announce(50)
    draw = np.random.default_rng(0)
    samples = draw.integers(-5, 6, (30, 6)).astype(np.float32)
    samples[:, 5] = 0
    network.learn_many(samples, draw.integers(0, 3, 30))
    return Network.from_bytes(forged(network.to_bytes(), spare_rows))


def test_rows_that_were_given_back_are_taken_first(network):
    copy = Network.from_bytes(network.to_bytes())
    assert copy.learn([0, 0, 0, 0, 0, 9], 1).grown == 2
    tensors = load_tensors(copy.to_bytes())
    assert len(tensors["free"]) == 0
    assert len(tensors["weights"]) == len(load_tensors(network.to_bytes())["weights"])
    assert not (tensors["weights"][-2:] == 1).all()


def test_a_network_comes_back_and_goes_on_the_same(network, template):
    copy = Network.from_bytes(network.to_bytes())
    assert copy.to_bytes() == network.to_bytes()
    assert copy.stats().synapses == network.stats().synapses
    assert copy.template == network.template
    untouched = Network.from_bytes(network.to_bytes())
    for one in (copy, untouched):
        one.learn([0, 7, 0, 0, 0, 1], 2)
    assert copy.to_bytes() == untouched.to_bytes()


def test_an_empty_network_and_one_of_reals_come_back(template):
    empty = Network(template(4), seed=2**64 - 1)
    assert Network.from_bytes(empty.to_bytes()).to_bytes() == empty.to_bytes()
    real = Network(template(2, outputs=3, values="real"))
    real.learn([1, 2], [1e6, 0, -3])
    np.testing.assert_array_equal(Network.from_bytes(real.to_bytes()).predict([1, 2]), real.predict([1, 2]))


def test_files_are_replaced_in_one_step(network, tmp_path):
    path = tmp_path / "net.hanami"
    path.write_bytes(b"old")
    network.save(path)
    assert Network.load(path).to_bytes() == network.to_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.hanami"]
    with pytest.raises(OSError, match="missing"):
        network.save(tmp_path / "missing" / "net.hanami")
    with pytest.raises(OSError, match="absent"):
        Network.load(tmp_path / "absent")
    path.write_bytes(b"rubbish")
    with pytest.raises(SnapshotError, match=r"net\.hanami"):
        Network.load(path)


@settings(deadline=None)
@given(data=st.data())
def test_any_flipped_bit_or_lost_byte_is_refused(network, data):
    good = network.to_bytes()
    if data.draw(st.booleans()):
        bad = bytearray(good)
        bad[data.draw(st.integers(0, len(good) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        bad = good[: data.draw(st.integers(0, len(good) - 1))]
    with pytest.raises(SnapshotError):
        Network.from_bytes(bytes(bad))


@given(st.binary(max_size=200))
def test_rubbish_is_refused(data):
    with pytest.raises(SnapshotError):
        Network.from_bytes(data)


def put(name, index, value):
    def change(_, tensors):
        tensors[name] = tensors[name].copy()
        tensors[name][index] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda header, _: header.update(format=99), "expected format 1"),
        (lambda header, _: header.pop("seed"), "missing"),
        (lambda header, _: header.update(seed=-1), "unusable"),
        (lambda header, _: header.update(samples=-1), "out of range"),
        (lambda header, _: header.update(samples="x" * 9), "unusable|damaged|not a snapshot"),
        (lambda header, _: header.update(template="version: 1"), "unusable"),
        (lambda header, _: header.update(template=header["template"].replace("size: 6", "size: 7")), "expected"),
        (lambda _, tensors: tensors.pop("weights"), "missing"),
        (lambda _, tensors: tensors.update(weights=tensors["weights"].astype(np.int32)), "weights: expected int16"),
        (lambda _, tensors: tensors.update(weights=tensors["weights"][:-1].copy()), "rows"),
        (put("rows", (0, 0), 10_000), "rows"),
        (put("rows", (0, 0), -5), "rows"),
        (lambda _, tensors: tensors.update(rows=np.roll(tensors["rows"], 1, axis=1)[::-1].copy()), "rows|sources"),
        (put("free", 0, 0), "rows"),
        (put("source_border", 0, np.nan), "source_border"),
        (put("source_border", 0, np.inf), "source_border"),
        (put("source_hits", 0, 0), "sections|border"),
        (put("bias", 0, np.nan), "out of range"),
        (lambda _, tensors: tensors.update(readout=np.zeros((3, 0), np.int32)), "readout"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(network, change, words):
    good = network.to_bytes()
    assert load_tensors(good)["free"].shape == (2,)
    bad = forged(good, change)
    with pytest.raises(SnapshotError, match=words):
        Network.from_bytes(bad)
    assert forged(good, same) == good
