"""The two historic text formats: read unchanged, mistakes named by their line, and good for training."""

import dataclasses
import re

import numpy as np
import pytest
from hanami_engine import Network, Template, TemplateError
from hanami_engine.lattice import HexagonType, Position
from hanami_engine.layout import Hexagon, InputValues, OutputValues, Settings
from hypothesis import given
from hypothesis import strategies as st

OLDER = """\
version: 1
settings:
    neuron_cooldown: 100000000000.0
    refractory_time: 1
    max_connection_distance: 1
    enable_reduction: false
bricks:
    1,1,1
        input: test_input
        number_of_neurons: 784
    2,1,1
        number_of_neurons: 400
    3,1,1
        output: test_output
        number_of_neurons: 10
"""
NEWER = """\
version: 1
settings:
    max_connection_distance: 1
hexagons:
    1,1,1
    2,1,1
    3,1,1

axons:
    1,1,1 -> 3,1,1

inputs:
    picture: 1,1,1 (binary)

outputs:
    label: 3,1,1 (float)
"""
INPUT, INTERNAL, OUTPUT = HexagonType
FIRST, SECOND, THIRD = (Position(x, 1, 1) for x in (1, 2, 3))
WANTED = {
    OLDER: (
        (
            Hexagon(FIRST, INPUT, 784, "test_input", InputValues.REAL),
            Hexagon(SECOND, INTERNAL, 400),
            Hexagon(THIRD, OUTPUT, 10, "test_output"),
        ),
        (),
        Settings(neuron_cooldown=1e11),
    ),
    NEWER: (
        (
            Hexagon(FIRST, INPUT, None, "picture", InputValues.BINARY),
            Hexagon(SECOND, INTERNAL, 512),
            Hexagon(THIRD, OUTPUT, None, "label", OutputValues.FLOAT),
        ),
        ((FIRST, THIRD),),
        Settings(),
    ),
}
both = pytest.mark.parametrize("text", [OLDER, NEWER], ids=["older", "newer"])


def content(text):
    template = Template.parse(text)
    return template.hexagons, template.axons, template.settings


def refusal(text):
    with pytest.raises(TemplateError) as caught:
        Template.parse(text)
    return caught.value


# Reading


@both
def test_a_template_of_earlier_versions_is_read_unchanged(text):
    assert content(text) == WANTED[text]
    assert Template.parse(text).text == text


VARIATIONS = {
    "other line ends": lambda text: text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
    "comments": lambda text: "# a title\n" + text.replace("\n", " # why: 1,1,1 -> 2\n"),
    "comments of their own": lambda text: text.replace("\n", "\n  # a note\n"),
    "comments and other line ends": lambda text: text.replace("\n", " # why\r\n"),
    "no indentation": lambda text: re.sub(r"^ +", "", text, flags=re.MULTILINE),
    "two spaces": lambda text: text.replace("    ", "  "),
    "tabs": lambda text: text.replace("    ", "\t"),
    "everything indented": lambda text: re.sub(r"^", "\t ", text, flags=re.MULTILINE),
    "blanks at the end": lambda text: text.replace("\n", " \t\n"),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "more blank lines": lambda text: text.replace("\n", "\n \t\n\n"),
    "blanks in positions": lambda text: text.replace("1,1", "1 ,\t1"),
    "tight axons": lambda text: text.replace(" -> ", "->"),
    "no blanks after colons": lambda text: text.replace(": ", ":"),
    "blanks before colons": lambda text: text.replace(":", " :"),
    "a mark of byte order": lambda text: "\ufeff" + text,
}


@both
@pytest.mark.parametrize("variation", VARIATIONS)
def test_how_it_is_written_does_not_matter(text, variation):
    changed = VARIATIONS[variation](text)
    assert changed != text or variation in {"tight axons", "no blank lines"}
    assert content(changed) == WANTED[text]


@both
@given(data=st.data())
def test_blanks_and_comments_may_stand_anywhere_between_words(text, data):
    ends = st.sampled_from(["\n", "\r\n", " # x\n", "\t#\r\n", "\n\n", "\n # bricks:\n"])
    indents = st.sampled_from(["", " ", "\t", "        "])
    changed = "".join(data.draw(indents) + row.strip() + data.draw(ends) for row in text.splitlines())
    assert content(changed) == WANTED[text]


@both
def test_sections_may_come_in_any_order_and_settings_may_be_left_out(text):
    sections = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert content("".join(reversed(sections))) == WANTED[text]
    left = "".join(section for section in sections if not section.startswith("settings"))
    assert content(left) == (*WANTED[text][:2], Settings())


