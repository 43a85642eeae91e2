"""A change that breaks clients is named, and one that does not is let through."""

import copy
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("contract_diff", ROOT / "scripts" / "contract_diff.py")
contract_diff = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(contract_diff)
TEXT = (ROOT / contract_diff.DOCUMENT).read_text(encoding="utf-8")


def without_an_operation(document):
    del document["paths"]["/v1/users"]["post"]


def with_a_new_required_field(document):
    schema = document["components"]["schemas"]["UserCreate"]
    schema["properties"]["shoe_size"] = {"type": "integer", "format": "int64"}
    schema["required"].append("shoe_size")


def without_a_field_of_an_answer(document):
    schema = document["components"]["schemas"]["User"]
    del schema["properties"]["name"]
    schema["required"].remove("name")


def with_another_type(document):
    document["components"]["schemas"]["Dataset"]["properties"]["rows"] = {"type": "string"}


@pytest.mark.parametrize(
    ("change", "operation", "rule"),
    [
        (without_an_operation, "createUser", "api-removed-without-deprecation"),
        (with_a_new_required_field, "createUser", "new-required-request-property"),
        (without_a_field_of_an_answer, "getUser", "response-required-property-removed"),
        (with_another_type, "createDataset", "response-property-type-changed"),
    ],
)
def test_what_breaks_is_named(tmp_path, change, operation, rule):
    document = json.loads(TEXT)
    change(document)
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    changes = contract_diff.compare(TEXT, path)
    assert ("breaking", operation, rule) in {(made["level"], made["operation"], made["rule"]) for made in changes}
    assert operation in contract_diff.table(changes)


def test_what_breaks_nothing_is_let_through(tmp_path):
    document = json.loads(TEXT)
    document["paths"]["/v1/more"] = copy.deepcopy(document["paths"]["/v1/system/info"])
    document["paths"]["/v1/more"]["get"]["operationId"] = "getMore"
    document["components"]["schemas"]["UserCreate"]["properties"]["nickname"] = {"type": "string"}
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    assert contract_diff.compare(TEXT, path) == []


@pytest.fixture
def copy_of_project(tmp_path):
    """A repository with the document, the script and its tools, and a way to run both git and the script in it."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "openapi").mkdir()
    (tmp_path / "scripts" / "contract_diff.py").write_text((ROOT / "scripts" / "contract_diff.py").read_text())
    (tmp_path / "scripts" / "tools").symlink_to(ROOT / "scripts" / "tools")
    (tmp_path / contract_diff.DOCUMENT).write_text(TEXT)

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def run(*arguments):
        command = [sys.executable, "scripts/contract_diff.py", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    git("init", "--quiet")
    git("add", "openapi")
    git("commit", "--quiet", "--message", "one")
    return tmp_path / contract_diff.DOCUMENT, git, run


def test_the_last_release_is_what_counts(copy_of_project):
    path, git, run = copy_of_project
    document = json.loads(TEXT)
    without_an_operation(document)
    path.write_text(json.dumps(document))
    done = run()
    assert done.returncode == 1  # no release yet: what is committed counts
    assert "since HEAD" in done.stdout
    assert "createUser" in done.stdout
    git("commit", "--all", "--quiet", "--message", "two")
    assert run().returncode == 0
    for tag in ("v0.9.0", "v0.10.0"):
        git("tag", "--no-sign", tag)
    path.write_text(TEXT)
    git("commit", "--all", "--quiet", "--message", "three")
    done = run()
    assert (done.returncode, done.stdout.strip()) == (0, "nothing breaks since v0.10.0")
    path.write_text(json.dumps(document))
    assert run().returncode == 0  # as it was at the release
    assert run("HEAD").returncode == 1
    assert run("nothing").returncode == 1
