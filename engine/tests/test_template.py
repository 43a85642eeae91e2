"""Templates: what is read, and how every mistake is named."""

import pytest
from hanami_engine import Template, TemplateError
from hanami_engine.lattice import Position, neighbours
from hanami_engine.template import Settings, Values
from hypothesis import given
from hypothesis import strategies as st

GOOD = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 784}
  - {position: [2, 1, 1], type: internal, size: 256}
  - position: [3, 1, 1]
    type: output
    name: label
    size: 10
    values: class
settings:
  learning_rate: 0.03
"""
places = st.builds(Position, *(st.integers(-1000, 1000) for _ in range(3)))


def test_a_template_is_read():
    template = Template.parse(GOOD)
    assert (template.input_size, template.internal.size, template.output_size) == (784, 256, 10)
    assert template.output_kind is Values.CLASS
    assert template.input.name == "image"
    assert template.settings == Settings(learning_rate=0.03)
    assert template.text == GOOD


def test_defaults_suit_the_outputs():
    real = Template.parse(GOOD.replace("values: class", "values: real").split("settings")[0])
    assert real.output_kind is Values.REAL
    assert real.settings.dead_zone < Settings().dead_zone
    assert Template.parse(GOOD.replace("    values: class\n", "")).output_kind is Values.CLASS


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("version: 1", "version: 2", 1, "version", "expected 1"),
        ("version: 1", "version: true", 1, "version", "expected 1"),
        ("version: 1\n", "", 1, "version", "missing"),
        ("settings:", "setings:", 10, "setings", "unknown key"),
        ("  learning_rate: 0.03", "  learning_rate: 2", 11, "settings.learning_rate", "from 0 to 1"),
        ("  learning_rate: 0.03", "  learning_rate: 0", 11, "settings.learning_rate", "above 0"),
        ("  learning_rate: 0.03", "  learning_rate: .nan", 11, "settings.learning_rate", "from 0 to 1"),
        ("  learning_rate: 0.03", "  rate: 0.03", 11, "settings.rate", "unknown key"),
        ("size: 784", "size: 0", 3, "hexagons[0].size", "from 1 to"),
        ("size: 784", "size: 7.5", 3, "hexagons[0].size", "whole number"),
        ("size: 784", "size: 99999999999", 3, "hexagons[0].size", "from 1 to"),
        ("size: 784", "size: yes", 3, "hexagons[0].size", "whole number"),
        (
            "784}\n  - {position: [2, 1, 1], type: internal, size: 256",
            "1000000}\n  - {position: [2, 1, 1], type: internal, size: 257",
            4,
            "hexagons[1].size",
            "at most 256 neurons for 1000000 inputs",
        ),
        ("size: 256}", "size: 256, values: real}", 4, "hexagons[1].values", "only an output"),
        ("type: internal, size: 256", "type: internal", 4, "hexagons[1].size", "missing"),
        ("type: internal", "type: hidden", 4, "hexagons[1].type", "input, internal, output"),
        ("type: internal", "type: [internal]", 4, "hexagons[1].type", "input, internal, output"),
        ("position: [3, 1, 1]", "position: [3, 1]", 5, "hexagons[2].position", "three whole numbers"),
        ("position: [3, 1, 1]", "position: [3, 1, a]", 5, "hexagons[2].position", "whole number"),
        ("position: [3, 1, 1]", "position: [2, 1, 1]", 5, "hexagons[2].position", "taken by hexagons[1]"),
        ("position: [3, 1, 1]", "position: [4, 1, 1]", 5, "hexagons[2].position", "does not touch"),
        ("size: 10", "size: 1", 8, "hexagons[2].size", "at least 2 classes"),
        ("values: class", "values: float", 9, "hexagons[2].values", "class, real"),
        ("name: label", "name: ''", 7, "hexagons[2].name", "1 to 120"),
        ("type: output", "type: input", 9, "hexagons[2].values", "only an output"),
        ("type: internal", "type: input", 3, "hexagons", "exactly one input hexagon, got 2"),
        ("type: output", "type: {", None, None, "not YAML"),
        ("settings:\n  learning_rate: 0.03", "settings: 3", 10, "settings", "mapping"),
        (GOOD, "- 1\n", 1, None, "expected a mapping"),
        (GOOD, "", 1, None, "expected a mapping"),
        (GOOD, "version: 1\nhexagons: 3\n", 2, "hexagons", "list of hexagons"),
        (GOOD, "version: 1\nhexagons: [3]\n", 2, "hexagons[0]", "mapping"),
        (GOOD, "version: 1\nversion: 1\n", 2, None, "not YAML"),
        (GOOD, "[" * 5000, None, None, "not YAML"),
        (GOOD, "a\x00b", None, None, "not YAML"),
        (GOOD, "#" * 300_000, None, None, "at most"),
    ],
)
def test_every_mistake_names_line_and_key(old, new, line, key, words):
    assert old in GOOD
    with pytest.raises(TemplateError) as caught:
        Template.parse(GOOD.replace(old, new, 1))
    assert words in caught.value.message
    assert key is None or caught.value.key == key
    assert line is None or caught.value.line == line


@given(
    st.one_of(
        st.text(), st.text(alphabet="[]{}:-, &*!|>\n\t#'\"a1"), st.binary().map(lambda data: data.decode("latin1"))
    )
)
def test_no_text_raises_anything_else(text):
    with pytest.raises(TemplateError):
        Template.parse(text)


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
