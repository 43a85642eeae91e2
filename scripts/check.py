"""What a change needs before a commit, within a minute: the linters of its files, and the tests closest to it.

``make check`` compares the working tree with where it left ``origin/main`` (``BASE=HEAD~3`` names another commit).
Tests are chosen by the import graph of our packages and by names, the closest first, as many as the time allows by how
long they took before.  It says what it chose and why, and what it leaves to ``make test``.  (pytest-testmon would need
a traced run of every test first, and does not see what a server does in a process of its own.)
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 48.0  # of the minute; the rest is for starting and ending
STARTING = 8.0  # seconds until the workers of pytest have imported what they test
UNKNOWN = 20.0  # seconds that are expected of a test file that never ran here
KEPT = Path(".pytest_cache") / "check.json"  # seconds of every test file
SKIPPED = {"node_modules", "generated", "__pycache__"}
ELSEWHERE = "engine/tests/gpu/"  # tests for another machine: make test-gpu
INTERRUPTED = -1  # instead of a status of pytest: the time was up
NOTHING = 5  # the status of pytest where no test is left
LONG = {"proof", "exhaustive"}  # marks of tests that are left to `make test`
FARTHEST = 6  # imports between a change and a test


@dataclass(frozen=True, order=True)
class Choice:
    """A test file, how close it is to the change, what it is expected to take, and why it was chosen."""

    distance: int
    seconds: float
    path: str
    reason: str = field(compare=False)


@dataclass(frozen=True)
class Linter:
    """A command, and which changed files ask for it."""

    name: str
    wanted: Callable[[str], bool]
    command: tuple[str, ...]


def linters(sources: list[str]) -> list[Linter]:
    """Return what `make lint` runs, each with the files that it is about."""
    python, binary = sys.executable, str(Path(sys.executable).parent)
    clients = {name: f"{name}/" for name in ("sdk/go", "cli-go", "integration-tests/drivers/go", "sdk/js")}
    return [
        Linter("ruff format", _is_python, (f"{binary}/ruff", "format", "--check", ".")),
        Linter("ruff check", _is_python, (f"{binary}/ruff", "check", ".")),
        Linter("mypy", _is_python, (f"{binary}/mypy", *sources)),
        Linter("document", lambda path: path.startswith("openapi/"), (python, "scripts/lint_document.py")),
        *(
            Linter(name, lambda path, start=start: path.startswith(start), (python, "scripts/lint_clients.py", name))  # type: ignore[misc]
            for name, start in clients.items()
        ),
    ]


def _is_python(path: str) -> bool:
    return path.endswith(".py") or path == "pyproject.toml"


def changed_files(root: Path, base: str | None) -> tuple[str, list[str]]:
    """Return what the working tree is compared with, and the files that differ, new ones included."""
    if base is None:
        found = _git(root, "merge-base", "HEAD", "origin/main", check=False)
        base = found[0] if found else "HEAD"
    names = _git(root, "diff", "--name-only", base) + _git(root, "ls-files", "--others", "--exclude-standard")
    return base, sorted(set(names))


def _git(root: Path, *words: str, check: bool = True) -> list[str]:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=check)
    return done.stdout.splitlines() if done.returncode == 0 else []


class Graph:
    """Which Python files import which, and which test files there are.

    Parameters
    ----------
    root
        Folder of the repository.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        files = [path for path in root.glob("**/*.py") if not _is_foreign(path.relative_to(root))]
        self.texts = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}
        self._files = {module: path for path in self.texts for module in [_module(path)] if module}
        self.tests = [path for path in self.texts if _is_test(path)]
        self.importers: dict[str, set[str]] = {path: set() for path in self.texts}
        for path, text in self.texts.items():
            for imported in self._imports(path, text):
                self.importers[imported].add(path)

    def _imports(self, path: str, text: str) -> Iterable[str]:
        """Yield the files that a file imports, and the `conftest.py` that a test file gets from pytest."""
        fixtures = str(Path(path).with_name("conftest.py"))
        if Path(path).name.startswith("test_") and fixtures in self.texts:
            yield fixtures
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                start = self._absolute(path, node)
                names = [start, *(f"{start}.{alias.name}" for alias in node.names)]
            else:
                continue
            yield from {self._files[name] for name in names if self._files.get(name, path) != path}

    @staticmethod
    def _absolute(path: str, node: ast.ImportFrom) -> str:
        parents = _module(path).split(".")[: -node.level] if node.level else []
        if node.level and path.endswith("__init__.py"):
            parents = _module(path).split(".")[: len(_module(path).split(".")) - node.level + 1]
        return ".".join([*parents, *([node.module] if node.module else [])])

    def touched(self, changed: Iterable[str], took: Mapping[str, float]) -> list[Choice]:
        """Return the test files that a change touches, the closest first and then the fastest."""
        best: dict[str, Choice] = {}
        for file in changed:
            for path, (distance, reason) in self._reached(file).items():
                choice = Choice(distance, took.get(path, UNKNOWN), path, reason)
                best[path] = min(choice, best.get(path, choice))
        return sorted(best.values())

    def _reached(self, changed: str) -> dict[str, tuple[int, str]]:
        """Return the test files that one changed file reaches, with the distance and the reason."""
        found: dict[str, tuple[int, str]] = {}
        for path in self.tests:
            if path == changed:
                found[path] = (0, "it changed")
            elif _share_name(path, changed):
                found[path] = (1, f"it has the name of {changed}")
            elif Path(changed).name != "__init__.py" and Path(changed).name in self.texts[path]:
                found[path] = (1, f"it names {changed}")
        waiting, seen = deque([(changed, 0)]), {changed}
        while waiting:
            file, distance = waiting.popleft()
            for importer in sorted(self.importers.get(file, set()) - seen):
                seen.add(importer)
                reason = f"it imports {changed}" if distance == 0 else f"it imports {file}, which leads to {changed}"
                if importer in self.tests and found.get(importer, (FARTHEST + 1, ""))[0] > distance + 1:
                    found[importer] = (distance + 1, reason)
                if distance + 1 < FARTHEST:
                    waiting.append((importer, distance + 1))
        return found


