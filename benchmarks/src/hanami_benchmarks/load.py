"""Load on a server: `wrk` on a core of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

INSTALL = ("apt-get", "install", "--yes", "--quiet", "wrk")


def ensure_wrk() -> None:
    """Find wrk, or install Debian's; ends the program with a sentence where neither can be."""
    if shutil.which("wrk") is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(INSTALL, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 (a constant)
    if shutil.which("wrk") is None:
        sys.exit(f"wrk is needed on PATH: {' '.join(INSTALL)}")


def cores() -> tuple[int, int]:
    """Give two cores: one for the server, one for the load; the same one twice where there is no other."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[-1], usable[-2 if len(usable) > 1 else -1]


def pin(pid: int, core: int) -> None:
    """Keep all threads that a process has by now on one core."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def resident(pid: int) -> int:
    """Bytes of a process that are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Load:
    """What wrk sends again and again.

    Attributes
    ----------
    headers : mapping
    body : str
        Sent by POST; empty: a GET.
    connections : int
    """

    headers: Mapping[str, str]
    body: str = ""
    connections: int = 8

    def rate(self, url: str, seconds: float) -> float:
        """Give answers per second over so many seconds.

        Raises
        ------
        RuntimeError
            Some answers were failures.
        """
        _, core = cores()
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(self._script())
            script.flush()
            command = ["wrk", "--threads", "1", "--connections", str(self.connections)]
            command += ["--duration", f"{seconds:g}s", "--timeout", "30s", "--script", script.name, url]
            done = subprocess.run(  # noqa: S603 (arguments of ours)
                command, capture_output=True, text=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, {core})
            )
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise RuntimeError(f"wrk met failures:\n{done.stdout}")
        found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
        if found is None:
            raise RuntimeError(f"wrk told no rate:\n{done.stdout}{done.stderr}")
        return float(found[1])

    def _script(self) -> str:
        lines = [f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in self.headers.items()]
        if self.body:
            lines += ['wrk.method = "POST"', f"wrk.body = {_lua(self.body)}"]
        return "\n".join(lines)


def _lua(text: str) -> str:
    """Write a string of Lua."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@contextmanager
def postgres() -> Iterator[str]:
    """Run a private PostgreSQL with the script that tests use; gives its URL."""
    script = Path(__file__).resolve().parents[3] / "scripts" / "postgres.py"
    spec = importlib.util.spec_from_file_location("postgres", script)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ensure()
    with module.cluster() as url:
        yield url
