"""Templates: what is read, how every mistake is named, and what editors are told about the format."""

import dataclasses
import json
from importlib.resources import files

import pytest
from hanami_engine import Template, TemplateError
from hanami_engine.lattice import HexagonType, Position, neighbours
from hanami_engine.layout import LARGEST_SIZE, RANGES, Hexagon, InputValues, OutputValues, Settings
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

GOOD = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 784}
  - {position: [2, 2, 1], type: input, values: binary}
  - {position: [2, 1, 1], type: internal, size: 256}
  - position: [3, 1, 1]
    type: output
    name: label
    size: 10
    values: class
axons:
  - {from: [1, 1, 1], to: [3, 1, 1]}
settings:
  learning_rate: 0.03
"""
SCHEMA = json.loads((files("hanami_engine") / "template.schema.json").read_text())
HEXAGON = "  - {position: [2, 1, 1], type: internal, size: 256}"
AXON = "  - {from: [1, 1, 1], to: [3, 1, 1]}"
RATE = "  learning_rate: 0.03"
places = st.builds(Position, *(st.integers(-1000, 1000) for _ in range(3)))


def is_in_schema(text):
    return Draft7Validator(SCHEMA).is_valid(YAML(typ="safe", pure=True).load(text))


def refusal(text):
    with pytest.raises(TemplateError) as caught:
        Template.parse(text)
    return caught.value


def is_read(text):
    try:
        Template.parse(text)
    except TemplateError:
        return False
    return True


def row(*kinds):
    """A template of hexagons in a row."""
    lines = (f"  - {{position: [{x}, 1, 1], type: {kind}}}\n" for x, kind in enumerate(kinds))
    return "version: 1\nhexagons:\n" + "".join(lines)


# Reading


def test_a_template_is_read():
    template = Template.parse(GOOD)
    image, switches, middle, label = template.hexagons
    assert image == Hexagon(Position(1, 1, 1), HexagonType.INPUT, 784, "image", InputValues.REAL)
    assert switches == Hexagon(Position(2, 2, 1), HexagonType.INPUT, None, None, InputValues.BINARY)
    assert middle == Hexagon(Position(2, 1, 1), HexagonType.INTERNAL, 256)
    assert label == Hexagon(Position(3, 1, 1), HexagonType.OUTPUT, 10, "label", OutputValues.CLASS)
    assert (template.inputs, template.internals, template.outputs) == ((image, switches), (middle,), (label,))
    assert (image.label, switches.label) == ("image", "2,2,1")
    assert template.axons == ((Position(1, 1, 1), Position(3, 1, 1)),)
    assert template.settings == Settings(learning_rate=0.03)
    assert template.text == GOOD


def test_what_is_left_out_has_a_default():
    template = Template.parse(row("input", "internal", "output"))
    assert [(hexagon.size, hexagon.values) for hexagon in template.hexagons] == [
        (None, InputValues.REAL),
        (512, None),
        (None, OutputValues.CLASS),
    ]
    assert template.settings == Settings()


def test_sizes_are_those_of_the_only_input_and_output():
    several = Template.parse(GOOD)
    assert (several.input_size, several.output_size, several.output_kind) == (None, 10, OutputValues.CLASS)
    single = Template.for_data(3, 2, OutputValues.REAL)
    assert (single.input_size, single.output_size, single.output_kind) == (3, 2, OutputValues.REAL)
    several = Template.parse(row("input", "output", "internal", "input", "output"))
    assert (several.input_size, several.output_size, several.output_kind) == (None, None, None)


def test_a_template_for_data_may_leave_everything_open():
    template = Template.for_data()
    assert (template.input_size, template.output_size, template.output_kind) == (None, None, None)
    with pytest.raises(TemplateError, match="from 1 to 4096"):
        Template.for_data(3, 5000)


def test_templates_that_say_the_same_differ_only_in_their_text():
    other = Template.parse("# the same\n" + GOOD)
    assert other != Template.parse(GOOD)
    assert dataclasses.replace(other, text=GOOD) == Template.parse(GOOD)


def test_an_anchor_does_not_change_what_a_value_is():
    template = Template.parse(GOOD + "  enable_reduction: &on true\n  fan_out: &many 4\n  dead_zone: null\n")
    assert template.settings == Settings(learning_rate=0.03, enable_reduction=True, fan_out=4)
    assert refusal(GOOD.replace("784", "&wide true")).key == "hexagons[0].size"
    assert refusal(GOOD.replace("version: 1", "version: &first true")).key == "version"


# Refusing

SHAPES = [  # what the schema refuses too
    ("version: 1", "version: 2", 1, "version", "expected 1"),
    ("version: 1", "version: true", 1, "version", "expected 1"),
    ("version: 1\n", "", 1, "version", "missing"),
    ("settings:", "setings:", 13, "setings", "unknown key"),
    (RATE, "  learning_rate: 2", 14, "settings.learning_rate", "above 0 to 1"),
    (RATE, "  learning_rate: 0", 14, "settings.learning_rate", "above 0 to 1"),
    (RATE, "  learning_rate: fast", 14, "settings.learning_rate", "a number"),
    (RATE, "  learning_rate: null", 14, "settings.learning_rate", "a number"),
    (RATE, "  dead_zone: -0.1", 14, "settings.dead_zone", "from 0 to 1"),
    (RATE, "  fan_out: 2.5", 14, "settings.fan_out", "whole number from 1 to 1024"),
    (RATE, "  fan_out: true", 14, "settings.fan_out", "whole number"),
    (RATE, "  max_connection_distance: 0", 14, "settings.max_connection_distance", "from 1 to 1024"),
    (RATE, "  neuron_cooldown: 0.5", 14, "settings.neuron_cooldown", "from 1 to 1e+38"),
    (RATE, "  refractory_time: 0", 14, "settings.refractory_time", "from 1 to 65536"),
    (RATE, "  enable_reduction: 1", 14, "settings.enable_reduction", "true or false"),
    (RATE, "  reduction_threshold: 1.5", 14, "settings.reduction_threshold", "from 0 to 1"),
    (RATE, "  memory_limit: 100", 14, "settings.memory_limit", "from 65536 to"),
    (RATE, "  rate: 0.03", 14, "settings.rate", "unknown key"),
    ("settings:\n" + RATE, "settings: 3", 13, "settings", "mapping"),
    ("size: 784", "size: 0", 3, "hexagons[0].size", "from 1 to 1048576"),
    ("size: 784", "size: 7.5", 3, "hexagons[0].size", "whole number"),
    ("size: 784", "size: 1048577", 3, "hexagons[0].size", "from 1 to"),
    ("size: 784", "size: true", 3, "hexagons[0].size", "whole number"),
    ("size: 784", "width: 784", 3, "hexagons[0].width", "unknown key"),
    ("size: 256", "size: 65537", 5, "hexagons[2].size", "from 1 to 65536"),
    ("size: 10", "size: 4097", 9, "hexagons[3].size", "from 1 to 4096"),
    ("size: 10", "size: 1", 9, "hexagons[3].size", "at least 2 classes"),
    ("size: 256}", "size: 256, values: real}", 5, "hexagons[2].values", "only an input or output"),
    ("size: 256}", "size: 256, values: null}", 5, "hexagons[2].values", "only an input or output"),
    ("type: internal", "type: hidden", 5, "hexagons[2].type", "input, internal, output"),
    ("type: internal", "type: [internal]", 5, "hexagons[2].type", "input, internal, output"),
    ("type: internal, ", "", 5, "hexagons[2].type", "missing"),
    ("position: [3, 1, 1]", "position: [3, 1]", 6, "hexagons[3].position", "three whole numbers"),
    ("position: [3, 1, 1]", "position: [3, 1, a]", 6, "hexagons[3].position", "whole number"),
    ("position: [3, 1, 1]", "position: [3, 1, 1048577]", 6, "hexagons[3].position", "to 1048576"),
    ("position: [3, 1, 1]", "position: 3,1,1", 6, "hexagons[3].position", "three whole numbers"),
    ("values: class", "values: binary", 10, "hexagons[3].values", "class, real, bool, int, float"),
    ("values: binary", "values: class", 4, "hexagons[1].values", "real, binary, match"),
    ("values: binary", "values: null", 4, "hexagons[1].values", "real, binary, match"),
    ("name: label", "name: ''", 8, "hexagons[3].name", "1 to 120 printable"),
    ("name: label", "name: 3", 8, "hexagons[3].name", "1 to 120 printable"),
    ("name: label", 'name: "a\\nb"', 8, "hexagons[3].name", "printable"),
    ("name: label", f"name: {'a' * 121}", 8, "hexagons[3].name", "1 to 120"),
    (AXON, "  - 3", 12, "axons[0]", "mapping with 'from' and 'to'"),
    (AXON, "  - {from: [1, 1, 1]}", 12, "axons[0].to", "missing"),
    (AXON, "  - {from: [1, 1, 1], to: [1, 1]}", 12, "axons[0].to", "three whole numbers"),
    (AXON, "  - {from: [1, 1, 1], to: [3, 1, 1], by: 1}", 12, "axons[0].by", "unknown key"),
    (AXON, f"{AXON}\n{AXON}", 13, "axons[1]", "given twice"),
    ("axons:\n" + AXON, "axons: 3", 11, "axons", "list of axons"),
    (GOOD, "- 1\n", 1, None, "expected a mapping"),
    (GOOD, "", 1, None, "expected a mapping"),
    (GOOD, "version: 1\nhexagons: 3\n", 2, "hexagons", "list of hexagons"),
    (GOOD, "version: 1\nhexagons: []\n", 2, "hexagons", "list of hexagons"),
    (GOOD, "version: 1\nhexagons: [3]\n", 2, "hexagons[0]", "mapping"),
    (GOOD, row("internal", "output", "output"), 2, "hexagons", "at least one input hexagon, got none"),
    (GOOD, row("input", "output", "output"), 2, "hexagons", "at least one internal hexagon, got none"),
    (GOOD, row("input", "internal", "internal"), 2, "hexagons", "at least one output hexagon, got none"),
    (GOOD, row("input", *["internal"] * 1023, "output"), 2, "hexagons", "at most 1024 hexagons, got 1025"),
    (AXON, "\n".join([AXON] * 4097), 2, "hexagons", "at most 4096 axons, got 4097"),
]
WHOLES = [  # what it cannot know
    (HEXAGON, HEXAGON.replace("2, 1", "1, 1"), 5, "hexagons[2]", "1,1,1 is taken by hexagons[0]"),
    ("type: input, v", "type: input, name: image, v", 4, "hexagons[1]", "name image is taken by hexagons[0]"),
    ("name: image", "name: '2,2,1'", 4, "hexagons[1]", "name 2,2,1 is taken by hexagons[0]"),
    (HEXAGON, HEXAGON.replace("2, 1, 1", "9, 9, 9"), 5, "hexagons[2]", "9,9,9 touches no other one"),
    ("[2, 2, 1]", "[1, 2, 1]", 4, "hexagons[1]", "1,2,1 is a dead end"),
    (HEXAGON, f"{HEXAGON}\n{HEXAGON.replace('2, 1, 1', '2, 1, 2')}", 6, "hexagons[3]", "2,1,2 is a dead end"),
    ("[3, 1, 1]}", "[3, 1, 2]}", 12, "axons[0]", "no hexagon stands at 3,1,2"),
    ("[3, 1, 1]}", "[1, 1, 1]}", 12, "axons[0]", "to itself"),
    ("[3, 1, 1]}", "[2, 2, 1]}", 12, "axons[0]", "into the input hexagon 2,2,1"),
    (AXON, "  - {from: [3, 1, 1], to: [2, 1, 1]}", 12, "axons[0]", "out of the output hexagon 3,1,1"),
    (RATE, "  learning_rate: .nan", 14, "settings.learning_rate", "above 0 to 1"),
    ("type: output", "type: {", None, None, "not YAML"),
    (GOOD, "version: 1\nversion: 1\n", 2, None, "not YAML"),
    (GOOD, "version: [\n", 2, None, "not YAML"),
    (GOOD, "[" * 5000, 1, None, "not YAML: maximum depth"),
    (GOOD, "version: 1\n" + "- " * 5000, None, None, "not YAML"),
    (GOOD, "version: 1\nhexagons: " + "{a: " * 5000, 2, None, "not YAML: maximum depth"),
    (GOOD, "a\x00b", None, None, "not YAML"),
    (GOOD, "version: 0x_", None, None, "not YAML"),
    (GOOD, "? []\n: 1", None, None, "unknown key"),
    (GOOD, "#" * 300_000, None, None, "at most 262144 characters, got 300000"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), SHAPES + WHOLES)
def test_every_mistake_names_line_and_key(old, new, line, key, words):
    assert old in GOOD
    error = refusal(GOOD.replace(old, new, 1))
    assert words in error.message
    assert key is None or error.key == key
    assert line is None or error.line == line


def test_an_axon_that_makes_a_cycle_is_named():
    text = row("input", "internal", "internal", "output") + "axons:\n  - {from: [2, 1, 1], to: [1, 1, 1]}\n"
    error = refusal(text)
    assert (error.line, error.key) == (8, "axons[0]")
    assert "2,1,1 -> 1,1,1 -> 2,1,1" in error.message


YAML_PARTS = [
    *("!!int ", "!!float ", "!!bool ", "!!timestamp ", "!!set ", "!!omap ", "!!pairs ", "!!binary ", "!!map ", "!a "),
    *("%YAML 1.1\n---\n", "&a ", "*a ", "<<: ", "? ", ": ", "- ", "[", "]", "{", "}", ",", "\n", "\n  ", "\t", "#"),
    *("1", "-", "0x", "_", ".", "e", "2001-12-14", "true", "'", '"', "\ufeff", "\x85", "version: 1\n", "hexagons:\n"),
    *("bricks:\n", "inputs:\n", "axons:\n", "1,1,1", "->", "(binary)"),
]


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(YAML_PARTS), max_size=12).map("".join),
        st.binary().map(lambda data: data.decode("latin1")),
    )
)
def test_no_text_raises_anything_else(text):
    with pytest.raises(TemplateError):
        Template.parse(text)


# The schema


def test_the_schema_is_one():
    Draft7Validator.check_schema(SCHEMA)


def test_the_schema_knows_settings_and_sizes():
    told = SCHEMA["properties"]["settings"]["properties"]
    assert {name: item["default"] for name, item in told.items()} == dataclasses.asdict(Settings())
    for name, (low, high, above, optional) in RANGES.items():
        item = told[name]
        assert item.get("exclusiveMinimum" if above else "minimum", 0) == low
        assert item.get("maximum", 0) == high
        assert ("null" in item["type"]) == optional
    largest = [branch["then"]["properties"]["size"]["maximum"] for branch in SCHEMA["definitions"]["hexagon"]["allOf"]]
    assert largest == list(LARGEST_SIZE.values())


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), SHAPES)
def test_the_schema_refuses_these_shapes_too(old, new, line, key, words):
    assert is_in_schema(GOOD)
    assert not is_in_schema(GOOD.replace(old, new, 1))


def a_setting(name):
    low, high, above, optional = RANGES[name]
    if not high:
        return st.booleans()
    if isinstance(low, int):
        return st.integers(low, high)
    number = st.floats(low, high, exclude_min=above)
    return number | st.none() if optional else number


printable = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" "), min_size=1, max_size=120)
wanted_settings = st.fixed_dictionaries({}, optional={name: a_setting(name) for name in RANGES})


@st.composite
def hexagons(draw, place, kind, name):
    node = {"position": place, "type": kind.value}
    values = {HexagonType.INPUT: list(InputValues), HexagonType.OUTPUT: [*OutputValues, None]}.get(kind)
    if draw(st.booleans()):
        node["name"] = name
    if values and draw(st.booleans()):
        node["values"] = draw(st.sampled_from(values))
    if draw(st.booleans()):
        node["size"] = draw(st.integers(2 if kind is HexagonType.OUTPUT else 1, LARGEST_SIZE[kind]))
    return node


@st.composite
def documents(draw):
    """Some rows of hexagons from an input to an output, and axons from inputs to outputs."""
    names = iter(draw(st.lists(printable, min_size=15, max_size=15, unique=True)))
    nodes, rows = [], draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    for index, length in enumerate(rows):
        kinds = [HexagonType.INPUT, *[HexagonType.INTERNAL] * length, HexagonType.OUTPUT]
        nodes += [draw(hexagons([x, 4 * index, -index], kind, next(names))) for x, kind in enumerate(kinds)]
    pairs = st.tuples(st.sampled_from(range(len(rows))), st.sampled_from(range(len(rows))))
    document = {"version": 1, "hexagons": draw(st.permutations(nodes))}
    if draw(st.booleans()):
        document["axons"] = [
            {"from": [0, 4 * start, -start], "to": [rows[end] + 1, 4 * end, -end]}
            for start, end in draw(st.lists(pairs, max_size=4, unique=True))
        ]
    if draw(st.booleans()):
        document["settings"] = draw(st.none() | wanted_settings)
    return document


def written(document):
    return json.dumps(document, ensure_ascii=False)


@given(documents())
def test_good_templates_are_read_and_agree_with_the_schema(document):
    text = written(document)
    assert is_in_schema(text)
    template = Template.parse(text)
    assert [list(hexagon.position) for hexagon in template.hexagons] == [
        node["position"] for node in document["hexagons"]
    ]
    wanted = document.get("settings") or {}
    assert {name: getattr(template.settings, name) for name in wanted} == wanted


odd_names = st.text(st.characters(categories=["L", "P", "S"], include_characters=" \t\n\x00\x1f\x7f"), max_size=130)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5000),
    st.integers(-(2**70), 2**70),
    st.floats(-2, 2).filter(lambda number: not number.is_integer()),
    st.floats(2, 1e300).filter(lambda number: not number.is_integer()),
    st.sampled_from(["input", "internal", "output", *InputValues, *OutputValues, "1,1,1", ""]),
    odd_names,
    st.just([]),
    st.just({}),
    st.just([1, 2, 3]),
)
KEYS = {
    "hexagons": ["size", "name", "values", "odd"],
    "settings": [*RANGES, "odd"],
    "root": ["axons", "settings", "odd"],
}


@given(documents(), st.data())
def test_the_schema_agrees_with_the_parser_on_any_value_anywhere(document, data):
    where = data.draw(st.sampled_from(list(KEYS)))
    key, value = data.draw(st.sampled_from(KEYS[where])), data.draw(anything)
    if where == "root":
        document[key] = value
    elif where == "settings":
        document["settings"] = {key: value}
    else:
        index = data.draw(st.integers(0, len(document["hexagons"]) - 1))
        names = [node.get("name") for node in document["hexagons"]]
        if key != "name" or value not in names:
            document["hexagons"][index][key] = value
    text = written(document)
    assert is_read(text) == is_in_schema(text), text


# The lattice


@given(places)
def test_a_hexagon_touches_twelve_others(position):
    touching = neighbours(position)
    assert len(touching) == 12
    assert position not in touching
    assert all(position in neighbours(other) for other in touching)


def test_neighbours_are_those_of_the_handbook():
    assert neighbours(Position(5, 4, 2)) == {
        *{(4, 4, 2), (6, 4, 2), (4, 3, 2), (5, 3, 2), (4, 5, 2), (5, 5, 2)},
        *{(5, 4, 1), (4, 3, 1), (5, 3, 1)},
        *{(5, 4, 3), (4, 5, 3), (5, 5, 3)},
    }
