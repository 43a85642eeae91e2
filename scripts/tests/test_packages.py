"""Every package declares what it imports, and imports point one way."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "hanami_engine": "engine",
    "hanami_server": "server",
    "hanami_sdk": "sdk/python",
    "hanami_examples": "examples",
    "hanami_benchmarks": "benchmarks",
}
MAY_USE = {"hanami_engine": set(), "hanami_sdk": set(), "hanami_server": {"hanami_engine"}}


def imported(folder):
    """Top-level modules that the sources of a package import from elsewhere."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", PACKAGES)
def test_what_is_imported_is_declared(name):
    folder = ROOT / PACKAGES[name]
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    extras = [text for texts in project.get("optional-dependencies", {}).values() for text in texts]
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"] + extras}
    providers = packages_distributions()
    for module in imported(folder / "src") - {name}:
        assert {canonicalize_name(provider) for provider in providers.get(module, [module])} & declared, module


def test_no_source_changes_the_case_of_a_whole_message():
    """`str.capitalize` makes small letters of all others: of those in cudaError, say."""
    sources = [path for name, folder in PACKAGES.items() for path in (ROOT / folder / "src" / name).rglob("*.py")]
    for path in [*sources, *(ROOT / "scripts").glob("*.py"), *(ROOT / "integration-tests" / "src").rglob("*.py")]:
        used = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "capitalize" not in used, path


@pytest.mark.parametrize("name", MAY_USE)
def test_imports_point_one_way(name):
    ours = imported(ROOT / PACKAGES[name] / "src") & set(PACKAGES)
    assert ours <= MAY_USE[name] | {name}


def test_rooms_of_the_server_do_not_use_routes():
    source = ROOT / "server" / "src" / "hanami_server"
    for path in source.rglob("*.py"):
        if path.parent.name != "routes" and path.name != "app.py":
            assert "hanami_server.routes" not in path.read_text(), path
