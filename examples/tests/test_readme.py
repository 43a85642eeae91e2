"""Tables go into their blocks of the README, and nowhere else."""

import pytest
from hanami_examples import readme


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "README.md"
    path.write_text("before\n<!-- begin x -->\nold\n<!-- end x -->\nafter\n")
    monkeypatch.setattr(readme, "README", path)
    return path


def test_a_table_replaces_the_one_before(page):
    for figure in ("1", "2"):
        readme.publish("x", "Title", ("", "figure"), [("row", figure)], ("note",))
    text = page.read_text()
    assert text.startswith("before\n<!-- begin x -->\n**Title**\n")
    assert text.endswith("- note\n<!-- end x -->\nafter\n")
    assert "| row | 2 |" in text
    assert "| row | 1 |" not in text
    assert "old" not in text


def test_a_missing_block_is_named(page):
    with pytest.raises(ValueError, match="begin y"):
        readme.publish("y", "", ("",), [], ())


def test_the_machine_is_named():
    assert "cores" in readme.machine()
