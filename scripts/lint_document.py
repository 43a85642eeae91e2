"""Let Redocly and Spectral read the OpenAPI document: `make lint`. Their versions are pinned in openapi/lint/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "openapi" / "lint"
DOCUMENT = ROOT / "openapi" / "openapi.json"
SESSIONS = ROOT / "openapi" / "asyncapi.yaml"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
FAILED = "warning was generated"  # Redocly answers 0 where its own settings are wrong


def environment() -> dict[str, str]:
    """Give an environment in which the project's Node comes first, and nothing is reported to anybody."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | QUIET | {"PATH": path}


def lint(document: Path) -> str:
    """Give what the linters complain about; nothing where they do not."""
    commands: tuple[list[str | Path], ...] = (
        ["redocly", "lint", "--config", "redocly.yaml", "--max-problems", "1000", "--format", "stylish", document],
        ["spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint", document],
        ["spectral", "lint", "--ruleset", "asyncapi.spectral.yaml", "--fail-severity", "hint", SESSIONS],
    )
    found = []
    for command in commands:
        program = HOME / "node_modules" / ".bin" / str(command[0])
        done = subprocess.run(
            [program, *command[1:]], cwd=HOME, env=environment(), capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        if done.returncode or FAILED in said.lower() or " warning " in done.stdout:
            found.append(said)
    return "\n".join(found)


if __name__ == "__main__":
    complaints = lint(Path(sys.argv[1]).resolve() if sys.argv[1:] else DOCUMENT)
    if complaints:
        sys.exit(complaints)
    print("the document is clean")
