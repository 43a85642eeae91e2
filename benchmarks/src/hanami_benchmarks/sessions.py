"""Direct sessions beside a bare websocket echo of the same frames, and beside the engine alone.

Server and client have a core each; both peers are asked by the same client with the same bytes, in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import struct
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
import uvloop
from hanami_engine import Network, Template, warm_up
from hanami_examples import digits
from hanami_examples.readme import machine
from rich.progress import track
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from hanami_benchmarks.api import Target, bare, serving
from hanami_benchmarks.load import cores, resident
from hanami_benchmarks.peers import HIDDEN, TEMPLATE
from hanami_benchmarks.report import Result

HEADER = struct.Struct("<BBHIQ")
LEARN_AND_ANSWER, FLOAT32 = 3, 1
WINDOW, ROWS, MANY, IDLE = 32, 64, 50, 200
TAUGHT = 5000  # samples that a network knows before anything is measured
ECHO = "the echo is a bare Quart websocket under the same web server; every sample is learned."
Array = npt.NDArray[np.float32]
Talk = Callable[[ClientConnection, list[bytes]], Awaitable[float]]


@dataclass(frozen=True)
class Place:
    """Where sessions are opened, and what is said there."""

    target: Target
    template: str
    samples: Array
    labels: Array

    def address(self, cluster: str) -> str:
        """Return the address of the sessions of a cluster."""
        return f"{self.target.process.url.replace('http', 'ws', 1)}/v1/clusters/{cluster}/session"

    def cluster(self) -> str:
        """Make a cluster that has learned something."""
        made = self.target.client.post("/v1/clusters", json={"name": "c", "template": self.template}).raise_for_status()
        return str(made.json()["id"])

    def rows(self, index: int, count: int) -> slice:
        """Give where so many samples that follow each other are; after the last comes the first."""
        first = index % (len(self.samples) - count)
        return slice(first, first + count)

    def frames(self, count: int, rows: int = 1, begin: int = 0) -> list[bytes]:
        """Write frames of samples that follow each other."""
        header = HEADER.pack(LEARN_AND_ANSWER, FLOAT32, rows, 0, 0)
        found = []
        for index in range(begin, begin + count * rows, rows):
            some = self.rows(index, rows)
            found.append(header + self.samples[some].tobytes() + self.labels[some].tobytes())
        return found


async def opened(stack: AsyncExitStack, place: Place, cluster: str, *, teach: bool = True) -> ClientConnection:
    """Open a session; its network is taught first."""
    socket = await stack.enter_async_context(
        connect(
            place.address(cluster),
            subprotocols=[Subprotocol("hanami.v1")],
            additional_headers={"Authorization": place.target.client.headers["Authorization"]},
            compression=None,
        )
    )
    await socket.send(json.dumps({"type": "open"}))
    await socket.recv()
    if teach:
        await ahead(socket, place.frames(TAUGHT // ROWS, ROWS), 4)
    return socket


async def echoing(stack: AsyncExitStack, url: str) -> ClientConnection:
    """Open a websocket that echoes."""
    return await stack.enter_async_context(connect(f"{url.replace('http', 'ws', 1)}/echo", compression=None))


async def answered(socket: ClientConnection) -> None:
    """Wait for an answer; raises RuntimeError for a refusal."""
    while isinstance(message := await socket.recv(), str):
        if '"error"' in message:
            raise RuntimeError(message)


async def one_by_one(socket: ClientConnection, frames: list[bytes]) -> float:
    """Say every frame and wait for its answer; give answers per second."""
    began = time.perf_counter()
    for frame in frames:
        await socket.send(frame)
        await answered(socket)
    return len(frames) / (time.perf_counter() - began)


async def ahead(socket: ClientConnection, frames: list[bytes], window: int = WINDOW) -> float:
    """Say frames ahead of their answers; give answers per second."""
    began, said, heard = time.perf_counter(), 0, 0
    while heard < len(frames):
        while said < len(frames) and said - heard < window:
            await socket.send(frames[said])
            said += 1
        await answered(socket)
        heard += 1
    return len(frames) / (time.perf_counter() - began)


def in_turn(place: Place, echo: str, talk: Talk, runs: int, count: int) -> list[tuple[float, float]]:
    """Give the rates of the echo and of a session, again and again in turn."""

    async def run() -> list[tuple[float, float]]:
        pairs = []
        async with AsyncExitStack() as stack:
            peer, ours = await echoing(stack, echo), await opened(stack, place, place.cluster())
            for turn in track(range(runs + 1), description="echo and session in turn", transient=True):
                frames = place.frames(count, begin=turn * count)
                pairs.append((await talk(peer, frames), await talk(ours, frames)))
        return pairs[1:]  # the first one warms both

    return uvloop.run(run())


def beside_echo(place: Place, echo: str, runs: int, count: int) -> list[list[str]]:
    """Measure one frame at a time, and frames ahead of their answers."""
    rows = []
    asked: tuple[tuple[str, Talk, int], ...] = (
        ("learn and answer, one after the other", one_by_one, 70),
        (f"learn and answer, {WINDOW} ahead", ahead, 50),
    )
    for name, talk, least in asked:
        pairs = in_turn(place, echo, talk, runs, count)
        theirs, ours = (median(column) for column in zip(*pairs, strict=True))
        share = median(mine / other for other, mine in pairs)
        rows.append([name, f"≥ {least} % of the echo", f"{ours:,.0f}/s beside {theirs:,.0f}/s: {share:.0%}"])
    return rows


def batched(place: Place, runs: int, count: int) -> list[str]:
    """Measure frames of many rows beside the engine alone, on the core of the server."""

    async def run() -> list[tuple[float, float]]:
        pairs = []
        network = Network(Template.parse(place.template))
        network.learn_many(place.samples[:TAUGHT], place.labels[:TAUGHT])
        async with AsyncExitStack() as stack:
            ours = await opened(stack, place, place.cluster())
            for turn in track(range(runs + 1), description="engine and session in turn", transient=True):
                begin = TAUGHT + turn * count * ROWS
                frames = place.frames(count, ROWS, begin)
                pairs.append((alone(network, place, begin, count), ROWS * await ahead(ours, frames, 4)))
        return pairs[1:]

    pairs = uvloop.run(run())
    theirs, ours = (median(column) for column in zip(*pairs, strict=True))
    share = median(mine / other for other, mine in pairs)
    measured = f"{ours:,.0f} samples/s beside {theirs:,.0f}: {share:.0%}"
    return [f"learn and answer, {ROWS} rows a frame", "≥ 60 % of the engine alone", measured]


def alone(network: Network, place: Place, begin: int, count: int) -> float:
    """Let the engine learn the same rows in as many calls; give samples per second."""
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    began = time.perf_counter()
    for index in range(begin, begin + count * ROWS, ROWS):
        some = place.rows(index, ROWS)
        network.learn_many(place.samples[some], place.labels[some], answer=True)
    taken = time.perf_counter() - began
    os.sched_setaffinity(0, usable)
    return count * ROWS / taken


def many_at_once(place: Place, count: int) -> list[str]:
    """Let many sessions, each with a network of its own, learn one after the other, all at the same time."""

    async def play(socket: ClientConnection, frames: list[bytes]) -> list[float]:
        taken = []
        for frame in frames:
            began = time.perf_counter()
            await socket.send(frame)
            await answered(socket)
            taken.append(time.perf_counter() - began)
        return taken

    async def run() -> list[float]:
        async with AsyncExitStack() as stack:
            sockets = [await opened(stack, place, place.cluster()) for _ in range(MANY)]
            frames = place.frames(count, begin=TAUGHT)
            await asyncio.gather(*(play(socket, frames[:20]) for socket in sockets))
            found = await asyncio.gather(*(play(socket, frames) for socket in sockets))
        return [seconds for taken in found for seconds in taken]

    taken = np.array(uvloop.run(run())) * 1000
    middle, late = np.median(taken), np.percentile(taken, 99)
    measured = (
        f"p99 {late:.1f} ms, median {middle:.1f} ms: {late / middle:.1f} times; {MANY / middle * 1000:,.0f}/s in all"
    )
    return [f"{MANY} sessions of as many networks at once", "p99 ≤ 5 times the median", measured]


def idle_memory(place: Place) -> list[str]:
    """Open sessions that say nothing; give what each takes in the server."""

    async def run() -> float:
        cluster, pid = place.cluster(), place.target.process.pid
        async with AsyncExitStack() as stack:
            for _ in range(20):
                await opened(stack, place, cluster, teach=False)
            before = resident(pid)
            for _ in range(IDLE):
                await opened(stack, place, cluster, teach=False)
            return (resident(pid) - before) / IDLE

    return [f"an idle session, mean of {IDLE}", "≤ 100 KB", f"{uvloop.run(run()) / 1000:.0f} KB"]


def measure(runs: int, count: int) -> Result:
    """Measure all, on digits."""
    secret = secrets.token_urlsafe(48)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = digits.find(folder)
        data = digits.load(found)
        template = TEMPLATE.format(inputs=digits.pixels(found), hidden=HIDDEN)
        warm_up()
        samples = np.ascontiguousarray(data.train_images, np.float32)
        labels = data.train_labels.astype(np.float32)
        body = folder / "bare"
        body.mkdir()
        with (
            serving(folder / "data", secret, session_save_interval="3600") as target,
            bare(body, secret, b"{}") as echo,
        ):
            _, core = cores()
            os.sched_setaffinity(0, {core})
            place = Place(target, template, samples, labels)
            rows = beside_echo(place, echo, runs, count)
            rows += [batched(place, runs, count // 10), many_at_once(place, count // 10), idle_memory(place)]
    return Result(
        "bench-sessions",
        f"Direct sessions: {samples.shape[1]} float32 inputs a sample, {HIDDEN} hidden neurons, {found.name}",
        ("", "target", "measured"),
        rows,
        [
            f"{machine()}; `make bench-sessions`; {found.note}",
            f"medians of {runs} runs in turn; a core for the server, one for the client (`websockets`, Python); {ECHO}",
        ],
    )


def main() -> None:
    """Measure, print, and write the README's block when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs (default 5)")
    parser.add_argument("--count", type=int, default=3000, help="frames in each run (default 3000)")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    result = measure(options.runs, options.count)
    result.show()
    if options.write:
        result.publish()


if __name__ == "__main__":
    main()
