"""Where two templates differ is named, and nothing is where they say the same."""

import dataclasses

import pytest
from hanami_engine import Network, SnapshotError, Template
from hanami_engine.layout import RANGES
from hanami_engine.snapshot import read_template
from hypothesis import given
from hypothesis import strategies as st

INPUT = "  - {position: [1, 1, 1], type: input, name: image, size: 64}\n"
INNER = "  - {position: [2, 1, 1], type: internal, size: 128}\n"
OUTPUT = "  - {position: [3, 1, 1], type: output, size: 10}\n"
AXON = "axons: [{from: [1, 1, 1], to: [3, 1, 1]}]\n"
TEXT = f"version: 1\nhexagons:\n{INPUT}{INNER}{OUTPUT}"
CASES = {
    "a size": ("size: 128", "size: 256", "hexagon 2,1,1: expected size 128, got 256"),
    "an open size": (", size: 64", "", "hexagon 1,1,1: expected size 64, got open"),
    "a name": ("name: image", "name: photo", "hexagon 1,1,1: expected name image, got photo"),
    "no name": ("name: image, ", "", "hexagon 1,1,1: expected name image, got open"),
    "values": ("size: 10}", "size: 10, values: real}", "hexagon 3,1,1: expected values class, got real"),
    "another hexagon": (INNER, INNER + INNER.replace("[2, 1, 1]", "[2, 2, 1]"), "hexagon 2,2,1: expected none, got"),
    "another place": (
        "[3, 1, 1]",
        "[2, 2, 1]",
        "hexagon 3,1,1: expected output, got none; hexagon 2,2,1: expected none",
    ),
    "another order": (INPUT + INNER, INNER + INPUT, "hexagons: expected 1,1,1 as number 1, got 2,1,1"),
    "an axon": (OUTPUT, OUTPUT + AXON, "axon from 1,1,1 to 3,1,1: expected none, got one"),
    "a setting": (OUTPUT, OUTPUT + "settings: {fan_out: 3}\n", "settings.fan_out: expected 8, got 3"),
    "a switch": (OUTPUT, OUTPUT + "settings: {enable_reduction: true}\n", "enable_reduction: expected false, got true"),
    "a number": (OUTPUT, OUTPUT + "settings: {learning_rate: 0.03}\n", "learning_rate: expected 0.045, got 0.03"),
    "a default": (OUTPUT, OUTPUT + "settings: {dead_zone: 0.5}\n", "settings.dead_zone: expected open, got 0.5"),
}


@pytest.mark.parametrize(("old", "new", "words"), CASES.values(), ids=CASES)
def test_a_difference_is_named_from_both_sides(old, new, words):
    one, other = Template.parse(TEXT), Template.parse(TEXT.replace(old, new))
    assert words in one.difference(other)
    assert other.difference(one) not in {None, one.difference(other)}


def test_what_is_only_written_in_another_way_is_no_difference():
    other = "# the same\n" + TEXT.replace("size: 64", "size: 0x40") + "settings: {fan_out: 8}\n"
    assert Template.parse(TEXT).difference(Template.parse(other)) is None


def test_many_differences_are_cut_short():
    other = Template.for_data()
    told = Template.parse(TEXT).difference(other)
    assert told.count(";") == 3
    assert told.endswith("; and 2 more")


changes = st.sets(st.sampled_from([(old, new) for old, new, _ in CASES.values()]), max_size=3)


@given(changes, changes)
def test_there_is_a_difference_where_templates_differ(some, others):
    one, other = TEXT, TEXT
    for old, new in sorted(some):
        one = one.replace(old, new)
    for old, new in sorted(others):
        other = other.replace(old, new)
    try:
        one, other = Template.parse(one), Template.parse(other)
    except ValueError:
        return  # changes that do not go together
    same = dataclasses.replace(one, text="") == dataclasses.replace(other, text="")
    assert (one.difference(other) is None) == same == (other.difference(one) is None)


def test_every_setting_is_compared():
    plain = Template.parse(TEXT)
    for name, allowed in RANGES.items():
        now = getattr(plain.settings, name)
        value = not now if not allowed.high else allowed.high
        changed = dataclasses.replace(plain, settings=dataclasses.replace(plain.settings, **{name: value}))
        assert plain.difference(changed).startswith(f"settings.{name}: expected ")


def test_the_template_of_a_snapshot_is_read_without_the_network():
    data = Network(Template.parse(TEXT)).to_bytes()
    assert read_template(data) == Template.parse(TEXT)
    for damaged in (data[:-1], data[:-1] + bytes([data[-1] ^ 1]), b"", b"x" * 100):
        with pytest.raises(SnapshotError):
            read_template(damaged)
