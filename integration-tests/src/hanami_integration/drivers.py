"""Clients of all languages, each behind a process that takes steps as lines of JSON."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from hanami_integration.table import HOME, Step, read_operations

Json = Any
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
SDK = HOME.parent / "sdk" / "js"
JS = HOME / "drivers" / "js"
CLI = HOME.parent / "bin" / "hanamictl"
PAGES = "/__driver/"  # where a proxy has what the browser needs
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COMMANDS: Mapping[str, list[str]] = {
    "Python": [sys.executable, "-m", "hanami_integration.drive_python"],
    "Python async": [sys.executable, "-m", "hanami_integration.drive_python", "async"],
    "Go": [str(HOME / "drivers" / "go" / "driver")],
    "Node": ["node", str(JS / "node.mjs")],
    "Chromium": ["node", str(JS / "browser.mjs")],
    "CLI": [sys.executable, "-m", "hanami_integration.drive_cli", str(CLI)],
}
IN_BROWSER = {"Chromium"}


class Driver:
    """A client of one language, until the end of the block."""

    def __init__(self, name: str, address: str) -> None:
        self._operations = read_operations()
        more = [str(find_browser()), f"{address}{PAGES}page.html"] if name in IN_BROWSER else []
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HANAMI_")}
        self._process = subprocess.Popen(
            [*COMMANDS[name], *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"PATH": PATH},
        )

    def take(self, step: Step) -> dict[str, Json]:
        """Take a step; gives ``{"ok": …}``, ``{"error": …}`` where the client raised, or ``{"broken": …}``."""
        assert self._process.stdin is not None  # noqa: S101 -- it is a pipe
        assert self._process.stdout is not None  # noqa: S101
        said = {key: getattr(step, key) for key in ("do", "who", "query", "body", "options")}
        operation = self._operations.get(step.do)
        said |= {"path": list(step.path.values()), "path_names": list(step.path)}
        said["pages"] = operation is not None and operation.pages
        print(json.dumps(said), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            return {"broken": f"the driver ended with {self._process.wait(10)}"}
        told: dict[str, Json] = json.loads(line)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            if self._process.stdin is not None:
                self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()


def build(clients: Sequence[str]) -> None:
    """Compile what has to be compiled; raises RuntimeError with what the compiler says."""
    if "Go" in clients:
        _run(["go", "build", "-o", "driver", "."], HOME / "drivers" / "go")
    if "CLI" in clients:
        build_cli(CLI)
    if {"Node", "Chromium"} & set(clients):
        build_js()


def build_cli(program: Path) -> None:
    """Compile the command line."""
    _run(["go", "build", "-trimpath", "-o", str(program), "."], HOME.parent / "cli-go")


def build_js() -> None:
    """Compile the JavaScript SDK, unless that has been done; one at a time."""
    sources = [SDK / "prepare.mjs", SDK / "tsconfig.json", *sorted((SDK / "src").rglob("*.ts"))]
    wanted = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()
    stamp = SDK / "node_modules" / ".dist.stamp"
    with stamp.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if file.read() != wanted or not (SDK / "dist" / "index.js").exists():
            _run(["node", "prepare.mjs"], SDK)
            file.truncate(0)
            file.write(wanted)


def find_browser() -> Path:
    """Return a Chromium; raises RuntimeError where there is none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise RuntimeError("Chromium is needed: install it (Debian and Ubuntu: apt install chromium)")


def pages() -> dict[str, tuple[str, bytes]]:
    """Return what a browser needs, by its path: media type and content."""
    found = {f"{PAGES}{path.name}": path for path in JS.iterdir()}
    found |= {f"{PAGES}dist/{path.relative_to(SDK / 'dist')}": path for path in (SDK / "dist").rglob("*.js")}
    media = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript"}
    return {place: (media[path.suffix], path.read_bytes()) for place, path in found.items()}


def _run(command: list[str], folder: Path) -> None:
    environment = os.environ | {"PATH": PATH}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
