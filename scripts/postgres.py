"""A private PostgreSQL for tests: found, or installed where that may be done, and started in a folder of its own.

``python scripts/postgres.py`` (a step of ``make test``) sees to it that there is one; ``cluster()`` runs it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = "HANAMI_TEST_POSTGRES_URL"
WANTED = (
    "the tests need PostgreSQL 13 or newer: install it (Debian and Ubuntu: apt install postgresql; "
    f"macOS: brew install postgresql), or set {GIVEN}=postgresql://user:password@host/database "
    "to a server where databases may be created"
)
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
START_SECONDS = 60
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
OPTIONS = {  # nothing of it has to outlive the tests
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "200",
    "timezone": "Asia/Kathmandu",  # +05:45: whoever forgets a zone is found out
}


def find_programs() -> Path | None:
    """Give the folder of `initdb` and `postgres`, of the newest version found."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    found = [path for place in PLACES for path in Path("/").glob(place[1:]) if (path / "initdb").exists()]
    return max(found, key=_version, default=None)


def ensure() -> None:
    """Install Debian's package if there is none and this user may; else stop and say what to install."""
    if os.environ.get(GIVEN) or find_programs():
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(WANTED)
    print("installing PostgreSQL for the tests", flush=True)
    if not NO_MAIN_CLUSTER.exists():  # the package would start a server of its own
        NO_MAIN_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_MAIN_CLUSTER.write_text("create_main_cluster = false\n")
    apt = ["apt-get", "-qq", "-o", "Dpkg::Options::=--force-confold"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*apt, "install", "--yes", "--no-install-recommends", "postgresql"]
    for command in ([*apt, "update"], install):
        if subprocess.run(command, env=environment, check=False).returncode:
            sys.exit(f"{' '.join(command)} failed; {WANTED}")
    if find_programs() is None:
        sys.exit(WANTED)


@contextmanager
def cluster() -> Iterator[str]:
    """Run a PostgreSQL until the end of the block; gives the URL of its database `postgres`.

    Raises
    ------
    RuntimeError
        When there is none, or it does not start.
    """
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    programs = find_programs()
    if programs is None:
        raise RuntimeError(WANTED)
    home = Path(tempfile.mkdtemp(prefix="hanami-postgres-"))
    log = home / "log"
    try:
        user = _hand_over(home)
        _initialise(programs, home, user)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*_as(user, "--pdeathsig", "INT"), programs / "postgres", "-D", home / "data", "-k", home, *_options()],
                stdout=output,
                stderr=output,
                cwd=home,
            )
        try:
            _wait(programs, home, process, log)
            yield f"postgresql://postgres@/postgres?host={home}"
        finally:
            process.send_signal(signal.SIGINT)  # a fast stop
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _version(programs: Path) -> tuple[int, ...]:
    answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in answer.split()[2].split(".") if part.isdigit())


def _hand_over(home: Path) -> str | None:
    """PostgreSQL refuses to run as root: give the folder to somebody else, and say to whom."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    return user


def _initialise(programs: Path, home: Path, user: str | None) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        home / "data",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C",
        "-A",
        "trust",
    ]
    done = subprocess.run([*_as(user), *command, "-N"], capture_output=True, text=True, check=False, cwd=home)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _as(user: str | None, *options: str) -> list[str]:
    """Return what starts a program as a user, with options of setpriv such as the signal when its parent dies.

    `subprocess` could change the user, too, but only in a fork, which the system may refuse to a process that has
    reserved as many addresses as one with networks in it.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise RuntimeError("as root, the tests need setpriv (util-linux) to start PostgreSQL as another user")
        return []
    if user is None:
        return [setpriv, *options] if options else []
    return [setpriv, *options, f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]


def _options() -> list[str]:
    return [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]


def _wait(programs: Path, home: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", home], check=False).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


if __name__ == "__main__":
    ensure()
