"""The driver of the Python SDK: takes steps as lines of JSON, and answers each with one.

``python -m hanami_integration.drive_python [async]``
"""

import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from dateutil.parser import isoparse
from hanami_sdk import ApiError, AsyncClient, Client, HanamiError
from hanami_sdk.errors import SessionClosedError
from hanami_sdk.generated import models
from hanami_sdk.tasks import AsyncTask, Task

Json = Any
Api = Any  # the one client or the other: their answers come at once, or are awaited
KINDS = {"request": "request", "learn": "learn", "learnAndAnswer": "learn-and-answer"}


class Driver:
    """Takes steps with one kind of client."""

    def __init__(self, kind: type[Client] | type[AsyncClient]) -> None:
        self._kind = kind
        self._clients: dict[str, Any] = {}
        self._sessions: dict[str, Any] = {}
        self._tasks: dict[str, Task | AsyncTask] = {}

    async def take(self, step: dict[str, Json]) -> Json:
        """Take a step; gives what came of it as JSON."""
        group, _, verb = step["do"].partition(".")
        special = getattr(self, f"_{group}_{_snake(verb)}" if verb else f"_{group}", None)
        if special is not None:
            return await special(self._clients.get(step["who"]), **(step["body"] or {}))
        return await self._operation(self._clients[step["who"]], group, verb, step)

    async def _operation(self, client: Api, group: str, verb: str, step: dict[str, Json]) -> Json:
        method = getattr(getattr(client, _snake(group)), _snake(verb))
        body = step["body"] or {}
        if isinstance(body, str):  # bytes of a file
            given = {"content": body.encode()} if verb == "append" else {"source": BytesIO(body.encode())}
            return _plain(await _all(method(*step["path"], **given, **step["query"])))
        if step["do"] == "tasks.create":
            made = models.TrainTaskCreate if body["type"] == "train" else models.RequestTaskCreate
            body = {"body": made.from_dict(body)}
        given = {
            _parameter(name): _value(name, value) for name, value in (step["query"] | body | step["options"]).items()
        }
        return _plain(await _all(method(*step["path"], **given)))

    async def _connect(self, _: Api, name: str, **settings: Json) -> Json:
        self._clients[name] = self._kind(**settings)
        return name

    async def _uploads_send(self, client: Api, content: str, **_: Json) -> Json:
        return _plain(await _all(client.uploads.create(BytesIO(content.encode()))))

    async def _uploads_send_broken(self, client: Api, path: str) -> Json:
        told: list[int] = []
        upload = await _all(client.uploads.create(Path(path), lambda done, _: told.append(done)))
        return _plain(upload) | {"progress_ends_at": told[-1]}

    async def _datasets_upload_csv(self, client: Api, name: str, content: str, **how: Json) -> Json:
        return _plain(await _all(client.datasets.upload_csv(name, BytesIO(content.encode()), **how)))

    async def _datasets_upload_idx(self, client: Api, name: str, images: str, labels: str) -> Json:
        return _plain(await _all(client.datasets.upload_idx(name, images=Path(images), labels=Path(labels))))

    async def _datasets_download(self, client: Api, id: str) -> Json:  # noqa: A002 -- as the table has it
        return await self._saved(lambda path: client.datasets.download(UUID(id), path))

    async def _datasets_export(self, client: Api, id: str, format: str, **what: Json) -> Json:  # noqa: A002
        return await self._saved(
            lambda path: client.datasets.export(UUID(id), path, format, **what), text=format == "csv"
        )

    async def _checkpoints_download(self, client: Api, id: str, to: str | None = None) -> Json:  # noqa: A002
        return await self._saved(lambda path: client.checkpoints.download(UUID(id), path), to=to)

    async def _checkpoints_upload(self, client: Api, cluster: str, name: str, path: str) -> Json:
        return _plain(await _all(client.checkpoints.upload(UUID(cluster), name, Path(path))))

    async def _saved(self, fetch: Callable[[Path], Any], *, text: bool = False, to: str | None = None) -> Json:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(to or f"{folder}/file")
            await _all(fetch(path))
            content = await asyncio.to_thread(path.read_bytes)
        told = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return told | ({"text": content.decode()} if text else {})

    async def _clusters_train(self, client: Api, cluster: str, dataset: str, **what: Json) -> Json:
        return await self._wait(await _all(client.clusters.train(UUID(cluster), UUID(dataset), **what)))

    async def _clusters_request(self, client: Api, cluster: str, dataset: str, **what: Json) -> Json:
        task = await _all(client.clusters.request(UUID(cluster), UUID(dataset), **what))
        told = await self._wait(task)
        return told | {"result": _plain(await _all(task.result()))}

    async def _tasks_start(self, client: Api, handle: str, cluster: str, dataset: str, **what: Json) -> Json:
        task = self._tasks[handle] = await _all(client.clusters.train(UUID(cluster), UUID(dataset), **what))
        return {"id": str(task.id)}

    async def _tasks_wait(self, _: Api, handle: str) -> Json:
        return await self._wait(self._tasks[handle])

    async def _tasks_events(self, client: Api, id: str) -> Json:  # noqa: A002
        events = await _all(client.tasks.events(UUID(id)))
        return {"last": _plain(events[-1])}

    async def _sessions_events(self, client: Api, cluster: str, session: str) -> Json:
        events = client.sessions.events(UUID(cluster), UUID(session))
        if hasattr(events, "__anext__"):
            first = await anext(events)
            await events.aclose()
        else:
            first = next(events)
            events.close()
        return _plain(first)

    async def _wait(self, task: Api) -> Json:
        heard: list[models.TaskProgress] = []
        info = await _all(task.wait(heard.append))
        last = heard[-1].to_dict()
        return {"id": str(info.id), "state": info.state, "done": last["done"], "total": last["total"]}

    async def _session_open(self, client: Api, handle: str, cluster: str) -> Json:
        session = self._sessions[handle] = client.session(UUID(cluster))
        await _all(session.__aenter__() if hasattr(session, "__aenter__") else session.__enter__())
        return {"id": str(session.id)}

    async def _session_learn(self, _: Api, handle: str, x: Json, y: Json) -> Json:
        return _answer(await _all(self._sessions[handle].learn(_values(x), _values(y))))

    async def _session_learn_and_answer(self, _: Api, handle: str, x: Json, y: Json) -> Json:
        return _answer(await _all(self._sessions[handle].learn_and_answer(_values(x), _values(y))))

    async def _session_request(self, _: Api, handle: str, x: Json) -> Json:
        return _answer(await _all(self._sessions[handle].request(_values(x))))

    async def _session_keep(self, _: Api, handle: str, x: Json) -> Json:
        return _answer(await _all(self._sessions[handle].request(_values(x), keep=True)))

    async def _session_truth(self, _: Api, handle: str, request: int, y: Json) -> Json:
        return _answer(await _all(self._sessions[handle].truth(request, _values(y))))

    async def _session_rest(self, _: Api, handle: str) -> None:
        await _all(self._sessions[handle].rest())

    async def _session_save(self, _: Api, handle: str) -> None:
        await _all(self._sessions[handle].save())

    async def _session_many(self, _: Api, handle: str, kind: str, samples: Json) -> Json:
        items = [_values(x) if kind == "request" else (_values(x), _values(y)) for x, y in samples]
        answers = await _all(self._sessions[handle].send_many(items, KINDS[kind], errors="yield"))
        return [_failure(one) if isinstance(one, Exception) else _answer(one) for one in answers]

    async def _session_close(self, _: Api, handle: str) -> None:
        session = self._sessions.pop(handle)
        ended = (None, None, None)
        await _all(session.__aexit__(*ended) if hasattr(session, "__aexit__") else session.__exit__(*ended))


