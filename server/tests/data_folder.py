"""What the data folder of a fixture holds: how it is filled, read and used further, over HTTP and a websocket.

`make_data_fixture` fills a folder with the server of one version; `test_data_fixtures` reads it with later ones.
"""

import hashlib
import struct
import time
from contextlib import contextmanager
from typing import Any

import httpx
import numpy as np

from .talk import LEARN, LEARN_AND_ANSWER, Talk

PASSWORD = "only of this fixture"
TEXT = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 16}
  - {position: [2, 1, 1], type: internal, size: 64}
  - {position: [3, 1, 1], type: output, name: label, size: 3, values: class}
"""
REAL = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: flow, size: 1}
  - {position: [1, 2, 1], type: input, name: heat, size: 2}
  - {position: [2, 1, 1], type: internal, size: 64}
  - {position: [3, 1, 1], type: output, name: y, size: 2, values: real}
axons:
  - {from: [1, 2, 1], to: [2, 1, 1]}
"""
HISTORIC = """\
version: 1
settings:
    max_connection_distance: 1
hexagons:
    1,1,1
    2,1,1
    3,1,1

inputs:
    picture: 1,1,1 (binary)

outputs:
    label: 3,1,1 (int)
"""
TEMPLATES = {  # by the name of the network, with the widths of its inputs and outputs
    "grown": (TEXT, 16, 3),
    "spiking": (TEXT + "settings: {neuron_cooldown: 2, refractory_time: 3}\n", 16, 3),
    "reducing": (TEXT + "settings: {enable_reduction: true, reduction_threshold: 0.4}\n", 16, 3),
    "two inputs": (REAL, 3, 2),
    "historic": (HISTORIC, 16, 1),
    "of sessions": (TEXT, 16, 3),
}
EMPTY = "without a sample"
TABLE = "flow,heat.0,heat.1,y.0,y.1\n0.5,20,1e3,1,-2.5\n,21.25,-7,0,3\n1,,5,2,0.125\n"
LAYOUT = {"input_hexagons": ["flow", "heat", "heat"]}


def samples(name: str, begin: int, count: int) -> dict[str, Any]:
    """Samples of a network, the same on every machine."""
    _, width, outputs = TEMPLATES[name]
    numbers = np.random.default_rng([*name.encode(), begin]).integers(-500, 500, (count, width))
    labels = numbers[:, : 2 if name == "two inputs" else 1]
    inputs = (numbers > 0).astype(float) if name == "historic" else numbers / 64
    targets = labels / 32 if name == "two inputs" else np.abs(labels) % (7 if name == "historic" else outputs)
    more = LAYOUT if name == "two inputs" else {}
    return {"inputs": inputs.tolist(), "targets": targets.tolist()} | more


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def call(client: httpx.Client, method: str, path: str, body: Any = None, **more: Any) -> Any:
    """The answer to a call that goes well; bytes are sent as they are."""
    sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    kind = {"Content-Type": "application/octet-stream"} if isinstance(body, bytes) else {}
    answer = client.request(method, path, **sent, headers=kind | more.pop("headers", {}), **more)
    assert answer.is_success, f"{method} {path}: {answer.text}"
    return answer.json() if answer.headers.get("Content-Type") == "application/json" else answer.content