def _is_foreign(path: Path) -> bool:
    return any(part in SKIPPED or part.startswith(".") for part in path.parts)


def _is_test(path: str) -> bool:
    return Path(path).name.startswith("test_") and not path.startswith(ELSEWHERE)


def _module(path: str) -> str:
    """Name the module of a file: below `src` as it is imported, else by its folders."""
    parts = list(Path(path).with_suffix("").parts)
    if "src" in parts:
        parts = parts[parts.index("src") + 1 :]
    elif parts[0] == "scripts" and len(parts) == 2:
        parts = parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _share_name(test: str, changed: str) -> bool:
    """Return whether a test file is named after a changed module of the same package, as test_tasks.py is."""
    home, package = test.partition("/tests/")[0], changed.partition("/src/")[0]
    return home in {package, str(Path(changed).parent)} and Path(test).stem == f"test_{Path(changed).stem}"


def fitting(choices: Iterable[Choice], seconds: float, workers: int) -> tuple[list[Choice], list[Choice]]:
    """Split choices, which come in order, into those that fit into so many seconds and those that do not."""
    chosen: list[Choice] = []
    left_out: list[Choice] = []
    room = (seconds - STARTING) * workers
    for choice in choices:
        fits = choice.seconds <= room
        (chosen if fits else left_out).append(choice)
        room -= choice.seconds if fits else 0
    return chosen, left_out


def lint(root: Path, changed: list[str], sources: list[str]) -> bool:
    """Run the linters that the changed files ask for; gives whether they are content."""
    content = True
    for linter in linters(sources):
        if not any(map(linter.wanted, changed)):
            continue
        began = time.monotonic()
        done = subprocess.run(linter.command, cwd=root, capture_output=True, text=True, check=False)
        print(f"{linter.name}: {'clean' if done.returncode == 0 else 'not clean'} ({time.monotonic() - began:.1f} s)")
        if done.returncode:
            print(done.stdout + done.stderr)
            content = False
    return content


