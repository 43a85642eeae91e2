"""What the API answers per second on one core, beside a bare Quart route: loaded by wrk from a second core."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx
from argon2 import PasswordHasher
from hanami_examples.readme import machine
from hanami_server.access.passwords import PARALLEL
from hanami_server.process import ANNOUNCEMENT, ServerProcess, server_process
from hanami_server.store.tables import Cluster
from rich.progress import track
from sqlalchemy import create_engine, insert

from hanami_benchmarks.load import Load, cores, ensure_wrk, pin, postgres, resident
from hanami_benchmarks.report import Result

USER, PROJECT = "bench", "default"
CLUSTERS, PAGE = 10_000, 50
MANY_CALLS = 100_000
UNLIMITED = "1000000000"
LIMITS = dict.fromkeys(
    ("requests_per_minute", "costly_requests_per_minute", "anonymous_requests_per_minute", "login_failures"), UNLIMITED
)


@dataclass(frozen=True)
class Target:
    """A server under load, and a token for it."""

    process: ServerProcess
    client: httpx.Client
    load: Load
    password: str


@contextmanager
def serving(folder: Path, secret: str, **settings: str) -> Iterator[Target]:
    """Run a server on one core."""
    password = secrets.token_urlsafe(24)
    admin = {"admin_user": USER, "admin_password": password, "token_secret": secret, "log_level": "warning"}
    with (
        server_process(folder, admin | LIMITS | settings) as process,
        httpx.Client(base_url=process.url, timeout=60) as client,
    ):
        pin(process.pid, cores()[0])
        answer = client.post("/v1/tokens", json={"user_id": USER, "password": password}).raise_for_status()
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        client.headers.update(headers)
        yield Target(process, client, Load(headers), password)


@contextmanager
def bare(folder: Path, secret: str, body: bytes) -> Iterator[str]:
    """Run the bare route on the same core; gives its address."""
    file = folder / "body.json"
    file.write_bytes(body)
    with subprocess.Popen(  # noqa: S603 (our own module)
        [sys.executable, "-m", "hanami_benchmarks.bare", str(file)],
        env=os.environ | {"HANAMI_TOKEN_SECRET": secret},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101 (narrows the type)
            url = process.stdout.readline().removeprefix(ANNOUNCEMENT).strip()
            pin(process.pid, cores()[0])
            yield url
        finally:
            process.terminate()


def in_turn(load: Load, one: str, other: str, runs: int, seconds: float) -> list[tuple[float, float]]:
    """Give the rates of two addresses, again and again in turn."""
    turns = track(range(runs), description="two addresses in turn", transient=True)
    return [(load.rate(one, seconds), load.rate(other, seconds)) for _ in turns]


def one_cluster(
    target: Target, folder: Path, secret: str, runs: int, seconds: float, asked: tuple[str, int]
) -> list[str]:
    """Get one cluster, in turn from the server and from the bare route; `asked` names the database and the target."""
    path = f"/v1/clusters/{target.client.post('/v1/clusters', json={'name': 'c'}).raise_for_status().json()['id']}"
    with bare(folder, secret, target.client.get(path).content) as peer:
        pairs = in_turn(target.load, peer + path, target.process.url + path, runs, seconds)
    share = median(ours / theirs for theirs, ours in pairs)
    theirs, ours = (median(column) for column in zip(*pairs, strict=True))
    measured = f"{ours:,.0f}/s beside {theirs:,.0f}/s: {share:.0%}"
    name, least = asked
    target_text = f"≥ {least} % of a bare Quart route that checks the same token"
    return [f"get one cluster, token checked, {name}", target_text, measured]


def deep_page(target: Target, runs: int, seconds: float) -> list[str]:
    """List clusters: the first page, and one behind nearly all."""
    _insert_clusters(target.process.data_dir / "hanami.db")
    cursor, pages = None, 0
    while pages < CLUSTERS // PAGE - 2:
        query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        cursor = target.client.get("/v1/clusters", params=query).raise_for_status().json()["next_cursor"]
        pages += 200 // PAGE
    first = f"{target.process.url}/v1/clusters?limit={PAGE}"
    pairs = in_turn(target.load, first, f"{first}&cursor={cursor}", runs, seconds)
    share = median(last / begin for begin, last in pairs)
    begin, last = (median(column) for column in zip(*pairs, strict=True))
    measured = f"{last:,.0f}/s beside {begin:,.0f}/s: {share:.0%}"
    name = f"list {PAGE} of {CLUSTERS:,} clusters, page {pages}"
    return [name, "as fast as the first page", measured]


def _insert_clusters(database: Path) -> None:
    """Put rows of clusters straight into the database: a list reads no networks."""
    common = {"owner_id": USER, "project_id": PROJECT, "name": "c", "template": "version: 1\n", "seed": 0}
    begin = datetime.now(UTC)
    rows = [{**common, "id": uuid4(), "created_at": begin + timedelta(seconds=i)} for i in range(CLUSTERS)]
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(insert(Cluster), rows)
    engine.dispose()


def logins(target: Target, seconds: float) -> list[str]:
    """Log in again and again; beside it argon2 alone, on as many threads and the same core."""
    body = json.dumps({"user_id": USER, "password": target.password})
    load = Load({"Content-Type": "application/json"}, body, connections=2 * PARALLEL)
    hasher = PasswordHasher()
    kept, end = hasher.hash(target.password), time.perf_counter() + seconds

    def verify(_: int) -> int:
        count = 0
        while time.perf_counter() < end:
            hasher.verify(kept, target.password)
            count += 1
        return count

    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    with ThreadPoolExecutor(PARALLEL) as pool:
        alone = sum(pool.map(verify, range(PARALLEL))) / seconds
    os.sched_setaffinity(0, usable)
    pin(target.process.pid, cores()[0])  # the threads that hash are there by now
    ours = load.rate(f"{target.process.url}/v1/tokens", seconds)
    return [
        "log in",
        "bounded by argon2 only",
        f"{ours:.1f}/s beside {alone:.1f}/s of argon2 alone: {ours / alone:.0%}",
    ]


def memory(target: Target) -> list[str]:
    """Send many requests, and look at what they left in memory."""
    url, rate = f"{target.process.url}/v1/system/info", target.load.rate
    rate(url, 5)
    before, done = resident(target.process.pid), 0.0
    while done < MANY_CALLS:
        done += 5 * rate(url, 5)
    grown = resident(target.process.pid) - before
    name = f"memory after {done:,.0f} more requests"
    return [name, "flat", f"{before >> 20} MiB {grown / 2**20:+.1f} MiB"]


def measure(runs: int, seconds: float) -> Result:
    """Measure everything and lay out the table."""
    ensure_wrk()
    secret = secrets.token_urlsafe(48)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder / "data", secret) as target:
            rows = [one_cluster(target, folder, secret, runs, seconds, ("SQLite", 60))]
            rows += [deep_page(target, runs, seconds), logins(target, 4 * seconds), memory(target)]
        with postgres() as url, serving(folder / "postgres", secret, database_url=url) as target:
            rows.insert(1, one_cluster(target, folder, secret, runs, seconds, ("PostgreSQL", 50)))
    return Result(
        "bench-api",
        "The API on one core, loaded by wrk from a second one",
        ("", "target", "measured"),
        rows,
        [
            f"{machine()}; `make bench-server`.",
            f"medians of {runs} pairs of {seconds:g} s in turn, 8 connections.",
        ],
    )
