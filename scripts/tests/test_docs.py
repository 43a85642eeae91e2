"""What README and docs say is true: examples run, links lead somewhere, every setting and target is described."""

import importlib
import inspect
import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from hanami_engine import Template
from hanami_engine.layout import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "sdk").glob("*/README.md"))


def test_the_example_of_the_readme_runs_and_prints_what_it_says():
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert code
    assert len(code[1].splitlines()) <= 20
    done = subprocess.run([sys.executable, "-c", code[1]], capture_output=True, text=True, check=True)
    classes, known, strange, stats = done.stdout.splitlines()
    assert (classes, float(known)) == ("1 0", 0)
    assert 2.9 < float(strange) < 3
    assert "samples=2000, inputs=3," in stats


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_templates_of_the_reference_are_read():
    text = (ROOT / "docs" / "reference" / "templates.md").read_text()
    examples = [code for code in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) if code.startswith("version")]
    assert len(examples) == 3
    own, older, newer = map(Template.parse, examples)
    assert own.settings.memory_limit == 1 << 26
    assert [hexagon.size for hexagon in older.hexagons] == [784, 400, 10]
    assert newer.axons


def test_the_picture_of_the_reference_shows_its_template():
    folder = ROOT / "docs" / "reference"
    example = re.search(r"```yaml\n(.*?)```", (folder / "templates.md").read_text(), re.DOTALL)
    assert example
    assert (folder / "pictures" / "template.svg").read_text() == Template.parse(example[1]).to_svg(), "make pictures"


def test_the_reference_knows_every_setting_and_its_default():
    text = (ROOT / "docs" / "reference" / "templates.md").read_text()
    rows = re.search(r"\| setting \|.*?\n\n", text, re.DOTALL)
    assert rows
    told = re.findall(r"^\| `(\w+)` \|.*\| (\S+) \|$", rows[0], re.MULTILINE)
    assert {name: json.loads(default) for name, default in told} == asdict(Settings())


@pytest.mark.parametrize("name", ["hanami_engine.errors", "hanami_server.contract.errors", "hanami_sdk.errors"])
def test_the_drawn_tree_of_errors_is_that_of_the_classes(name):
    module = importlib.import_module(name)
    drawn, above = {}, {}
    for branch, error, status in re.findall(r"^([ │├└─]*)(\w+Error)\b(?: +(\d{3})$)?", module.__doc__, re.MULTILINE):
        above[len(branch)] = error
        drawn[error] = (above.get(len(branch) - 4), status)
    by_status = getattr(module, "BY_STATUS", getattr(module, "ERRORS", {}))
    statuses = {kind: str(status) for status, kind in by_status.items()}
    classes = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == name]
    errors = [kind for kind in classes if issubclass(kind, Exception)]
    parents = {kind: kind.__base__.__name__ if kind.__base__ in errors else None for kind in errors}
    assert drawn == {kind.__name__: (parents[kind], statuses.get(kind, "")) for kind in errors}


def test_no_figure_stands_in_the_readme_by_hand():
    text = (ROOT / "README.md").read_text()
    for name in (
        "demo",
        "bench-engine",
        "bench-properties",
        "bench-server",
        "bench-sessions",
        "bench-api",
        "bench-sdk",
    ):
        block = re.search(rf"<!-- begin {name} -->\n(.*?)<!-- end {name} -->", text, re.DOTALL)
        assert block, name
        assert re.search(r"\d", block[1]), f"{name} is empty: write it with its script"
        text = text.replace(block[0], "")
    assert not re.search(r"\d\s?%|\d\s?\u00d7|\d+ (ms|µs|seconds)", text)


def test_the_make_targets_that_pages_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`make ([a-z-]+)", page.read_text()))
        assert named <= targets, page


def test_the_site_lists_every_page():
    listed = (ROOT / "mkdocs.yml").read_text()
    for page in (ROOT / "docs").rglob("*.md"):
        assert str(page.relative_to(ROOT / "docs")) in listed


def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    subprocess.run(command, cwd=ROOT, check=True)
    page = (tmp_path / "site" / "index.html").read_text()
    assert not re.search(r"<(?:script|link)[^>]+(?:src|href)=.https?://", page)
