"""The table of scenarios, and what the document says about the operations that they use."""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

Json = Any
ACCOUNT: list[dict[str, Json]] = [  # what every scenario begins with: a project and a member of its own, called `me`
    {"do": "projects.create", "body": {"id": "${run}", "name": "Lab"}},
    {"do": "users.create", "body": {"id": "${run}", "name": "Ada", "password": "a staple of horses"}},
    {"do": "projects.set-member", "path": {"project_id": "${run}", "user_id": "${run}"}, "body": {"role": "member"}},
    {
        "do": "connect",
        "body": {"name": "me", "url": "${url}", "user": "${run}", "password": "a staple of horses"},
    },
]
HOME = Path(__file__).resolve().parents[2]
DOCUMENT = HOME.parent / "openapi" / "openapi.json"
EXTRAS = {  # what clients have beyond plain operations, and the operations behind it
    "connect": (),
    "uploads.send": ("createUpload",),
    "uploads.sendBroken": ("startUpload", "appendUpload", "getUpload"),
    "datasets.uploadCsv": ("createUpload", "createDataset"),
    "datasets.uploadIdx": ("createUpload", "createDataset"),
    "datasets.download": ("downloadDataset",),
    "datasets.export": ("exportDatasetRows",),
    "checkpoints.upload": ("uploadCheckpoint",),
    "checkpoints.download": ("downloadCheckpoint",),
    "clusters.train": ("createTask", "streamTaskEvents"),
    "clusters.request": ("createTask", "streamTaskEvents"),
    "tasks.start": ("createTask",),
    "tasks.wait": ("streamTaskEvents", "getTask"),
    "tasks.events": ("streamTaskEvents",),
    "sessions.events": ("streamSessionEvents",),
    "session.open": ("openSession",),
    "session.learn": (),
    "session.learnAndAnswer": (),
    "session.request": (),
    "session.keep": (),
    "session.truth": (),
    "session.rest": (),
    "session.save": (),
    "session.many": (),
    "session.close": (),
}

DEVICE = {"memory_free_bytes", "temperature_celsius", "power_watts"}
MOMENTARY: dict[str, set[str]] = {  # fields of answers that depend on when a client asks, and what others do meanwhile
    "hosts.list": {"clusters", "running_tasks", *DEVICE},
    "hosts.get": {"clusters", "running_tasks", *DEVICE},
    "sessions.list": {"loss", "novelty"},  # means over the last second or so
    "sessions.events": {"loss", "novelty"},
    "tasks.get": {"loss"},  # of the last slice, which is as long as the machine allows
    "tasks.events": {"loss"},
    "tasks.list": {"loss"},
    "tasks.create": {"state", "progress", "started_at", "finished_at", "result_dataset_id"},
    "tasks.cancel": {"state", "progress", "started_at", "finished_at", "error"},
    "clusters.growth": {"points"},
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document: how clients call it, and what its path takes, in order."""

    id: str
    tag: str
    verb: str
    path: tuple[str, ...]
    pages: bool


@dataclass(frozen=True)
class Step:
    """One thing that a client does."""

    do: str
    who: str = "root"
    path: dict[str, Json] = field(default_factory=dict)
    query: dict[str, Json] = field(default_factory=dict)
    body: Json = None
    options: dict[str, Json] = field(default_factory=dict)
    keep: dict[str, str] = field(default_factory=dict)  # names of values, and where in the answer they are
    expect: Json = None  # what the answer has at least
    fails: Json = None  # the kind of failure that is expected, or what it has
    ignore: tuple[str, ...] = ()  # fields that may differ from client to client
    faults: tuple[Json, ...] = ()  # what the line does meanwhile

    @property
    def momentary(self) -> frozenset[str]:
        """Fields of the answer whose values cannot be compared from client to client."""
        return frozenset(MOMENTARY.get(self.do, ()))


@dataclass(frozen=True)
class Scenario:
    """Steps that every client takes in the same order."""

    name: str
    steps: tuple[Step, ...]


def read_operations(path: Path = DOCUMENT) -> dict[str, Operation]:
    """Return the operations of the document by what clients call them, as in ``clusters.create``."""
    document = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for place, methods in document["paths"].items():
        for operation in methods.values():
            names = tuple(re.findall(r"{(\w+)}", place))
            pages = any(parameter.get("name") == "cursor" for parameter in operation.get("parameters", []))
            made = Operation(operation["operationId"], operation["tags"][0], operation["x-verb"], names, pages)
            found[f"{made.tag}.{made.verb}"] = made
    return found


def read_scenarios(folder: Path = HOME / "scenarios") -> list[Scenario]:
    """Return every scenario of the table; raises ValueError for a step that nobody could take."""
    operations = read_operations()
    scenarios = []
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            parts = [*ACCOUNT, *({"who": "me", **part} for part in entry["steps"])]
            steps = tuple(_step(part, operations, entry["name"]) for part in parts)
            scenarios.append(Scenario(entry["name"], steps))
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise ValueError("scenarios: expected names that differ")
    return scenarios


def unused(scenarios: list[Scenario]) -> set[str]:
    """Return the ids of operations that no scenario exercises."""
    operations = read_operations()
    used = set()
    for scenario in scenarios:
        for step in scenario.steps:
            used |= {operations[step.do].id} if step.do in operations else set(EXTRAS[step.do])
    return {operation.id for operation in operations.values()} - used


def _step(part: dict[str, Json], operations: dict[str, Operation], name: str) -> Step:
    part = dict(part)
    for key in ("ignore", "faults"):
        part[key] = tuple(part.get(key, ()))
    step = Step(**part)
    if step.do in EXTRAS:
        return step
    if step.do not in operations:
        raise ValueError(f"{name}: expected an operation, got {step.do!r}")
    needed = operations[step.do].path
    if set(step.path) != set(needed):
        raise ValueError(
            f"{name}, {step.do}: expected the path {', '.join(needed) or '-'}, got {', '.join(step.path) or '-'}"
        )
    return replace(step, path={key: step.path[key] for key in needed})
