"""The driver of the command line: every step is a run of ``hanamictl``, and a session one that stays.

``python -m hanami_integration.drive_cli <hanamictl>``
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

Json = Any
TEXTS = {"clusters.template", "clusters.picture", "templates.picture"}
SETTINGS = {"url", "user", "password", "token", "device_key", "project"}
KINDS = {"request": "request", "learn": "learn", "learnAndAnswer": "learn-and-answer"}


class Failed(Exception):  # noqa: N818 -- it is what happened
    """The command said why it failed."""


class Session:
    """A run of ``hanamictl session``."""

    def __init__(self, command: list[str], environment: dict[str, str], errors: Path) -> None:
        self._errors = errors
        with errors.open("w") as file:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True
            )
        self.id = str(self._read()["session"])

    def say(self, **order: Json) -> Json:
        """Say a line; gives the answer, or raises what was refused."""
        self.send(**order)
        return self.hear()

    def send(self, **order: Json) -> None:
        """Say a line."""
        assert self._process.stdin is not None  # noqa: S101 -- it is a pipe
        print(json.dumps(_with_dtype(order)), file=self._process.stdin, flush=True)

    def hear(self) -> Json:
        """Return the next answer."""
        answer = self._read()
        if "error" in answer:
            raise Failed(answer["error"])
        return _answer(answer) if answer else None

    def _read(self) -> dict[str, Json]:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(10)
            raise Failed(_failure(self._errors.read_text()))
        told: dict[str, Json] = json.loads(line)
        return told

    def close(self) -> None:
        """End it."""
        with self._process:
            assert self._process.stdin is not None  # noqa: S101
            self._process.stdin.close()
            self._process.wait(10)


class Driver:
    """Takes steps by running commands."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._who: dict[str, dict[str, str]] = {}
        self._sessions: dict[str, Session] = {}
        self._tasks: dict[str, str] = {}
        self._files = 0

    def take(self, step: dict[str, Json]) -> Json:
        """Take a step; gives what came of it as JSON."""
        self._environment = self._who.get(step["who"], {})
        group, _, verb = step["do"].partition(".")
        special = getattr(self, f"_{group}_{_snake(verb)}" if verb else f"_{group}", None)
        if special is not None:
            return special(**(step["body"] or {}))
        words = [group, verb, *map(str, step["path"]), *_flags(step["query"])]
        words += [f"--if-version={step['options']['version']}"] if "version" in step["options"] else []
        words += [f"--idempotency-key={step['options']['key']}"] if "key" in step["options"] else []
        body = step["body"]
        words += [f"--file={self._file(body)}"] if isinstance(body, str) else _flags(body or {})
        if step["do"] in TEXTS:
            return self._run(*words)
        answer = self._json(*words, *(["--all"] if step["pages"] else []))
        return answer["items"] if step["pages"] else answer

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [self._program, *words, "--yes", "-o", "json"],
            env=os.environ | self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self._said = done.stderr
        if done.returncode:
            raise Failed(_failure(done.stderr))
        return done.stdout

    def _json(self, *words: str) -> Json:
        told = self._run(*words)
        return json.loads(told) if told else None

    def _file(self, content: str) -> Path:
        self._files += 1
        path = self._folder / f"file-{self._files}"
        path.write_text(content, encoding="utf-8")
        return path

    def _connect(self, name: str, **settings: Json) -> Json:
        kept = {f"HANAMI_{key.upper()}": value for key, value in settings.items() if key in SETTINGS}
        self._who[name] = kept | {"HANAMI_CONFIG": str(self._folder / "profiles.json")}
        return name

    def _uploads_send(self, content: str) -> Json:
        return self._json("uploads", "create", f"--file={self._file(content)}")

    def _uploads_send_broken(self, path: str) -> Json:
        upload = self._json("uploads", "create", f"--file={path}", "--progress=json")
        return upload | {"progress_ends_at": json.loads(self._said.splitlines()[-1])["done"]}

    def _datasets_upload_csv(self, name: str, content: str, **how: Json) -> Json:
        source = {"kind": "csv", "file": f"@{self._file(content)}"} | how
        return self._json("datasets", "create", *_flags({"name": name, "source": source}))

    def _datasets_upload_idx(self, name: str, images: str, labels: str) -> Json:
        source = {"kind": "idx", "images": f"@{images}", "labels": f"@{labels}"}
        return self._json("datasets", "create", *_flags({"name": name, "source": source}))

    def _datasets_download(self, id: str) -> Json:  # noqa: A002 -- as the table has it
        return self._saved("datasets", "download", id)

    def _datasets_export(self, id: str, **what: Json) -> Json:  # noqa: A002
        return self._saved("datasets", "export", id, *_flags(what), text=what["format"] == "csv")

    def _checkpoints_download(self, id: str, to: str) -> Json:  # noqa: A002
        return self._saved("checkpoints", "download", id, to=to)

    def _checkpoints_upload(self, cluster: str, name: str, path: str) -> Json:
        return self._json("checkpoints", "upload", cluster, f"--name={name}", f"--file={path}")

    def _saved(self, *words: str, text: bool = False, to: str | None = None) -> Json:
        path = Path(to or self._file(""))
        self._run(*words, f"--to={path}")
        content = path.read_bytes()
        told = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return told | ({"text": content.decode()} if text else {})

    def _clusters_train(self, cluster: str, dataset: str, **what: Json) -> Json:
        return _ended(self._json("tasks", "create", cluster, *_task("train", dataset, what), "--wait"))

    def _clusters_request(self, cluster: str, dataset: str, **what: Json) -> Json:
        task = self._json("tasks", "create", cluster, *_task("request", dataset, what), "--wait")
        return _ended(task) | {"result": self._json("datasets", "get", task["result_dataset_id"])}

    def _tasks_start(self, handle: str, cluster: str, dataset: str, **what: Json) -> Json:
        task = self._json("tasks", "create", cluster, *_task("train", dataset, what))
        self._tasks[handle] = task["id"]
        return {"id": task["id"]}

    def _tasks_wait(self, handle: str) -> Json:
        return _ended(self._json("tasks", "get", self._tasks[handle], "--wait"))

    def _tasks_events(self, id: str) -> Json:  # noqa: A002
        return {"last": json.loads(self._run("tasks", "events", id).splitlines()[-1])}

    def _sessions_events(self, cluster: str, session: str) -> Json:
        command = [self._program, "sessions", "events", cluster, session, "-o", "json"]
        environment = os.environ | self._environment
        with subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as events:
            assert events.stdout is not None  # noqa: S101
            first = events.stdout.readline()
            events.terminate()
        return json.loads(first)

    def _session_open(self, handle: str, cluster: str) -> Json:
        command = [self._program, "session", cluster, "--lines", "json", "-o", "json"]
        self._sessions[handle] = Session(command, os.environ | self._environment, self._file(""))
        return {"id": self._sessions[handle].id}

    def _session_learn(self, handle: str, x: Json, y: Json) -> Json:
        return self._sessions[handle].say(do="learn", x=x, y=y)

    def _session_learn_and_answer(self, handle: str, x: Json, y: Json) -> Json:
        return self._sessions[handle].say(do="learn-and-answer", x=x, y=y)

    def _session_request(self, handle: str, x: Json) -> Json:
        return self._sessions[handle].say(do="request", x=x)

    def _session_keep(self, handle: str, x: Json) -> Json:
        return self._sessions[handle].say(do="request", x=x, keep=True)

    def _session_truth(self, handle: str, request: int, y: Json) -> Json:
        return self._sessions[handle].say(do="truth", request=request, y=y)

    def _session_rest(self, handle: str) -> Json:
        return self._sessions[handle].say(do="rest")

    def _session_save(self, handle: str) -> Json:
        return self._sessions[handle].say(do="save")

    def _session_many(self, handle: str, kind: str, samples: Json) -> Json:
        session, answers = self._sessions[handle], []
        for x, y in samples:
            session.send(do=KINDS[kind], x=x, **({} if kind == "request" else {"y": y}))
        for _ in samples:
            try:
                answers.append(session.hear())
            except Failed as failed:
                answers.append(failed.args[0] if "kind" not in failed.args[0] else _shaped(failed.args[0]))
        return answers

    def _session_close(self, handle: str) -> None:
        self._sessions.pop(handle).close()


