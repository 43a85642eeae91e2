"""Snapshots: the same network back, or a clear refusal."""

import json
import struct

import numpy as np
import pytest
from hanami_engine import EngineError, Network, SnapshotError
from hanami_engine.snapshot import FORMAT, KEY, _digest, read_notes
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from .contract.plans import inlet, inner, outlet, plan

TEMPLATE = plan(
    inlet(1, 1, 1, name="x"), inner(2, 1, 1, size=200), inner(3, 1, 1, size=100),
    outlet(4, 1, 1, name="class", values=None), outlet(3, 1, 2, name="real", size=2, values="real"),
    enable_reduction=True, reduction_threshold=0.3, neuron_cooldown=2, refractory_time=2, memory_limit=1 << 20,
)  # fmt: skip


def opened(data):
    """Header and tensors of a snapshot."""
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"][KEY]), dict(load_tensors(data))


def forged(data, change):
    """A snapshot with changed parts and a right checksum, as somebody with bad intent would make it."""
    header, tensors = opened(data)
    del header["digest"]
    change(header, tensors)
    header["digest"] = _digest(header, tensors)
    return save_tensors(tensors, {KEY: json.dumps(header, sort_keys=True)})


@pytest.fixture(scope="module")
def network():
    """A network with everything: two hexagons, free lists, both signs, classes and ranges, echoes."""
    network = Network(TEMPLATE, seed=5)
    network.announce(9000)
    random = np.random.default_rng(0)
    samples = random.integers(-5, 6, (9000, 6)).astype(np.float32)
    network.learn_many(samples, {"class": random.integers(0, 3, 9000), "real": samples[:, :2] * [1e3, -2]})
    samples[:, 3:] = 0
    network.learn_many(samples, {"class": np.zeros(9000), "real": np.full((9000, 2), np.nan)})
    network.predict(samples[0])
    header, tensors = opened(network.to_bytes())
    assert header["free_row"] > 0
    assert header["free_level"] > 0
    assert tensors["echoes"].any()
    assert header["level_count"] > 20
    return network


@pytest.fixture(scope="module")
def good(network):
    return network.to_bytes()


@given(notes=st.dictionaries(st.text(), st.text(), max_size=3))
@settings(max_examples=25, deadline=None)
def test_notes_come_along_and_change_nothing(network, good, notes):
    noted = network.to_bytes(notes)
    assert read_notes(noted) == notes
    assert (noted == good) == (not notes)
    assert Network.from_bytes(noted).to_bytes() == good


def test_notes_are_held_by_the_checksum(network):
    noted = network.to_bytes({"sessions": "first"})
    for damaged in (noted.replace(b"first", b"final"), noted[:-1]):
        with pytest.raises(SnapshotError):
            read_notes(damaged)


@pytest.mark.parametrize("notes", [3, ["a"], {"a": 1}, None])
def test_notes_that_are_no_texts_are_refused(good, notes):
    with pytest.raises(SnapshotError, match="notes: expected texts by name"):
        read_notes(forged(good, lambda header, _: header.update(notes=notes)))


def test_a_network_comes_back_and_goes_on_the_same(network, good):
    copies = [Network.from_bytes(good) for _ in range(2)]
    for copy in copies:
        assert copy.to_bytes() == good
        assert copy.stats() == network.stats()
        assert copy.template == network.template
        copy.learn([0, 7, 0, 0, 0, 1], {"class": 2, "real": [1, 2]})
    assert copies[0].to_bytes() == copies[1].to_bytes() != good
    np.testing.assert_equal(copies[0].predict([1] * 6), copies[1].predict([1] * 6))


def test_what_was_freed_is_taken_first(good):
    copy = Network.from_bytes(good)
    rows = opened(good)[0]["rows"]
    copy.learn([0, 0, 0, 0, 0, 0, 9], {"class": 0, "real": [0, 0]})
    header = opened(copy.to_bytes())[0]
    assert header["section_count"] > opened(good)[0]["section_count"]
    assert header["rows"] == rows


def test_empty_networks_and_open_ones_come_back():
    for network in (Network(seed=2**64 - 1), Network(TEMPLATE)):
        assert Network.from_bytes(network.to_bytes()).to_bytes() == network.to_bytes()
    network = Network()
    network.learn([1, 2], [3.5])
    copy = Network.from_bytes(network.to_bytes())
    for one in (network, copy):
        one.learn([1, 2, 3], [3.5, 4])  # still open
    assert copy.to_bytes() == network.to_bytes()
    np.testing.assert_array_equal(copy.predict([1, 2, 3]), network.predict([1, 2, 3]))


