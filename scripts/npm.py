"""What the locks of npm pin: ``npm.py sdk/js`` installs it there, unless that has been done."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment() -> dict[str, str]:
    """Give an environment in which the project's Node comes first."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {"npm_config_loglevel": "error", "PATH": path}


def install(home: Path) -> None:
    """Install what the lock of a folder pins, unless that has been done."""
    lock = hashlib.sha256((home / "package-lock.json").read_bytes()).hexdigest()
    stamp = home / "node_modules" / ".stamp"
    if stamp.exists() and stamp.read_text() == lock:
        return
    npm = shutil.which("npm", path=environment()["PATH"])
    if npm is None:
        sys.exit("npm is needed; `make setup` installs it")
    print(f"installing {home.relative_to(ROOT)}/package-lock.json", flush=True)
    done = subprocess.run([npm, "ci", "--ignore-scripts"], cwd=home, env=environment(), check=False)
    if done.returncode:
        sys.exit(f"npm could not install {home.relative_to(ROOT)}/package-lock.json")
    stamp.write_text(lock)


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        install(ROOT / folder)