def _flags(fields: dict[str, Json], before: str = "--") -> list[str]:
    """Write fields as flags, those of objects with the name of the object before their own."""
    words = []
    for name, value in fields.items():
        flag = before + name.replace("_", "-")
        if isinstance(value, dict):
            words += _flags(value, f"{flag}-")
        elif isinstance(value, str):
            words.append(f"{flag}={value}")
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            line = StringIO()
            csv.writer(line, lineterminator="").writerow(value)
            words.append(f"{flag}={line.getvalue()}")
        else:
            words.append(f"{flag}={json.dumps(value)}")
    return words


def _task(kind: str, dataset: str, what: dict[str, Json]) -> list[str]:
    """Write the flags of a task; columns by hexagon become two lists."""
    fields: dict[str, Json] = {"type": kind, "dataset_id": dataset}
    for name, value in what.items():
        if isinstance(value, dict):
            fields[name] = [column for columns in value.values() for column in columns]
            fields[f"{name[:-1]}_hexagons"] = [hexagon for hexagon, columns in value.items() for _ in columns]
        else:
            fields[name] = value
    return _flags(fields)


def _ended(task: Json) -> Json:
    progress = task["progress"]
    return {"id": task["id"], "state": task["state"], "done": progress["done"], "total": progress["total"]}


def _with_dtype(order: dict[str, Json]) -> dict[str, Json]:
    x = order.get("x")
    return order | {"x": x["u1"], "dtype": "uint8"} if isinstance(x, dict) and "u1" in x else order


def _answer(told: Json) -> Json:
    outputs = told["outputs"]
    parts = None if outputs is None else [outputs[name] for name in sorted(outputs)]
    return told | {"outputs": parts}


def _failure(said: str) -> Json:
    """Read what a command says when it fails: its last line."""
    lines = [line for line in said.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {"kind": "command", "detail": said}


def _shaped(told: Json) -> Json:
    """Tell a failure as all drivers do."""
    wanted = ["kind"] + (["status", "title", "detail", "errors"] if "status" in told else [])
    return {key: told[key] for key in [*wanted, *(["code"] if "code" in told else [])]}


def _snake(name: str) -> str:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.replace("-", "_")


def main() -> None:
    """Take steps until there are none."""
    with tempfile.TemporaryDirectory() as folder:
        driver = Driver(sys.argv[1], Path(folder))
        for line in sys.stdin:
            try:
                told = {"ok": driver.take(json.loads(line))}
            except Failed as failed:
                failure = failed.args[0]
                told = {"broken": failure["detail"]} if failure["kind"] == "command" else {"error": _shaped(failure)}
            except Exception as error:  # noqa: BLE001 -- the runner shows it
                told = {"broken": f"{type(error).__name__}: {error}"}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
