"""The reference page tells everything and needs nothing from elsewhere."""

import re

from hanami_server.app import create_app
from hanami_server.contract.document import build_document
from hanami_server.settings import Settings

DOCUMENT = build_document(create_app(Settings()))


def test_reference_has_every_operation_schema_and_problem(anonymous):
    page = anonymous.get("/docs")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    ids = set(re.findall(r'id="([^"]+)"', page.text))
    operations = {operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()}
    assert operations <= ids
    assert {f"schema-{name}" for name in DOCUMENT["components"]["schemas"]} <= ids
    assert {"not-found", "validation-failed", "content-too-large"} <= ids
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links <= ids


def test_reference_sets_code_as_code(anonymous):
    page = anonymous.get("/docs").text
    assert "<code>next_cursor</code> of the page before" in page
    assert "&lt;code&gt;" not in page
    assert "`" not in page


def test_reference_loads_only_its_own_style(anonymous):
    page = anonymous.get("/docs")
    assert "<script" not in page.text
    assert set(re.findall(r'(?:src|href)="([^#"][^"]*)"', page.text)) == {"/docs/style.css", "/v1/openapi.json"}
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    style = anonymous.get("/docs/style.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "url(" not in style.text


def test_root_leads_to_the_reference(anonymous):
    answer = anonymous.get("/")
    assert answer.status_code == 307
    assert answer.headers["Location"] == "/docs"