@pytest.mark.parametrize(
    ("place", "mark", "values"),
    [
        ("picture: 1,1,1", "", InputValues.REAL),
        ("picture: 1,1,1", "(binary)", InputValues.BINARY),
        ("picture: 1,1,1", " ( match )", InputValues.MATCH),
        ("label: 3,1,1", "", None),
        ("label: 3,1,1", "(bool)", OutputValues.BOOL),
        ("label: 3,1,1", " (int) # numbers", OutputValues.INT),
        ("label: 3,1,1", "\t(float)", OutputValues.FLOAT),
    ],
)
def test_marks_say_what_values_mean(place, mark, values):
    text = re.sub(rf"{place} .*", place + mark, NEWER)
    name = place.split(":")[0]
    assert [hexagon.values for hexagon in Template.parse(text).hexagons if hexagon.name == name] == [values]


def test_several_inputs_and_outputs_have_their_names():
    text = (
        "version: 1\nhexagons:\n0,1,0\n1,1,0\n2,1,0\n1,2,0\n2,2,0\n"
        "inputs:\ninputs: 0,1,0\nfühler-2: 1,2,0 (match)\noutputs:\noutputs: 2,1,0\nversion: 2,2,0 (bool)\n"
    )
    template = Template.parse(text)
    assert [hexagon.label for hexagon in template.inputs] == ["inputs", "fühler-2"]
    assert [hexagon.label for hexagon in template.outputs] == ["outputs", "version"]


def test_every_setting_may_be_used():
    wanted = Settings(0.25, 0.125, 3, 2, 1.5, 3, True, 0.5, 1 << 20)
    lines = [f"    {name}: {str(value).lower()}\n" for name, value in dataclasses.asdict(wanted).items()]
    text = NEWER.replace("    max_connection_distance: 1\n", "".join(lines))
    assert content(text)[2] == wanted


# Refusing


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "key", "words"),
    [
        (OLDER, "    2,1,1\n", "    2,1\n", 11, None, "expected"),
        (OLDER, "    2,1,1\n", "    2,1,1:\n", 11, None, "expected"),
        (OLDER, "input: test_input", "input test_input", 9, None, "expected ':'"),
        (OLDER, "input: test_input", "input: test input", 9, None, "expected the end of the line"),
        (OLDER, "input: test_input", "input:", 9, None, "expected a value"),
        (OLDER, "version: 1", "version: 2", 1, "version", "expected 1"),
        (OLDER, "version: 1", "version:", 1, None, "expected"),
        (OLDER, "version: 1\n", "", 1, "version", "missing"),
        (OLDER, "version: 1\n", "version: 1\nversion: 1\n", 2, "version", "given twice"),
        (OLDER, "bricks:", "bricks:\nbricks:", 8, "bricks", "given twice"),
        (OLDER, "bricks:", "hexagons:\n1,1,1\nbricks:", 7, "hexagons", "cannot stand beside 'bricks'"),
        (OLDER, "refractory_time: 1", "refractory_time: 0", 4, "settings.refractory_time", "from 1 to"),
        (OLDER, "refractory_time: 1", "refractory_time: soon", 4, "settings.refractory_time", "whole number"),
        (OLDER, "refractory_time: 1", "enable_reduction: true", 6, "settings.enable_reduction", "given twice"),
        (OLDER, "enable_reduction: false", "enable_reduction: 0", 6, "settings.enable_reduction", "true or false"),
        (OLDER, "refractory_time", "refraktory_time", 4, "settings.refraktory_time", "unknown key"),
        (OLDER, "        input", "        inlet", 9, "bricks[1,1,1].inlet", "unknown key"),
        (OLDER, "rons: 784", "rons: 0", 10, "bricks[1,1,1].number_of_neurons", "from 1 to 1048576"),
        (OLDER, "rons: 400", "rons: many", 12, "bricks[2,1,1].number_of_neurons", "from 1 to 65536"),
        (OLDER, "rons: 10", "rons: 4097", 15, "bricks[3,1,1].number_of_neurons", "from 1 to 4096"),
        (OLDER, "output: t", "input: a\noutput: t", 15, "bricks[3,1,1].output", "cannot be an input as well"),
        (OLDER, "2,1,1", "2,1,9999999", 11, "bricks[2,1,9999999]", "from -1048576 to 1048576"),
        (OLDER, "2,1,1", "3,1,1", 13, "bricks[3,1,1]", "position 3,1,1 is taken by bricks[3,1,1]"),
        (OLDER, "2,1,1", "9,1,1", 8, "bricks[1,1,1]", "1,1,1 touches no other one"),
        (OLDER, "input: test_input", "", 7, "bricks", "at least one input hexagon"),
        (OLDER, "test_input", "a" * 121, 9, "bricks[1,1,1].input", "1 to 120"),
        (NEWER, "    3,1,1\n", "    3,1,1 (float)\n", 7, None, "expected"),
        (NEWER, "1,1,1 -> 3,1,1", "1,1,1 3,1,1", 10, None, "expected '->'"),
        (NEWER, "1,1,1 -> 3,1,1", "1,1,1 -> out", 10, None, "expected a position"),
        (NEWER, "1,1,1 -> 3,1,1", "1,1,1 -> 4,1,1", 10, "axons[0]", "no hexagon stands at 4,1,1"),
        (NEWER, "1,1,1 -> 3,1,1", "3,1,1 -> 2,1,1", 10, "axons[0]", "out of the output hexagon"),
        (NEWER, "(binary)", "(float)", 13, "inputs.picture", "(binary), (match)"),
        (NEWER, "(float)", "(binary)", 16, "outputs.label", "(bool), (int), (float)"),
        (NEWER, "(float)", "(float", 16, None, "expected"),
        (NEWER, "(float)", "(float) (int)", 16, None, "expected the end of the line"),
        (NEWER, "label: 3,1,1", "label: 4,1,1", 16, "outputs.label", "no hexagon stands at 4,1,1"),
        (NEWER, "label: 3,1,1", "label: 1,1,1", 16, "outputs.label", "1,1,1 is taken by inputs.picture"),
        (NEWER, "outputs:", "  picture: 2,1,1\noutputs:", 15, "inputs.picture", "given twice"),
        (NEWER, "    2,1,1\n", "    2,1,1\n    2,1,1\n", 7, "hexagons[2,1,1]", "2,1,1 is taken"),
        (NEWER, "inputs:\n    picture: 1,1,1 (binary)\n", "", 4, "hexagons", "at least one input hexagon"),
        (NEWER, "axons:", "roots:", 9, None, "expected"),
    ],
)
def test_every_mistake_names_its_line(text, old, new, line, key, words):
    assert old in text
    error = refusal(text.replace(old, new, 1))
    assert words in error.message
    assert (error.line, error.key) == (line, key)


