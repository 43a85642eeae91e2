"""Replays the table through clients on one server, and compares what they say."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from hanami_server.process import CHEAP_PASSWORDS, ServerProcess, server_process

from hanami_integration import files
from hanami_integration.drivers import IN_BROWSER, Driver, pages
from hanami_integration.naming import Names, filled, find, missing
from hanami_integration.proxy import Proxy
from hanami_integration.table import Scenario, Step

Json = Any
USER, PASSWORD = "root", "a long enough password"
SETTINGS = CHEAP_PASSWORDS | {
    "admin_user": USER,
    "admin_password": PASSWORD,
    "log_level": "warning",
    "requests_per_minute": "1000000",
    "costly_requests_per_minute": "1000000",
    "anonymous_requests_per_minute": "1000000",
}
Heard = Callable[[str, str, "Outcome"], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one scenario with one client: seconds, faults, and what was said at every step."""

    seconds: float
    faults: list[str] = field(default_factory=list)
    said: list[Json] = field(default_factory=list)


Matrix = dict[str, dict[str, Outcome]]  # by scenario, then by client


@contextmanager
def running_server(folder: Path) -> Iterator[ServerProcess]:
    """Run the server that all clients speak to."""
    with server_process(folder / "server", SETTINGS) as server:
        yield server


def replay(scenarios: Sequence[Scenario], clients: Sequence[str], folder: Path, heard: Heard) -> Matrix:
    """Replay every scenario through every client, all clients at the same time, and compare their answers."""
    matrix: Matrix = {scenario.name: {} for scenario in scenarios}
    known = files.write(folder)
    with running_server(folder) as server, ThreadPoolExecutor(len(clients)) as pool:

        def drive(client: str) -> None:
            for scenario, outcome in _drive(client, scenarios, server.url, known):
                matrix[scenario.name][client] = outcome
                heard(scenario.name, client, outcome)

        list(pool.map(drive, clients))
    for name, outcomes in matrix.items():
        matrix[name] = compared(outcomes, clients)
    return matrix


def compared(outcomes: dict[str, Outcome], clients: Sequence[str]) -> dict[str, Outcome]:
    """Add to every outcome where it differs from that of the first client."""
    told = {client: list(outcomes[client].faults) for client in clients}
    one = clients[0]
    for other in clients[1:]:
        for number, (here, there) in enumerate(zip(outcomes[one].said, outcomes[other].said, strict=False), start=1):
            if here != there:
                told[other].append(f"step {number}: {one} says {_short(here)}, {other} says {_short(there)}")
    return {client: replace(outcomes[client], faults=told[client]) for client in clients}


def _drive(
    client: str, scenarios: Sequence[Scenario], url: str, known: dict[str, Json]
) -> Iterator[tuple[Scenario, Outcome]]:
    proxy = Proxy(url, pages() if client in IN_BROWSER else None)
    url = proxy.url if client in IN_BROWSER else url  # pages may speak to the server that they came from
    try:
        with Driver(client, proxy.url) as driver:
            for scenario in scenarios:
                run = f"r{uuid4().hex[:10]}"
                about = known | {"url": url, "proxy": proxy.url, "run": run, "password": PASSWORD}
                began = time.perf_counter()
                faults, said = _play(driver, proxy, scenario, about)
                yield scenario, Outcome(time.perf_counter() - began, faults, said)
    finally:
        proxy.stop()


def _play(driver: Driver, proxy: Proxy, scenario: Scenario, known: dict[str, Json]) -> tuple[list[str], list[Json]]:
    """Take the steps of a scenario, up to the first that goes wrong."""
    names, said = Names(known["run"]), []
    login = {"name": USER, "url": known["url"], "user": USER, "password": known["password"]}
    for number, planned in enumerate((Step("connect", body=login), *scenario.steps)):
        step = _filled(planned, known)
        proxy.set_faults(list(step.faults))
        answer = driver.take(step)
        said.append(names.plain(answer, step.ignore, step.momentary))
        faults = judge(step, answer)
        faults += [f"it never happened that {fault}" for fault in proxy.left]
        if faults:
            return [f"step {number}, {step.do}: {fault}" for fault in faults], said
        known |= {name: find(answer["ok"], place) for name, place in step.keep.items()}
    return [], said


def judge(step: Step, answer: dict[str, Json]) -> list[str]:
    """Say what is wrong with an answer."""
    if "broken" in answer:
        return [f"the driver broke: {answer['broken']}"]
    if step.fails is not None:
        if "error" not in answer:
            return [f"expected {step.fails}, got {_short(answer)}"]
        expected = {"kind": step.fails} if isinstance(step.fails, str) else step.fails
        return missing(expected, answer["error"])
    if "error" in answer:
        return [f"failed: {answer['error']}"]
    return [] if step.expect is None else missing(step.expect, answer["ok"])


def _filled(step: Step, known: dict[str, Json]) -> Step:
    parts = ("who", "path", "query", "body", "options", "expect", "fails", "faults")
    return replace(step, **{part: filled(getattr(step, part), known) for part in parts})


def _short(value: Json) -> str:
    text = str(value)
    return text if len(text) < 300 else f"{text[:300]}…"
