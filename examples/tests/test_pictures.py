"""The pictures of the documentation are drawn by the script that is said to draw them."""

import xml.etree.ElementTree as ET

from hanami_examples import pictures


def test_every_picture_is_drawn_and_shown(tmp_path):
    pictures.draw_all(tmp_path)
    drawn = sorted(file.name for file in tmp_path.iterdir())
    assert drawn == sorted(f"{name}.svg" for name in pictures.PICTURES)
    assert drawn == sorted(file.name for file in pictures.FOLDER.iterdir())
    page = (pictures.FOLDER.parent / "engine.md").read_text()
    for name in drawn:
        assert f"(pictures/{name})" in page
        assert ET.parse(tmp_path / name).getroot().tag.endswith("svg")
