"""What is committed is what the generation gives; and the generation fails rather than leave something out."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))  # as it is for a script
SPEC = importlib.util.spec_from_file_location("generate", ROOT / "scripts" / "generate.py")
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)


def files(root: Path, output: Path) -> dict[str, bytes]:
    """Every file of an output with its bytes, but for what Python leaves there."""
    found = [root / output] if (root / output).is_file() else (root / output).rglob("*")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def document():
    return json.loads((ROOT / generate.DOCUMENT).read_text(encoding="utf-8"))


def test_what_is_committed_is_what_is_generated(tmp_path):
    generate.generate(tmp_path)
    for output in generate.OUTPUTS:
        made, committed = files(tmp_path, output), files(ROOT, output)
        assert sorted(made) == sorted(committed), "run `make generate`"
        assert [name for name in made if made[name] != committed[name]] == [], "run `make generate`"


@pytest.mark.parametrize("seed", ["0", "1", "2", "3", "4"])
def test_the_document_is_the_same_under_every_hash_seed(seed):
    command = [sys.executable, "-m", "hanami_server", "openapi"]
    made = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
    assert made == (ROOT / generate.DOCUMENT).read_bytes(), "run `make generate`"


def test_the_python_sdk_is_the_same_under_another_hash_seed(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "42")
    generate.generate_python((ROOT / generate.DOCUMENT).read_text(encoding="utf-8"), tmp_path / generate.PYTHON_SDK)
    assert files(tmp_path, generate.PYTHON_SDK) == files(ROOT, generate.PYTHON_SDK)


@pytest.mark.parametrize("tree", [generate.PYTHON_SDK, generate.GO_SDK, generate.JS_SDK, generate.CLI])
def test_the_generated_code_names_its_document(tree):
    recorded = (ROOT / tree / "openapi.sha256").read_text().strip()
    assert recorded == hashlib.sha256((ROOT / generate.DOCUMENT).read_bytes()).hexdigest()


def test_an_operation_that_was_left_out_is_noticed(document):
    with pytest.raises(SystemExit, match="dropped the operation listClusters"):
        generate.require_operations(document, lambda _, name: name != "listClusters")


@pytest.mark.parametrize("make", ["python", "go", "js", "cli"])
def test_every_generator_is_asked_for_every_operation(tmp_path, document, monkeypatch, make):
    asked = []
    monkeypatch.setattr(generate, "require_operations", lambda document, is_there: asked.append((document, is_there)))
    getattr(generate, f"generate_{make}")((ROOT / generate.DOCUMENT).read_text(encoding="utf-8"), tmp_path / "a" / "b")
    ((whole, is_there),) = asked
    assert all(is_there(operation["tags"][0], name) for name, operation in generate.operations(whole))
    monkeypatch.undo()
    more = json.loads(json.dumps(whole))
    extra = {**more["paths"]["/v1/hosts"]["get"], "operationId": "listGhosts", "x-verb": "ghosts"}
    more["paths"]["/v1/ghosts"] = {"get": extra}
    with pytest.raises((SystemExit, KeyError)):
        generate.require_operations(more, is_there)


def test_what_the_generator_cannot_map_fails(tmp_path, document):
    reply = document["paths"]["/v1/system/info"]["get"]["responses"]["200"]
    reply["content"] = {"application/x-msgpack": {"schema": {"type": "string"}}}
    with pytest.raises(SystemExit, match="openapi-python-client failed"):
        generate.generate_python(json.dumps(document), tmp_path / "generated")


def test_a_stale_file_goes(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").touch()
    generate.replace(tmp_path / "old", tmp_path / "new", tmp_path / "aside")
    assert [path.name for path in tmp_path.rglob("*")] == ["old", "new.py"]
