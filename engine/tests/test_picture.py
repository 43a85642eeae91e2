"""The picture of a template: well-formed, the same for the same template, and nothing is missing."""

import re
from collections import Counter
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hanami_engine import Template
from hypothesis import given, settings
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" <&>\"'"), min_size=1, max_size=120)


def template(inlet="picture", outlet="label", length=2, layers=1, distance=1, axons=""):
    """Rows of hexagons on layers that follow each other; the first hexagon of all is named, and the last one."""
    places = [(x, 1, z) for z in range(layers) for x in range(length + 2)]
    kinds = ["input", *["internal"] * length, "output"] * layers
    names = [inlet, *[None] * (len(places) - 2), outlet]
    lines = [
        f"  - {{position: {list(place)}, type: {kind}{f', name: {quoted(name)}' if name else ''}}}"
        for place, kind, name in zip(places, kinds, names, strict=True)
    ]
    return Template.parse(
        "\n".join(["version: 1", "hexagons:", *lines, axons, f"settings: {{max_connection_distance: {distance}}}"])
    )


def quoted(name):
    return "'" + name.replace("'", "''") + "'"


def drawn(template):
    return ET.fromstring(template.to_svg())


def groups(root):
    """The hexagons of a picture: their tool tip, and the words in them."""
    return [
        (group.findtext(f"{SVG}title"), [text.text for text in group.iter(f"{SVG}text")])
        for group in root.iter(f"{SVG}g")
    ]


def arrows(root):
    """Arrows beyond the definitions and the legend, by kind."""
    return Counter(
        path.get("marker-end") for path in root.iter(f"{SVG}path") if path.get("marker-end") is not None
    ) - Counter(["url(#step)", "url(#axon)"])


@given(WORDS, WORDS, st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_every_hexagon_and_every_name_is_shown(inlet, outlet, length, layers, distance):
    drawing = template(inlet, outlet, length, layers, distance)
    shown = groups(drawn(drawing))
    assert len(shown) == len(drawing.hexagons)
    for hexagon, (tip, words) in zip(drawing.hexagons, shown, strict=True):
        assert str(hexagon.position) in words
        assert tip.startswith(f"{hexagon.type} {hexagon.label}, ")
        named = hexagon.name or hexagon.type.value
        assert words[0] == named or (words[0].endswith("…") and named.startswith(words[0][:-1]))


@settings(max_examples=20)
@given(WORDS, st.integers(1, 4), st.integers(1, 3))
def test_the_same_template_gives_the_same_picture(name, length, distance):
    one, other = (template(name, "label", length, 2, distance).to_svg() for _ in range(2))
    assert one == other


def test_names_are_escaped():
    name = """<script>alert("1 & 2")</script>"""
    text = template(name).to_svg()
    assert "<script" not in text
    assert escape(name) in text
    assert name in groups(ET.fromstring(text))[0][0]


def test_a_short_name_is_shown_in_full_and_a_long_one_is_cut():
    long, short = "temperature of the bearing", "label"
    shown = groups(drawn(template(long, short)))
    assert (shown[0][1][0], shown[-1][1][0]) == ("temperatur…", "label")
    assert long in shown[0][0]
    assert groups(drawn(template("花" * 40)))[0][1][0] == "花花花花花…"


def test_sizes_and_meanings_are_shown():
    text = (
        "version: 1\nhexagons:\n  - {position: [0, 1, 1], type: input, size: 784, values: binary}\n"
        "  - {position: [1, 1, 1], type: internal, size: 256}\n"
        "  - {position: [2, 1, 1], type: output, values: null}\n"
    )
    words = [words for _, words in groups(drawn(Template.parse(text)))]
    assert words == [
        ["input", "0,1,1", "784 · binary"],
        ["internal", "1,1,1", "≤ 256"],
        ["output", "2,1,1", "open · open"],
    ]


@pytest.mark.parametrize(("distance", "number"), [(1, 3), (2, 5), (3, 6), (100, 6)])
def test_there_is_an_arrow_for_everything_that_can_be_reached(distance, number):
    drawing = template(distance=distance)
    assert sum(len(targets) for targets in drawing.paths.reach.values()) == number
    assert arrows(drawn(drawing)) == {"url(#step)": number}


def test_axons_are_drawn_apart():
    drawing = template(axons="axons: [{from: [0, 1, 0], to: [3, 1, 0]}]")
    assert arrows(drawn(drawing)) == {"url(#step)": 3, "url(#axon)": 1}
    assert "axon" in [text.text for text in drawn(drawing).iter(f"{SVG}text")]
    assert "axon" not in [text.text for text in drawn(template()).iter(f"{SVG}text")]


def test_tool_tips_say_what_is_reached_and_how_likely():
    tips = [tip for tip, _ in groups(drawn(template(distance=2)))]
    assert tips == [
        "input picture, open · real, reaches 1,1,0 (67%), 2,1,0 (33%)",
        "internal 1,1,0, ≤ 512, reaches 2,1,0 (67%), 3,1,0 (33%)",
        "internal 2,1,0, ≤ 512, reaches 3,1,0 (100%)",
        "output label, open · class",
    ]


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_nothing_is_drawn_outside_the_page_and_no_hexagon_over_another(length, layers, distance):
    root = drawn(template(length=length, layers=layers, distance=distance))
    width, height = float(root.get("width")), float(root.get("height"))
    centres = []
    for polygon in root.iter(f"{SVG}polygon"):
        points = [tuple(map(float, pair.split(","))) for pair in polygon.get("points").split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
        centres.append((sum(x for x, _ in points) / 6, sum(y for _, y in points) / 6))
    for path in root.iter(f"{SVG}path"):
        if path.get("marker-end"):
            x, y = map(float, re.fullmatch(r"M(\S+) (\S+)Q.*", path.get("d")).groups())
            assert 0 <= x <= width
            assert 0 <= y <= height
    assert len(set(centres)) == len(centres)


def test_the_largest_template_makes_a_picture_that_can_be_sent():
    text = template(length=1022, distance=1024).to_svg()
    root = ET.fromstring(text)
    assert len(groups(root)) == 1024
    assert len(text) < 4_000_000


def test_far_apart_hexagons_do_not_make_a_huge_page():
    far = 1 << 20
    text = (
        "version: 1\nhexagons:\n  - {position: [0, 0, 0], type: input}\n  - {position: [1, 0, 0], type: internal}\n"
        f"  - {{position: [{far}, {-far}, {far}], type: output}}\n"
        f"axons: [{{from: [1, 0, 0], to: [{far}, {-far}, {far}]}}]\n"
    )
    root = drawn(Template.parse(text))
    assert float(root.get("width")) < 2000
    assert float(root.get("height")) < 2000
