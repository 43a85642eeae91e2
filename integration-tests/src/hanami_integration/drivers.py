"""Clients of all languages, each behind a process that takes steps as lines of JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from hanami_integration.table import HOME, Step

Json = Any
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
COMMANDS: Mapping[str, list[str]] = {
    "Python": [sys.executable, "-m", "hanami_integration.drive_python"],
    "Python async": [sys.executable, "-m", "hanami_integration.drive_python", "async"],
    "Go": [str(HOME / "drivers" / "go" / "driver")],
}


class Driver:
    """A client of one language, until the end of the block."""

    def __init__(self, name: str) -> None:
        self.name = name
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HANAMI_")}
        self._process = subprocess.Popen(
            COMMANDS[name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment | {"PATH": PATH}
        )

    def take(self, step: Step) -> dict[str, Json]:
        """Take a step; gives ``{"ok": …}``, ``{"error": …}`` where the client raised, or ``{"broken": …}``."""
        assert self._process.stdin is not None  # noqa: S101 -- it is a pipe
        assert self._process.stdout is not None  # noqa: S101
        said = {key: getattr(step, key) for key in ("do", "who", "query", "body", "options")}
        said["path"] = list(step.path.values())
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


def _run(command: list[str], folder: Path) -> None:
    environment = os.environ | {"PATH": PATH}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