def test_lines_are_counted_with_other_line_ends_too():
    assert refusal(NEWER.replace("->", "to").replace("\n", "\r\n")).line == 10


words = st.sampled_from(["version: 1", "bricks:", "hexagons:", "inputs:", "outputs:", "axons:", "settings:", "1,1,1"])
parts = st.sampled_from([":", "->", "(", ")", "input: a", "#", "\r", "\t", "-", "2,1,1", "3,1,1", "a: 1,1,1", " ", "٣"])


@given(st.lists(words | parts | st.text(max_size=2), max_size=20), st.sampled_from(["bricks:\n", "hexagons:\n1,1,1\n"]))
def test_no_text_raises_anything_else(rows, start):
    with pytest.raises(TemplateError):
        Template.parse("\n".join([*rows, start]))


# Training


def digits(count, rng):
    """Noisy pictures of ten classes."""
    shapes = (np.random.default_rng(3).random((10, 784)) < 0.2) * 200
    labels = rng.integers(0, 10, count)
    return (shapes[labels] + rng.integers(0, 56, (count, 784))).astype(np.uint8), labels


def restored(network, x):
    """Check that a network comes back from its bytes and goes on in the same way."""
    other = Network.from_bytes(network.to_bytes())
    assert other.template == network.template
    assert np.array_equal(other.predict_many(x), network.predict_many(x))
    return other


def test_a_network_of_the_older_format_learns():
    rng = np.random.default_rng(5)
    network = Network(Template.parse(OLDER))
    x, labels = digits(600, rng)
    network.learn_many(x, labels)
    x, labels = digits(200, rng)
    answers = network.predict_many(x)
    assert answers.shape == (200, 10)
    assert (answers.argmax(1) == labels).mean() > 0.9
    other = restored(network, x)
    network.learn_many(x, labels)
    other.learn_many(x, labels)
    assert other.to_bytes() == network.to_bytes()


def test_a_network_of_the_newer_format_learns():
    rng = np.random.default_rng(5)
    network = Network(Template.parse(NEWER))
    numbers = np.array([-2.5, 0, 1e-3, 3e8], np.float32)
    x = rng.integers(0, 2, (600, 2)) * rng.integers(1, 200, (600, 2))  # above 0 counts as 1
    y = numbers[(x > 0) @ [2, 1]]
    network.learn_many(x[:400], y[:400])
    answers = network.predict_many(x[400:])
    assert answers.dtype == np.float32
    assert (answers.ravel() == y[400:]).mean() > 0.9
    other = restored(network, x)
    network.learn_many(x, y)
    other.learn_many(x, y)
    assert other.to_bytes() == network.to_bytes()