@contextmanager
def logged_in(url: str, user: str, **more: str):
    with httpx.Client(base_url=url, timeout=60) as client:
        token = call(client, "POST", "/v1/tokens", {"user_id": user, "password": PASSWORD} | more)["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def fill(url: str) -> str:
    """Create one resource of every kind; return the id of a session, which cannot be asked for later."""
    with logged_in(url, "root") as root:
        _make_accounts(root)
        with logged_in(url, "ann", project_id="plant") as ann:
            clusters = _make_clusters(ann)
            images = _make_datasets(ann)
            _make_tasks(ann, clusters["grown"], images)
            call(ann, "POST", f"/v1/clusters/{clusters['grown']}/checkpoints", {"name": "after the tasks"})
            session = _open_session(url, clusters["of sessions"], ann.headers["Authorization"])
            wanted = {"name": "pump 7", "scopes": ["learn", "request"]}
            call(ann, "POST", f"/v1/clusters/{clusters['of sessions']}/device-keys", wanted)
            call(ann, "DELETE", "/v1/tokens/current")
    return session


def _make_accounts(root: httpx.Client) -> None:
    for user in ("ann", "bob", "carl"):
        call(root, "POST", "/v1/users", {"id": user, "name": user.title(), "password": PASSWORD})
    for project in ("plant", "old"):
        call(root, "POST", "/v1/projects", {"id": project, "name": f"The {project}"})
    call(root, "PUT", "/v1/projects/plant/members/ann", {"role": "project-admin"})
    call(root, "PUT", "/v1/projects/plant/members/bob", {"role": "member"})
    call(root, "PUT", "/v1/users/ann/quota", {"clusters": 100, "sessions": 5})
    call(root, "PUT", "/v1/projects/plant/quota", {"dataset_bytes": 10_000_000})
    call(root, "PATCH", "/v1/users/bob", {"is_disabled": True})
    call(root, "DELETE", "/v1/users/carl")
    call(root, "DELETE", "/v1/projects/old")


def _make_clusters(ann: httpx.Client) -> dict[str, str]:
    kept = call(ann, "POST", "/v1/templates", {"name": "one input", "text": TEXT})
    call(ann, "POST", "/v1/templates", {"name": "historic", "text": HISTORIC})
    clusters = {}
    for seed, (name, (text, _, _)) in enumerate(TEMPLATES.items()):
        source = {"template_id": kept["id"]} if text == TEXT else {"template": text}
        once = {"Idempotency-Key": f"network-{seed}"}
        wanted = {"name": name, "seed": seed} | source
        clusters[name] = call(ann, "POST", "/v1/clusters", wanted, headers=once)["id"]
        call(ann, "POST", f"/v1/clusters/{clusters[name]}/samples", samples(name, 0, 60))
        call(ann, "POST", f"/v1/clusters/{clusters[name]}/checkpoints", {"name": "after 60 samples"})
        call(ann, "POST", f"/v1/clusters/{clusters[name]}/samples", samples(name, 60, 20))
    call(ann, "POST", "/v1/clusters", {"name": EMPTY})
    call(ann, "PUT", f"/v1/clusters/{clusters['spiking']}/host", {"host": "local"})
    return clusters


def _make_datasets(ann: httpx.Client) -> str:
    """Datasets of images and of a table, an upload that is whole and one that is not; gives the images."""
    random = np.random.default_rng(11)
    pixels, labels = random.integers(0, 256, (60, 4, 4)), random.integers(0, 3, 60)
    parts = {name: call(ann, "POST", "/v1/uploads", idx(array))["id"] for name, array in
             (("images", pixels), ("labels", labels))}  # fmt: skip
    images = call(ann, "POST", "/v1/datasets", {"name": "images", "source": {"kind": "idx"} | parts})
    table = call(ann, "POST", "/v1/uploads", TABLE.encode())["id"]
    call(ann, "POST", "/v1/datasets", {"name": "table", "source": {"kind": "csv", "file": table}})
    call(ann, "POST", "/v1/uploads", TABLE.encode())
    part = call(ann, "POST", "/v1/uploads/start", {"size": len(TABLE)})["id"]
    call(ann, "POST", f"/v1/uploads/{part}/append?offset=0", TABLE[:40].encode())
    return images["id"]


def task_of(client: httpx.Client, cluster: str, task: dict[str, Any]) -> dict[str, Any]:
    """A task when it has ended."""
    made = call(client, "POST", f"/v1/clusters/{cluster}/tasks", task)
    while True:
        found = call(client, "GET", f"/v1/tasks/{made['id']}")
        if found["state"] not in {"queued", "running"}:
            return found
        time.sleep(0.05)


def _make_tasks(ann: httpx.Client, cluster: str, images: str) -> None:
    """Tasks that have ended: two that finished, and one that was cancelled before it began."""
    both = {"dataset_id": images, "inputs": ["image"]}
    training = {"type": "train", "outputs": ["label"]} | both
    assert task_of(ann, cluster, training | {"epochs": 2})["state"] == "finished"
    assert task_of(ann, cluster, {"type": "request", "result_name": "answers"} | both)["state"] == "finished"
    first = call(ann, "POST", f"/v1/clusters/{cluster}/tasks", training | {"epochs": 200})
    second = call(ann, "POST", f"/v1/clusters/{cluster}/tasks", training)
    call(ann, "POST", f"/v1/tasks/{second['id']}/cancel")
    while call(ann, "GET", f"/v1/tasks/{first['id']}")["state"] != "finished":
        time.sleep(0.05)
    cancelled = call(ann, "GET", f"/v1/tasks/{second['id']}")
    assert (cancelled["state"], cancelled["progress"]["done"]) == ("cancelled", 0)


def _open_session(url: str, cluster: str, token: str) -> str:
    known = samples("of sessions", 100, 7)
    with Talk(url, cluster, token) as session:
        opened = session.open()
        for x, y in zip(known["inputs"], known["targets"], strict=True):
            session.say(LEARN, x, y)
        session.order(type="save")
        assert session.hear("saved").sequence == 7
    return opened.session_id


def look(url: str) -> dict[str, Any]:
    """All that is there: answers as they are, and the digests of files."""
    with logged_in(url, "root") as root:
        seen = {path: call(root, "GET", path) for path in (
            "/v1/users", "/v1/projects", "/v1/projects/plant/members", "/v1/users/ann/projects", "/v1/users/ann/quota",
            "/v1/projects/plant/quota", "/v1/templates", "/v1/clusters", "/v1/datasets", "/v1/uploads",
            "/v1/audit-log?operation=createProject",
        )}  # fmt: skip
        for kind in ("users", "projects", "templates", "clusters", "datasets", "uploads"):
            for item in seen[f"/v1/{kind}"]["items"]:
                path = f"/v1/{kind}/{item['id']}"
                seen[path] = call(root, "GET", path)
                seen |= _look_into(root, kind, path)
    return seen


def _look_into(root: httpx.Client, kind: str, path: str) -> dict[str, Any]:
    seen = {}
    if kind == "clusters":
        for part in ("checkpoints", "device-keys", "tasks", "growth", "host"):
            seen[f"{path}/{part}"] = call(root, "GET", f"{path}/{part}")
        seen[f"{path}/template"] = call(root, "GET", f"{path}/template").decode()
        for item in seen[f"{path}/checkpoints"]["items"]:
            content = f"/v1/checkpoints/{item['id']}/content"
            seen[content] = digest(call(root, "GET", content))
    if kind == "datasets":
        seen[f"{path}/rows"] = call(root, "GET", f"{path}/rows?stop=3")
        for part in ("content", "rows/export?format=csv"):
            seen[f"{path}/{part}"] = digest(call(root, "GET", f"{path}/{part}"))
    return seen


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def network(client: httpx.Client, cluster: str) -> str:
    """The digest of a network as it is now."""
    kept = call(client, "POST", f"/v1/clusters/{cluster}/checkpoints", {"name": "now"})
    content = call(client, "GET", f"/v1/checkpoints/{kept['id']}/content")
    assert digest(content) == kept["sha256"]
    return kept["sha256"]


def go_on(url: str, session: str, device_key: str) -> dict[str, Any]:
    """Use all of it further: gives what came out, the same for the same rule."""
    with logged_in(url, "ann", project_id="plant") as ann:
        clusters = {item["name"]: item["id"] for item in call(ann, "GET", "/v1/clusters")["items"]}
        datasets = {item["name"]: item["id"] for item in call(ann, "GET", "/v1/datasets")["items"]}
        out: dict[str, Any] = {"a network without a sample": network(ann, clusters[EMPTY])}
        for name in TEMPLATES:
            out[name] = _learn_on(ann, name, clusters[name])
        task = {"type": "train", "dataset_id": datasets["images"], "inputs": ["image"], "outputs": ["label"]}
        assert task_of(ann, clusters["grown"], task)["state"] == "finished"
        out["after a task"] = network(ann, clusters["grown"])
        out["after a restore"] = _restore(ann, clusters["grown"])
        token = ann.headers["Authorization"]
        out["session"] = _resume(url, clusters["of sessions"], token, session)
        out["after the session"] = network(ann, clusters["of sessions"])
        shown = {"Authorization": f"Bearer {device_key}"}
        known = samples("of sessions", 300, 2)
        path = f"/v1/clusters/{clusters['of sessions']}/samples"
        out["device"] = call(ann, "POST", path, known, headers=shown)["samples"]
        out["after the device"] = network(ann, clusters["of sessions"])
        out["upload"] = _complete_upload(ann)
    return out


def _learn_on(ann: httpx.Client, name: str, cluster: str) -> dict[str, Any]:
    learned = call(ann, "POST", f"/v1/clusters/{cluster}/samples", samples(name, 200, 30) | {"answer": True})
    known = samples(name, 230, 2)
    del known["targets"]
    asked = call(ann, "POST", f"/v1/clusters/{cluster}/requests", known)
    return {
        "samples": learned["samples"],
        "loss": learned["loss"],
        "novelty": asked["novelty"],
        "answers": asked["answers"],
        "snapshot": network(ann, cluster),
    }


def _restore(ann: httpx.Client, cluster: str) -> str:
    kept = call(ann, "GET", f"/v1/clusters/{cluster}/checkpoints?name=after 60")["items"]
    call(ann, "POST", f"/v1/clusters/{cluster}/restore", {"checkpoint_id": kept[0]["id"]})
    return network(ann, cluster)


def _resume(url: str, cluster: str, token: str, session_id: str) -> dict[str, Any]:
    """Go on with a session: the frames before its position are refused, the ones after it are learned."""
    known = samples("of sessions", 107, 3)
    with Talk(url, cluster, token) as session:
        opened = session.open(session_id=session_id)
        heard = [session.say(LEARN_AND_ANSWER, x, y, sequence=opened.sequence + 1 + row)
                 for row, (x, y) in enumerate(zip(known["inputs"], known["targets"], strict=True))]  # fmt: skip
        again = session.say(LEARN, known["inputs"][0], known["targets"][0], sequence=opened.sequence)
        session.order(type="save")
        saved = session.hear("saved")
    return {
        "resumed": opened.resumed,
        "sequence": opened.sequence,
        "durable": opened.durable,
        "answered": [item.sequence for item in heard],
        "again": again["kind"],
        "saved": saved.sequence,
    }


def _complete_upload(ann: httpx.Client) -> str:
    """Send the rest of the upload that is not whole, and make a dataset of it; gives the digest of its rows."""
    parts = [item for item in call(ann, "GET", "/v1/uploads")["items"] if item["sha256"] is None]
    path = f"/v1/uploads/{parts[0]['id']}/append?offset={parts[0]['received']}"
    whole = call(ann, "POST", path, TABLE[parts[0]["received"] :].encode())
    source = {"kind": "csv", "file": whole["id"]}
    made = call(ann, "POST", "/v1/datasets", {"name": "from the rest", "source": source})
    return digest(call(ann, "GET", f"/v1/datasets/{made['id']}/rows/export?format=csv"))
