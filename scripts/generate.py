"""Write openapi/openapi.json from the routes of the server, and from it everything that is generated.

All of it is made in a scratch folder first and put in place only when every step has gone well.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv-generate" / "bin"
DOCUMENT = Path("openapi/openapi.json")
SESSIONS = Path("openapi/asyncapi.yaml")
PYTHON_SDK = Path("sdk/python/src/hanami_sdk/generated")
GO_SDK = Path("sdk/go/generated/api")
JS_SDK = Path("sdk/js/src/generated")
REFERENCE = Path("docs/reference/api.md")
OUTPUTS = (DOCUMENT, SESSIONS, PYTHON_SDK, GO_SDK, JS_SDK, REFERENCE)
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def main() -> None:
    """Replace every output in the repository."""
    with TemporaryDirectory(dir=TOOLS.parent, prefix="generated-") as name:
        made = Path(name)
        generate(made)
        for output in OUTPUTS:
            replace(ROOT / output, made / output, made / "old")


def generate(into: Path) -> None:
    """Make every output below `into`, at its path in the repository."""
    document = run_server("openapi")
    (into / DOCUMENT).parent.mkdir(parents=True)
    (into / DOCUMENT).write_text(document, encoding="utf-8")
    (into / SESSIONS).write_text(run_server("asyncapi"), encoding="utf-8")
    generate_python(document, into / PYTHON_SDK)
    generate_go(document, into / GO_SDK)
    generate_js(document, into / JS_SDK)
    (into / REFERENCE).parent.mkdir(parents=True)
    reference = run(sys.executable, ROOT / "scripts" / "api_reference.py", into / DOCUMENT)
    (into / REFERENCE).write_text(reference, encoding="utf-8")


def run_server(command: str) -> str:
    """Ask the server for one of its documents, whatever is set in the environment."""
    return run(sys.executable, "-m", "hanami_server", command)


def generate_python(document: str, into: Path) -> None:
    """Make the Python package `into` from the text of a document, and note in it which document that was."""
    into.parent.mkdir(parents=True, exist_ok=True)
    patched = into.parent / "openapi.json"
    parsed = json.loads(document)
    patched.write_text(json.dumps(with_python_names(parsed)), encoding="utf-8")
    config = ROOT / "openapi" / "python.yml"
    options: list[str | Path] = [
        "--path",
        patched,
        "--config",
        config,
        "--custom-template-path",
        config.with_suffix(""),
        "--output-path",
        into,
        "--meta",
        "none",
    ]
    run(TOOLS / "openapi-python-client", "generate", *options, "--fail-on-warning")
    patched.unlink()
    modules = {f"{path.parent.name}.{path.stem.rstrip('_')}" for path in into.glob("api/*/*.py")}  # list_ is list
    verbs = {name: operation["x-verb"] for name, operation in operations(parsed)}
    require_operations(parsed, lambda tag, name: f"{snake(tag)}.{snake(verbs[name])}" in modules)
    note_document(document, into)


def generate_go(document: str, into: Path) -> None:
    """Make the Go package `into` from the text of a document."""
    into.mkdir(parents=True)
    patched = into / "openapi.json"
    parsed = json.loads(document)
    patched.write_text(json.dumps(with_go_names(parsed)), encoding="utf-8")
    config = ROOT / "openapi" / "go.yaml"
    options: list[str | Path] = ["-config", config, "-templates", ROOT / "openapi" / "go"]
    options += ["-o", into / "api.gen.go", patched]
    run("go", "tool", "oapi-codegen", *options, cwd=ROOT / "scripts" / "tools")
    patched.unlink()
    code = (into / "api.gen.go").read_text(encoding="utf-8")
    require_operations(parsed, lambda _, name: f'Operation: "{name}"' in re.sub(r"\s+", " ", code))
    note_document(document, into)


def with_go_names(document: dict[str, Any]) -> dict[str, Any]:
    """Copy a document, with the names that operations have in Go, and without what its models have no use for."""
    patched, seen = copy.deepcopy(document), set()
    about = {tag["name"]: tag["description"] for tag in document["tags"]}
    for _, operation in operations(patched):
        tag = operation["tags"][0]
        operation["x-group"], operation["x-name"] = pascal(tag), pascal(operation["x-verb"])
        operation["x-group-about"] = about[tag]
        if tag not in seen:
            operation["x-group-first"] = True
            seen.add(tag)
        item = item_of_page(document, operation)
        if item is not None:
            operation["x-item"] = item
    return patched


def generate_js(document: str, into: Path) -> None:
    """Make the folder `into` of TypeScript from the text of a document."""
    into.parent.mkdir(parents=True)
    patched = into.parent / "openapi.json"
    parsed = json.loads(document)
    patched.write_text(json.dumps(with_js_names(parsed)), encoding="utf-8")
    places = {"HANAMI_GENERATE_FROM": str(patched), "HANAMI_GENERATE_INTO": str(into)}
    run("node", "node_modules/@hey-api/openapi-ts/bin/run.js", cwd=ROOT / "sdk" / "js", **places)
    patched.unlink()
    code = (into / "sdk.gen.ts").read_text(encoding="utf-8")
    urls = {operation["operationId"]: path for path, operation in with_paths(parsed)}
    require_operations(parsed, lambda _, name: f"url: '{urls[name]}'" in code)
    note_document(document, into)


def with_js_names(document: dict[str, Any]) -> dict[str, Any]:
    """Copy a document, with the names that operations have in JavaScript: ``clusters.create``."""
    patched = copy.deepcopy(document)
    for _, operation in operations(patched):
        operation["operationId"] = f"{camel(operation['tags'][0])}.{camel(operation['x-verb'])}"
    return patched


def camel(name: str) -> str:
    """Write a name of the document as JavaScript does."""
    return name[0].lower() + pascal(name)[1:]


def item_of_page(document: dict[str, Any], operation: dict[str, Any]) -> str | None:
    """Name the schema of the items that an operation gives page by page; None for another operation."""
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = document["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], {})
    is_page = "next_cursor" in schema.get("properties", {})
    return schema["properties"]["items"]["items"]["$ref"].rpartition("/")[2] if is_page else None


def snake(name: str) -> str:
    """Write a name of the document as Python does."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower().replace("-", "_")


