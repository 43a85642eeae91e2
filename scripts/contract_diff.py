"""Name what a change of the contract breaks for clients of the last release: `make contract-diff`.

The release is the newest tag `v…`; before there is one, the committed document of HEAD.  `REF=…` names another.
oasdiff judges, pinned in scripts/tools/go.mod.  Exit status 1 where something breaks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "scripts" / "tools"
DOCUMENT = "openapi/openapi.json"
LEVELS = {1: "note", 2: "warning", 3: "breaking"}
COLUMNS = ("level", "operation", "what", "rule")


def git(*arguments: str) -> str:
    """Ask git, and stop where it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"git {' '.join(arguments)} failed: {done.stderr.strip()}")
    return done.stdout


def last_release() -> str:
    """Name the newest tag of a release that this commit comes after; HEAD before the first."""
    tags = git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname").split()
    return tags[0] if tags else "HEAD"


def environment() -> dict[str, str]:
    """Give an environment in which the project's Go comes first."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {"PATH": path}


def breaking(base: Path, revision: Path) -> list[dict[str, str]]:
    """Give what breaks clients of `base` in `revision`, the worst first."""
    go = shutil.which("go", path=environment()["PATH"])
    if go is None:
        sys.exit("Go is needed; `make setup` installs it")
    command: list[str | Path] = [go, "tool", "oasdiff", "breaking", base, revision, "--format", "json"]
    done = subprocess.run(command, cwd=TOOLS, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"oasdiff failed:\n{done.stdout}{done.stderr}")
    found = sorted(json.loads(done.stdout or "[]") or [], key=lambda change: -int(change["level"]))
    return [
        {
            "level": LEVELS[change["level"]],
            "operation": change.get("operationId") or " ".join(filter(None, map(change.get, ("operation", "path")))),
            "what": change["text"],
            "rule": change["id"],
        }
        for change in found
    ]


def table(changes: list[dict[str, str]]) -> str:
    """Lay changes out in columns."""
    rows = [dict(zip(COLUMNS, COLUMNS, strict=True)), *changes]
    widths = {column: max(len(row[column]) for row in rows) for column in COLUMNS}
    return "\n".join("  ".join(row[column].ljust(widths[column]) for column in COLUMNS).rstrip() for row in rows)


def compare(base_text: str, revision: Path) -> list[dict[str, str]]:
    """Give what breaks in the document `revision` for those who know `base_text`."""
    with TemporaryDirectory() as folder:
        base = Path(folder) / "base.json"
        base.write_text(base_text, encoding="utf-8")
        return breaking(base, revision)


def main() -> int:
    """Print the table, and give the exit status."""
    reference = sys.argv[1] if sys.argv[1:] else last_release()
    changes = compare(git("show", f"{reference}:{DOCUMENT}"), ROOT / DOCUMENT)
    if not changes:
        print(f"nothing breaks since {reference}")
        return 0
    print(f"since {reference}:\n{table(changes)}")
    return int(any(change["level"] == "breaking" for change in changes))


if __name__ == "__main__":
    sys.exit(main())
