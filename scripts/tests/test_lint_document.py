"""The document is clean for linters that others wrote; and they are asked, not only run."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("lint_document", ROOT / "scripts" / "lint_document.py")
lint_document = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lint_document)


@pytest.fixture(scope="module")
def document():
    from hanami_server.app import create_app
    from hanami_server.contract.document import build_document
    from hanami_server.settings import Settings

    return json.dumps(build_document(create_app(Settings())))


@pytest.fixture
def lint(tmp_path):
    def write_and_lint(text):
        path = tmp_path / "openapi.json"
        path.write_text(text)
        return lint_document.lint(path)

    return write_and_lint


def test_the_document_is_clean(document, lint):
    assert lint(document) == ""


def test_each_linter_is_heard(document, lint):
    broken = json.loads(document)
    del broken["info"]["description"]  # Spectral
    broken["paths"]["/v1/users"]["post"]["requestBody"]["content"]["application/json"]["example"] = {}  # Redocly
    said = lint(json.dumps(broken))
    assert "info-description" in said
    assert "no-invalid-media-type-examples" in said


def test_the_lock_names_no_registry():
    lock = json.loads((ROOT / "openapi" / "lint" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