def pascal(name: str) -> str:
    """Write a name of the document as Go does."""
    return "".join(part[0].upper() + part[1:] for part in name.split("-"))


def note_document(document: str, into: Path) -> None:
    """Keep in a generated tree which document it was made from."""
    (into / "openapi.sha256").write_text(hashlib.sha256(document.encode()).hexdigest() + "\n")


def with_python_names(document: dict[str, Any]) -> dict[str, Any]:
    """Copy a document, with the names that operations have in Python beside their tag.

    Event streams become text: this generator would parse a whole stream as one object.
    """
    patched = copy.deepcopy(document)
    for _, operation in operations(patched):
        operation["operationId"] = operation["x-verb"].replace("-", "_")
        for response in operation["responses"].values():
            if "text/event-stream" in response.get("content", {}):
                response["content"]["text/event-stream"]["schema"] = {"type": "string"}
    return patched


def require_operations(document: dict[str, Any], is_there: Callable[[str, str], bool]) -> None:
    """Stop if a generator has left an operation out, which some do without failing."""
    for name, operation in operations(document):
        if not is_there(operation["tags"][0], name):
            sys.exit(f"the generator dropped the operation {name}")


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List every operation of a document with its id."""
    return [(operation["operationId"], operation) for _, operation in with_paths(document)]


def with_paths(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List every operation of a document with its path."""
    return [
        (path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def replace(target: Path, made: Path, old: Path) -> None:
    """Put a file or folder in the place of another, stale files included."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """Run a tool and return what it printed; if it fails, show that and stop."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANAMI_")}
    path = os.pathsep.join([str(TOOLS), str(ROOT / ".venv" / "bin"), os.environ.get("PATH", os.defpath)])
    program = shutil.which(command[0], path=path) or command[0]
    done = subprocess.run(
        list(map(str, [program, *command[1:]])),
        check=False,
        cwd=cwd,
        env=kept | {"PATH": path} | variables,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