def run_tests(root: Path, chosen: list[Choice], seconds: float) -> tuple[int, dict[str, float]]:
    """Run test files until the first failure or for so many seconds; gives the status, and what each took."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "auto", "--dist", "worksteal"]
        command += [*without_marks(root), "-k", "not postgresql"]
        command += ["-o", "junit_family=xunit1", f"--junitxml={report}", *(choice.path for choice in chosen)]
        process = subprocess.Popen(command, cwd=root)
        try:
            status = process.wait(max(seconds, 1.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it still writes its report
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            status = INTERRUPTED
        return status, seconds_by_file(report.read_text(encoding="utf-8") if report.exists() else "<x/>")


def without_marks(root: Path) -> list[str]:
    """Return the option of pytest that leaves out what takes long; it accepts no mark that is not registered."""
    project = root / "pyproject.toml"
    settings = tomllib.loads(project.read_text(encoding="utf-8")) if project.exists() else {}
    registered = settings.get("tool", {}).get("pytest", {}).get("ini_options", {}).get("markers", [])
    found = {line.partition(":")[0].strip() for line in registered} & LONG
    return ["-m", " and ".join(f"not {mark}" for mark in sorted(found))] if found else []


def seconds_by_file(report: str) -> dict[str, float]:
    """Add up what the tests of every file took, from a report in JUnit's format."""
    took: dict[str, float] = {}
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314  pytest wrote it
        path = case.get("file", "")
        took[path] = took.get(path, 0.0) + float(case.get("time", "0"))
    return took


def remembered(
    took: Mapping[str, float], now: Mapping[str, float], chosen: Iterable[Choice], status: int
) -> dict[str, float]:
    """Return what test files take, as far as a run has shown it: where time was up, longer than was expected."""
    if status == INTERRUPTED:
        now = {choice.path: 2 * max(choice.seconds, now.get(choice.path, 0.0)) for choice in chosen}
    elif status:  # it stopped at the first failure
        now = {path: max(seconds, took.get(path, UNKNOWN)) for path, seconds in now.items()}
    return {**took, **now}


def main() -> None:
    """Check the working tree."""
    parser = argparse.ArgumentParser(description="Lint a change and run the tests closest to it, within a minute.")
    parser.add_argument("--base", help="commit to compare with [where the branch left origin/main, else HEAD]")
    parser.add_argument("--sources", nargs="*", default=[], help="what mypy checks")
    arguments = parser.parse_args()
    end = time.monotonic() + SECONDS
    base, changed = changed_files(ROOT, arguments.base or None)
    print(f"{len(changed)} files differ from {base[:12]}")
    content = lint(ROOT, changed, arguments.sources)
    took = json.loads((ROOT / KEPT).read_text(encoding="utf-8")) if (ROOT / KEPT).exists() else {}
    choices = Graph(ROOT).touched(changed, took)
    chosen, left_out = fitting(choices, end - time.monotonic(), os.cpu_count() or 1)
    for choice in chosen:
        print(f"{choice.path}: {choice.reason}")
    status = 0
    if chosen:
        status, now = run_tests(ROOT, chosen, end - time.monotonic())
        (ROOT / KEPT).parent.mkdir(exist_ok=True)
        told = remembered(took, now, chosen, status)
        (ROOT / KEPT).write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")
    print_left_out(left_out, interrupted=status == INTERRUPTED)
    sys.exit(0 if content and status in {0, INTERRUPTED, NOTHING} else 1)


def print_left_out(left_out: list[Choice], *, interrupted: bool) -> None:
    """Print what was left out, which `make test` runs."""
    if interrupted:
        print("the time was up before the chosen tests were done: not all of them ran")
    if left_out:
        print(f"left out for lack of time, {len(left_out)}: {', '.join(choice.path for choice in left_out)}")
    print("left to `make test`: tests on PostgreSQL or a GPU, proofs, and every test that is not named above")


if __name__ == "__main__":
    main()