async def _all(value: Json) -> Json:
    """Wait for what comes, and collect what comes one by one."""
    if isawaitable(value):
        value = await value
    if hasattr(value, "__anext__"):
        return [item async for item in value]
    return list(value) if hasattr(value, "__next__") else value


def _snake(name: str) -> str:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.replace("-", "_")


def _parameter(name: str) -> str:
    return {"type": "type_", "key": "idempotency_key"}.get(name, name)


def _value(name: str, value: Json) -> Json:
    if name == "source":
        return (models.CsvSource if value["kind"] == "csv" else models.IdxSource).from_dict(value)
    if name in {"created_after", "created_before", "expires_at"} and value is not None:
        return isoparse(value)
    return value


def _values(given: Json) -> Json:
    """Return samples as the table writes them: lists, or a mapping with `u1`, or one by hexagon."""
    if isinstance(given, dict) and "u1" in given:
        return np.asarray(given["u1"], np.uint8)
    if isinstance(given, dict):
        return {name: _values(part) for name, part in given.items()}
    return np.asarray([np.nan if value is None else value for value in given]) if isinstance(given, list) else given


def _answer(answer: Json) -> Json:
    outputs = answer.outputs
    if outputs is not None:
        parts = [outputs[name] for name in sorted(outputs)] if isinstance(outputs, dict) else [outputs]
        outputs = [np.atleast_2d(part).astype(float).tolist() for part in parts]
    novelty = np.atleast_1d(answer.novelty).astype(float).tolist()
    loss = None if np.isnan(answer.loss) else float(answer.loss)
    return {"outputs": outputs, "loss": loss, "novelty": novelty, "request_id": int(answer.request_id)}


def _plain(value: Json) -> Json:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def _failure(error: Exception) -> Json:
    kind = _snake(type(error).__name__.removesuffix("Error")).strip("_").replace("_", "-")
    told: dict[str, Json] = {"kind": kind}
    if isinstance(error, ApiError):
        fields = [fault.to_dict() for fault in error.errors]
        told |= {"status": error.status, "title": error.title, "detail": error.detail, "errors": fields}
    if isinstance(error, SessionClosedError):
        told["code"] = error.code
    return told


async def main() -> None:
    """Take steps until there are none."""
    driver = Driver(AsyncClient if sys.argv[1:] == ["async"] else Client)
    read: Callable[[], Awaitable[str]] = lambda: asyncio.to_thread(sys.stdin.readline)  # noqa: E731
    while line := await read():
        try:
            told = {"ok": await driver.take(json.loads(line))}
        except HanamiError as error:
            told = {"error": _failure(error)}
        except Exception as error:  # noqa: BLE001 -- the runner shows it
            told = {"broken": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
