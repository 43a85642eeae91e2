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
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv-generate" / "bin"
DOCUMENT = Path("openapi/openapi.json")
SESSIONS = Path("openapi/asyncapi.yaml")
PYTHON_SDK = Path("sdk/python/src/hanami_sdk/generated")
REFERENCE = Path("docs/reference/api.md")
OUTPUTS = (DOCUMENT, SESSIONS, PYTHON_SDK, REFERENCE)
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
    patched.write_text(json.dumps(with_plain_events(parsed)), encoding="utf-8")
    config = ROOT / "openapi" / "python.yml"
    options: list[str | Path] = ["--path", patched, "--config", config, "--output-path", into, "--meta", "none"]
    run(TOOLS / "openapi-python-client", "generate", *options, "--fail-on-warning")
    patched.unlink()
    require_operations(parsed, into)
    (into / "openapi.sha256").write_text(hashlib.sha256(document.encode()).hexdigest() + "\n")


def with_plain_events(document: dict[str, Any]) -> dict[str, Any]:
    """Copy a document with its event streams as text: this generator would parse a whole stream as one object."""
    patched = copy.deepcopy(document)
    for _, operation in operations(patched):
        for response in operation["responses"].values():
            if "text/event-stream" in response.get("content", {}):
                response["content"]["text/event-stream"]["schema"] = {"type": "string"}
    return patched


def require_operations(document: dict[str, Any], package: Path) -> None:
    """Stop if the generator has left an operation out, which it does without failing."""
    for name, operation in operations(document):
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        if not (package / "api" / operation["tags"][0] / f"{module}.py").is_file():
            sys.exit(f"the generator dropped the operation {name}")


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List every operation of a document with its id."""
    return [
        (operation["operationId"], operation)
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    ]


def replace(target: Path, made: Path, old: Path) -> None:
    """Put a file or folder in the place of another, stale files included."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def run(*command: str | Path) -> str:
    """Run a tool and return what it printed; if it fails, show that and stop."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANAMI_")}
    environment = kept | {"PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
