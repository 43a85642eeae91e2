"""The page of dependencies names what the packages declare, with the licences that their metadata names."""

import json
import os
import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from hanami_integration.drivers import PATH
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "dependencies.md").read_text("utf-8")
ROW = re.compile(r"^\| `([^`]+)`(?: \(extra `(\w+)`\))? \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
OURS = re.compile(r"hanami-|hanami\.dev/")
FOLDERS = [
    "engine",
    "server",
    "sdk/python",
    "sdk/go",
    "sdk/js",
    "cli-go",
    "examples",
    "benchmarks",
    "integration-tests",
]
CLASSIFIERS = {
    "MIT License": {"MIT"},
    "BSD License": {"BSD-2-Clause", "BSD-3-Clause"},
    "Apache Software License": {"Apache-2.0"},
    "Python Software Foundation License": {"LicenseRef-matplotlib"},
    "Other/Proprietary License": {"LicenseRef-NVIDIA-Proprietary"},
}
TEXTS = {  # words of the file LICENSE that no other licence has
    "Apache-2.0": "Apache License",
    "MIT": "Permission is hereby granted, free of charge",
    "ISC": "Permission to use, copy, modify, and",
    "BSD-3-Clause": "Neither the name of",
}


def on_page(folder):
    """Dependencies of a package by name: extra and licence."""
    section = re.search(rf"^## `{re.escape(folder)}`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert section, folder
    rows = ROW.findall(section[1])
    assert len(rows) == len({name for name, *_ in rows}) == section[1].count("\n| `"), "a row that is twice or no row"
    return {name: (extra, licence) for name, extra, licence, *_ in rows}


def declared(folder):
    """Dependencies of a package by name: extra, from every file that declares some."""
    found = {}
    for path in (ROOT / folder).glob("pyproject.toml"):
        project = tomllib.loads(path.read_text())["project"]
        lists = {"": project["dependencies"]} | project.get("optional-dependencies", {})
        found |= {Requirement(text).name: extra for extra, texts in lists.items() for text in texts}
    for path in [*(ROOT / folder).glob("go.mod"), *(ROOT / folder).glob("*/go/go.mod")]:
        lines = re.findall(r"^(?:require )?\t?([\w./-]+\.[\w./-]+) v\S+$", path.read_text(), re.MULTILINE)
        found |= dict.fromkeys(lines, "")
    for path in (ROOT / folder).glob("package.json"):
        project = json.loads(path.read_text())
        found |= dict.fromkeys([*project.get("dependencies", {}), *project.get("peerDependencies", {})], "")
    return {name: extra for name, extra in found.items() if not OURS.match(name)}


def of_distribution(name):
    """Sets of licences, of each of which the page must name one; none for what is not installed."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return []
    if told["License-Expression"]:
        return [set(told["License-Expression"].split(" OR "))]
    classifiers = [text for text in told.get_all("Classifier", []) if text.startswith("License :: ")]
    return [CLASSIFIERS[text.rpartition(" :: ")[2]] for text in classifiers] or [{told["License"]}]


def of_module(name):
    """The same of a Go module, by the text of its licence."""
    command = ["go", "list", "-m", "-f", "{{.Dir}}", name]
    environment = os.environ | {"PATH": PATH}
    for folder in ("cli-go", "sdk/go"):
        done = subprocess.run(command, cwd=ROOT / folder, env=environment, capture_output=True, text=True, check=False)
        if done.stdout.strip():
            texts = [path.read_text("utf-8") for path in Path(done.stdout.strip()).glob("LICENSE*")]
            return [{licence for licence, words in TEXTS.items() if words in text} for text in texts]
    return []


def of_node_module(name):
    """The same of a package of npm."""
    path = ROOT / "sdk" / "js" / "node_modules" / name / "package.json"
    return [{json.loads(path.read_text())["license"]}] if path.exists() else []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_names_what_is_declared(folder):
    assert {name: extra for name, (extra, *_) in on_page(folder).items()} == declared(folder)


def test_every_package_is_on_the_page():
    assert re.findall(r"^## `(.+)`$", PAGE, re.MULTILINE) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_licences_are_those_of_the_metadata(folder):
    for name, (_, licence) in on_page(folder).items():
        kind = of_module if "/" in name else of_node_module if folder == "sdk/js" else of_distribution
        expected, named = kind(name), set(licence.split(" OR "))
        for licences in expected:
            assert licences & named, f"{name}: {licences}"
        assert not expected or named <= set().union(*expected), f"{name}: {expected}"


def test_most_licences_can_be_compared():
    """Only what needs a GPU may be missing here."""
    missing = {name for folder in FOLDERS for name in on_page(folder) if "/" not in name and not of_distribution(name)}
    assert missing <= {"cupy-cuda12x", "ws"}
