"""What the SDKs cost: a call beside the same call of a bare HTTP client of the language, imports, and bytes."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import httpx
from hanami_examples.readme import machine
from hanami_sdk import AsyncClient, Client
from hanami_server.process import server_process

from hanami_benchmarks.report import Result

ROOT = Path(__file__).resolve().parents[3]
CLIENTS = ROOT / "benchmarks" / "clients"
SDK = ROOT / "sdk" / "js"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
Rounds = dict[str, list[float]]  # microseconds of a call, with the bare client and with the SDK
MOST_OVERHEAD, MOST_IMPORT, MOST_BYTES, LONGEST_START = 1.15, 1.5, 25_000, 0.02


def measure(rounds: int, calls: int) -> Result:
    """Measure everything on one server."""
    password = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory() as folder:
        admin = {"admin_user": "bench", "admin_password": password, "log_level": "warning"}
        with server_process(Path(folder) / "data", admin) as server:
            with Client(server.url, user="bench", password=password) as client:
                cluster = str(client.clusters.create("measured").id)
                token = client.tokens.create("bench", password).token
            where = (server.url, token, cluster, str(rounds), str(calls))
            rows = [
                _call("Python", "httpx", _python(*where)),
                _call("Python, async", "httpx", asyncio.run(_python_async(*where))),
                _call("Go", "net/http", _go(Path(folder), where)),
                _call("Node", "fetch", _node(where)),
            ]
    rows.append(_imports(rounds))
    rows.append(["JavaScript for browsers, gzip", f"≤ {MOST_BYTES // 1000} kB", f"{_bundle() / 1000:.1f} kB"])
    rows.append(_start(rounds))
    how = (
        f"medians of {rounds} rounds of {calls} calls in turn, the SDK and a bare client; a call gets one cluster; "
        "the server shares the machine."
    )
    notes = [f"{machine()}; `make bench-sdk`.", how]
    return Result("bench-sdk", "What the SDKs cost", ["", "target", "measured"], rows, notes)


def _call(language: str, bare: str, told: Rounds) -> list[str]:
    ours, theirs = median(told["sdk"]), median(told["bare"])
    ratio = median(one / other for one, other in zip(told["sdk"], told["bare"], strict=True))
    return [
        f"a call in {language}",
        f"≤ {MOST_OVERHEAD - 1:.0%} more than {bare}",
        f"{ours:,.0f} µs beside {theirs:,.0f}: {ratio - 1:+.0%}",
    ]


def _python(url: str, token: str, cluster: str, rounds: str, calls: str) -> Rounds:
    headers = {"Authorization": f"Bearer {token}"}
    told: Rounds = {"bare": [], "sdk": []}
    with httpx.Client(base_url=url, headers=headers) as bare, Client(url, token=token) as client:
        for _ in range(int(rounds)):
            told["bare"].append(_timed(lambda: bare.get(f"/v1/clusters/{cluster}").json(), int(calls)))
            told["sdk"].append(_timed(lambda: client.clusters.get(cluster), int(calls)))  # type: ignore[arg-type]
    return told


async def _python_async(url: str, token: str, cluster: str, rounds: str, calls: str) -> Rounds:
    headers = {"Authorization": f"Bearer {token}"}
    told: Rounds = {"bare": [], "sdk": []}
    async with httpx.AsyncClient(base_url=url, headers=headers) as bare, AsyncClient(url, token=token) as client:

        async def plain() -> None:
            (await bare.get(f"/v1/clusters/{cluster}")).json()

        async def ours() -> None:
            await client.clusters.get(cluster)  # type: ignore[arg-type]

        for _ in range(int(rounds)):
            told["bare"].append(await _timed_async(plain, int(calls)))
            told["sdk"].append(await _timed_async(ours, int(calls)))
    return told


def _timed(call: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - began) / calls * 1e6


async def _timed_async(call: Callable[[], Awaitable[None]], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        await call()
    return (time.perf_counter() - began) / calls * 1e6


def _go(folder: Path, where: tuple[str, ...]) -> Rounds:
    program = folder / "calls"
    _run(["go", "build", "-o", str(program), "."], CLIENTS / "go")
    told: Rounds = json.loads(_run([str(program), *where], folder))
    return told


def _node(where: tuple[str, ...]) -> Rounds:
    _run(["node", "prepare.mjs"], SDK)
    told: Rounds = json.loads(_run(["node", "calls.mjs", *where], CLIENTS / "js"))
    return told


def _imports(rounds: int) -> list[str]:
    """Import both again and again, each in a process of its own; what Python itself takes is not counted."""
    seconds: dict[str, list[float]] = {"pass": [], "import httpx": [], "import hanami_sdk": []}
    for _ in range(max(rounds, 5)):
        for statement, found in seconds.items():
            began = time.perf_counter()
            _run([sys.executable, "-c", statement], ROOT)
            found.append(time.perf_counter() - began)
    start, bare, ours = (min(found) for found in seconds.values())
    ratio = (ours - start) / (bare - start)
    told = f"{(ours - start) * 1000:.0f} ms beside {(bare - start) * 1000:.0f}: {ratio:.2f} times"
    return ["import of the Python SDK", f"≤ {MOST_IMPORT} times httpx", told]


def _start(rounds: int) -> list[str]:
    """Let hanamictl say its help again and again: what it takes before it does anything."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "hanamictl"
        _run(["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", str(program), "."], ROOT / "cli-go")
        found = []
        for _ in range(max(rounds, 5)):
            began = time.perf_counter()
            _run([str(program), "clusters", "create", "--help"], ROOT)
            found.append(time.perf_counter() - began)
    return ["start of hanamictl", f"≤ {LONGEST_START * 1000:.0f} ms", f"{min(found) * 1000:.0f} ms"]


def _bundle() -> int:
    """Return how many bytes a browser fetches of all of the SDK, in one file."""
    program = next((SDK / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    options = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--external:ws", "--external:node:*"]
    return len(gzip.compress(_run([str(program), "dist/index.js", *options], SDK).encode()))


def _run(command: list[str], folder: Path) -> str:
    environment = os.environ | {"PATH": PATH}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Measure, print, and write the README's block when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of calls (default 15)")
    parser.add_argument("--calls", type=int, default=200, help="calls in each round (default 200)")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    result = measure(options.rounds, options.calls)
    result.show()
    if options.write:
        result.publish()


if __name__ == "__main__":
    main()
