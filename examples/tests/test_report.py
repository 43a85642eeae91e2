import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hanami_examples.report import Misread, Report, write

REPORT = Report(
    title="Digits <read>",
    note="A & B",
    headlines=[("97.6 %", "accuracy")],
    figures=[("Synapses", "1,234", "all of them"), ("Requests per second", "567", "one by one")],
    labels=["3", "8"],
    confusion=np.array([[90, 10], [0, 0]]),
    growth=[(0, 0), (100, 40), (200, 60)],
    misread=[Misread(np.arange(64, dtype=np.uint8).reshape(8, 8), truth="3", read="8")] * 10,
    misread_total=12,
    template="version: 1  # <b>",
)


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data.strip())


@pytest.fixture
def html(tmp_path):
    write(REPORT, tmp_path / "new" / "report.html")
    return (tmp_path / "new" / "report.html").read_text(encoding="utf-8")


def test_everything_is_shown(html):
    page = Page(html)
    for expected in ("Digits <read>", "A & B", "97.6 %", "1,234", "567", "version: 1  # <b>", "90", "synapses"):
        assert expected in page.text
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 10
    assert images[0]["alt"] == "a 3 that was read as 8"
    assert [tag for tag, _ in page.tags].count("svg") == 2
    assert "10 of 12" in html


def test_nothing_outside_the_file_is_needed(html):
    page = Page(html)
    sources = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")]
    assert sources
    assert not [source for source in sources if not re.match("data:|#", str(source))]
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert not re.search(r"@import|url\((?!#)", html)


def test_same_report_gives_the_same_file(tmp_path, html):
    write(REPORT, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == html


def test_a_network_without_errors_says_so(tmp_path):
    write(dataclasses.replace(REPORT, misread=[], misread_total=0), tmp_path / "report.html")
    assert "every test image was read right" in (tmp_path / "report.html").read_text(encoding="utf-8")
