"""What compilers and linters say of the Go and JavaScript clients; nothing where they are content (``make lint``)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GO = (ROOT / "sdk" / "go", ROOT / "cli-go", ROOT / "integration-tests" / "drivers" / "go")
JS = ROOT / "sdk" / "js"
BIN = ROOT / ".venv" / "bin"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool; gives what it prints where it fails."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def complaints(*wanted: str) -> list[str]:
    """Run every linter on the clients in these folders, or on all clients."""
    folders = {ROOT / name for name in wanted} or {*GO, JS}
    return [
        *(_about_go([module for module in GO if module in folders]) if folders & {*GO} else []),
        *(_about_js() if JS in folders else []),
    ]


def _about_go(modules: list[Path]) -> list[str]:
    found = [run("go", "build", "-o", BIN, "honnef.co/go/tools/cmd/staticcheck", cwd=ROOT / "scripts" / "tools")]
    for module in modules:
        found.append(run("bash", "-c", 'test -z "$(gofmt -l . | tee /dev/stderr)"', cwd=module))
        found.append(run("go", "vet", "./...", cwd=module))
        found.append(run(BIN / "staticcheck", "./...", cwd=module))
    return [told for told in found if told]


def _about_js() -> list[str]:
    found = [
        run("node", "node_modules/typescript/bin/tsc", "-p", ".", "--noEmit", cwd=JS),
        run("node", "node_modules/eslint/bin/eslint.js", "--max-warnings", "0", ".", cwd=JS),
    ]
    return [told for told in found if told]


if __name__ == "__main__":
    if told := complaints(*sys.argv[1:]):
        sys.exit("\n".join(told))
    print(f"{', '.join(sys.argv[1:]) or 'the Go and JavaScript clients'}: clean")