def test_a_snapshot_keeps_only_what_was_used():
    network = Network()
    assert len(network.to_bytes()) < 5000
    network.learn(np.ones(10), 0)
    assert len(network.to_bytes()) < 5000 + 10 * 300 + 128 * 4


def test_files_are_replaced_in_one_step(network, good, tmp_path):
    path = tmp_path / "net.hanami"
    path.write_bytes(b"old")
    network.save(path)
    assert Network.load(path).to_bytes() == good
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.hanami"]
    with pytest.raises(OSError, match="missing"):
        network.save(tmp_path / "missing" / "net.hanami")
    with pytest.raises(OSError, match="absent"):
        Network.load(tmp_path / "absent")
    path.write_bytes(b"rubbish")
    with pytest.raises(SnapshotError, match=r"net\.hanami"):
        Network.load(path)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(network, tmp_path, monkeypatch):
    monkeypatch.setattr(Network, "to_bytes", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        network.save(tmp_path / "net.hanami")
    assert list(tmp_path.iterdir()) == []


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_item_33_any_flipped_bit_or_lost_byte_is_refused(good, data):
    if data.draw(st.booleans()):
        bad = bytearray(good)
        header = 8 + struct.unpack("<Q", good[:8])[0]  # small, but where most can go wrong
        end = data.draw(st.sampled_from([header, len(good)]))
        bad[data.draw(st.integers(0, end - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        bad = good[: data.draw(st.integers(0, len(good) - 1))]
    with pytest.raises(SnapshotError):
        Network.from_bytes(bytes(bad))


def test_a_newer_format_is_refused_in_words(good):
    newer = forged(good, lambda header, _: header.update(format=FORMAT + 1))
    with pytest.raises(SnapshotError, match=rf"newer version of the engine \(format {FORMAT + 1}; .* reads {FORMAT}\)"):
        Network.from_bytes(newer)
    for other in (FORMAT - 1, "3", None):
        unknown = forged(good, lambda header, _, other=other: header.update(format=other))
        with pytest.raises(SnapshotError, match=f"expected format {FORMAT}, got {other!r}"):
            Network.from_bytes(unknown)


def test_what_follows_a_snapshot_is_refused(good):
    with pytest.raises(SnapshotError):
        Network.from_bytes(good + b"\0")


@given(st.binary(max_size=200))
def test_rubbish_is_refused(data):
    with pytest.raises(SnapshotError):
        Network.from_bytes(data)


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"other": "{}"}, {KEY: "not json"}, {KEY: "[1]"}, {KEY: "3"}, {KEY: "{}"}, {KEY: "[" * 100_000}],
    ids=range(8),
)
def test_safetensors_of_other_things_are_refused(metadata):
    with pytest.raises(SnapshotError):
        Network.from_bytes(save_tensors({"weights": np.zeros(3)}, metadata))


def test_every_missing_part_is_named(good):
    header, tensors = opened(good)
    for name in header.keys() - {"digest", "format"}:
        with pytest.raises(SnapshotError, match=name):
            Network.from_bytes(forged(good, lambda header, _, name=name: header.pop(name)))
    for name in tensors:
        with pytest.raises(SnapshotError, match=name):
            Network.from_bytes(forged(good, lambda _, tensors, name=name: tensors.pop(name)))


def test_every_tensor_must_have_its_type_and_shape(good):
    for name, tensor in opened(good)[1].items():
        for bad in (tensor.astype(np.float64), tensor[:-1].copy(), np.concatenate([tensor, tensor[-1:]])):
            with pytest.raises(SnapshotError, match=rf"{name}|source"):
                Network.from_bytes(forged(good, lambda _, tensors, name=name, bad=bad: tensors.update({name: bad})))


COUNTERS = [
    *("seed", "samples", "announced", "elapsed", "born", "freed", "rows", "free_row", "section_count", "levels_used"),
    *("free_level", "level_count", "bytes", "full", "turn", "cursor", "due"),
]
LISTS = COUNTERS[COUNTERS.index("rows") : COUNTERS.index("full")]


@pytest.mark.parametrize("name", COUNTERS)
def test_counters_out_of_range_are_refused(good, name):
    for value in (-1, 2**64, 2**70, None, "many", [], 1e400):
        with pytest.raises(SnapshotError):
            Network.from_bytes(forged(good, lambda header, _, value=value: header.update({name: value})))


@pytest.mark.parametrize(
    "name", ["rows", "levels_used", "section_count", "level_count", "free_row", "free_level", "bytes"]
)
@pytest.mark.parametrize("step", [-1, 1])
def test_counters_that_do_not_count_what_there_is_are_refused(good, name, step):
    with pytest.raises(SnapshotError):
        Network.from_bytes(forged(good, lambda header, _: header.update({name: header[name] + step})))


def put(name, index, value):
    def change(_, tensors):
        tensors[name] = tensors[name].copy()
        tensors[name][index] = value

    return change


def head(**values):
    return lambda header, _: header.update(values)


def replace_in_template(old, new):
    def change(header, _):
        assert old in header["template"]
        header["template"] = header["template"].replace(old, new)

    return change


def swap_levels(_, tensors):
    """The first source with two levels begins with the second one."""
    begin = tensors["source_level"]
    index = next(i for i, level in enumerate(begin) if level and tensors["level_next"][level - 1])
    first = int(begin[index])
    second = int(tensors["level_next"][first - 1])
    tensors["level_next"] = tensors["level_next"].copy()
    tensors["level_next"][first - 1] = tensors["level_next"][second - 1]
    tensors["level_next"][second - 1] = first
    put("source_level", index, second)(_, tensors)


def share_a_level(_, tensors):
    """Two sources with the same level."""
    owners = np.flatnonzero(tensors["source_level"])
    put("source_level", owners[0], tensors["source_level"][owners[1]])(_, tensors)


def share_a_section(_, tensors):
    """Two levels with the same section."""
    used = [level - 1 for level in tensors["source_level"] if level]
    put("level_section", used[0], tensors["level_section"][used[1]])(_, tensors)


def drop_sections(header, tensors):
    """A level without any section; everything else is as it must be."""
    level = next(level - 1 for level in tensors["source_level"] if level)
    following = tensors["section_next"].copy()
    block = tensors["section_block"].copy()
    row = int(tensors["level_section"][level])
    while row:
        after = int(following[row - 1])
        following[row - 1], block[row - 1] = header["free_row"], 0xFFFF
        header["free_row"], row = row, after
        header["section_count"] -= 1
        header["bytes"] -= 262
    tensors |= {"section_next": following, "section_block": block}
    put("level_section", level, 0)(header, tensors)


def beyond_its_hexagon(_, tensors):
    """The last source of the inputs belongs to an input that nobody has seen."""
    last = int(np.flatnonzero(tensors["source_index"] < 2 * 6)[-1])
    put("source_index", last, 2 * 6)(_, tensors)


def on_range(name, value):
    """The range of a real output."""

    def change(_, tensors):
        put(f"scale_{name}", int(np.flatnonzero(tensors["scale_hits"])[0]), value)(_, tensors)

    return change


def used_level(tensors):
    return next(int(level) - 1 for level in tensors["source_level"] if level)


def on_used_level(name, value):
    def change(header, tensors):
        put(f"level_{name}", used_level(tensors), value)(header, tensors)

    return change


def on_used_section(name, value):
    def change(header, tensors):
        row = int(tensors["level_section"][used_level(tensors)]) - 1
        put(f"section_{name}", row, value)(header, tensors)

    return change


CLASS, FIRST, REAL = (
    [hexagon.label for hexagon in plan_order].index(name)
    for plan_order in [[next(h for h in TEMPLATE.hexagons if h.position == p) for p in TEMPLATE.paths.order]]
    for name in ("class", "2,1,1", "real")
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (head(format=1), "expected format 2, got 1"),
        (head(format=None), "expected format 2"),
        (head(template="version: 1"), "unusable"),
        (head(template=3), "unusable"),
        (replace_in_template('"size": 2, "values": "real"', '"size": 3, "values": "real"'), "size that its template"),
        (replace_in_template('"size": 200', '"size": 100'), "block that is not open|size that its template"),
        (replace_in_template('"memory_limit": 1048576', '"memory_limit": 65536'), "bytes|rows|levels_used"),
        (replace_in_template('"settings": {', '"settings": {"x": 1, '), "unknown key"),
        (head(meanings=[]), "meanings: expected one per hexagon"),
        (head(meanings=3), "unusable"),
        (lambda header, _: header["meanings"].__setitem__(CLASS, "odd"), "unusable"),
        (lambda header, _: header["meanings"].__setitem__(REAL, "class"), "not what the template says"),
        (lambda header, _: header["meanings"].__setitem__(FIRST, "class"), "not what the template says"),
        (head(rows=0), "rows: expected 1 to"),
        (head(rows=2**40), "rows: expected 1 to"),
        (head(levels_used=0), "levels_used: expected 1 to"),
        (head(samples=2**63), "out of range"),
        (head(turn=5), "no such hexagon"),
        (head(due=2000), "due"),
        (head(bytes=0), "bytes"),
        (put("hexagon_width", CLASS, 5000), "size that its template"),
        (put("hexagon_width", REAL, 1), "size that its template"),
        (put("hexagon_width", FIRST, 1), "size that its template"),
        (put("hexagon_width", FIRST, -1), "size that its template"),
        (put("hexagon_open", FIRST, 3), "size that its template"),
        (put("hexagon_open", FIRST, -1), "size that its template"),
        (put("hexagon_drawn", CLASS, 4), "size that its template"),
        (put("hexagon_drawn", CLASS, -1), "size that its template"),
        (put("hexagon_drawn", CLASS, 2), "bytes"),
        (put("hexagon_need", FIRST, np.nan), "size that its template"),
        (put("hexagon_need", FIRST, -1), "size that its template"),
        (put("hexagon_need", FIRST, np.inf), "size that its template"),
        (put("source_index", 0, -1), "rising"),
        (put("source_index", 1, 0), "rising"),
        (put("source_index", -1, 2**31 - 1), "rising"),
        (beyond_its_hexagon, "outside its hexagon"),
        (put("source_level", 0, -1), "levels: every level"),
        (put("source_level", 0, 10_000), "levels: every level"),
        (share_a_level, "levels: every level"),
        (swap_levels, "borders that follow"),
        (on_used_level("next", -3), "levels: every level"),
        (on_used_level("next", 10_000), "levels: every level"),
        (on_used_level("low", 0.5), "borders that follow"),
        (on_used_level("low", -1), "borders that follow"),
        (on_used_level("low", np.nan), "borders that follow"),
        (on_used_level("high", np.nan), "borders that follow"),
        (on_used_level("high", np.inf), "borders that follow"),
        (on_used_level("high", 0), "borders that follow"),
        (on_used_level("high", 1e-44), "borders that follow"),
        (on_used_level("section", -1), "sections: every section"),
        (on_used_level("section", 10_000), "sections: every section"),
        (on_used_level("tension", np.nan), "tension"),
        (on_used_level("tension", -1), "tension"),
        (share_a_section, "sections: every section"),
        (drop_sections, "sections: every level must have one"),
        (on_used_section("next", -1), "sections: every section"),
        (on_used_section("next", 10_000), "sections: every section"),
        (on_used_section("block", 0xFFFF), "block that is not open"),
        (on_used_section("block", 2), "block that is not open"),
        (lambda header, tensors: put("level_next", header["free_level"] - 1, 10_000)(header, tensors), "levels: every"),
        (lambda header, tensors: put("section_next", header["free_row"] - 1, -1)(header, tensors), "sections: every"),
        (lambda header, tensors: put("section_block", header["free_row"] - 1, 0)(header, tensors), "sections: every"),
        (put("bias", 0, np.nan), "bias"),
        (put("bias", -1, np.inf), "bias"),
        (on_range("border", np.nan), "scale_border"),
        (on_range("border", -1), "scale_border"),
        (on_range("border", 0), "scale_border"),
        (on_range("anchor", 0), "scale_anchor"),
        (on_range("anchor", np.inf), "scale_anchor"),
        (on_range("hits", 0), "scale_border"),
        (lambda _, tensors: put("scale_border", int(np.argmin(tensors["scale_hits"])), -1)(_, tensors), "scale_border"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(good, change, words):
    assert forged(good, lambda *_: None) == good
    with pytest.raises(SnapshotError, match=words):
        Network.from_bytes(forged(good, change))


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_no_forgery_that_is_taken_breaks_out(good, data):
    """Whatever single number was changed: a refusal, or a network that learns, answers and saves without harm."""
    tensors = opened(good)[1]
    name = data.draw(st.sampled_from(sorted(tensors)))
    tensor = tensors[name].copy()
    place = data.draw(st.integers(0, tensor.size - 1))
    if tensor.dtype.kind == "f":
        tensor.flat[place] = data.draw(st.floats(width=32))
    else:
        info = np.iinfo(tensor.dtype)
        tensor.flat[place] = data.draw(st.one_of(st.integers(info.min, info.max), st.integers(0, 60)))
    try:
        network = Network.from_bytes(forged(good, lambda _, tensors: tensors.update({name: tensor})))
        network.predict(np.zeros(6))
    except EngineError:  # refused, or another width
        return
    random = np.random.default_rng(0)
    samples = random.integers(-50, 60, (200, 6)).astype(np.float32)
    network.learn_many(samples, {"class": random.integers(0, 4, 200), "real": samples[:, :2] * 1e3})
    network.predict_many(samples)
    network.to_bytes()
    network.stats()
