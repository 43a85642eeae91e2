"""A program: serve in this process, wait until the server is ready, make the first requests, print what they import."""

import json
import sys
import time
from pathlib import Path

import httpx
from hanami_server.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

from inside import served
from talk import LEARN, TEMPLATE, Talk

HISTORIC = "version: 1\nhexagons:\n    1,1,1\n    2,1,1\n    3,1,1\n\ninputs:\n    a: 1,1,1\n\noutputs:\n    b: 3,1,1\n"
TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (row, row % 2) for row in range(20))
PASSWORD = "a long enough password"


def main(folder):
    settings = Settings(data_dir=Path(folder), admin_user="root", admin_password=PASSWORD, gpus="none", port=0)
    with served(settings) as inside, httpx.Client(base_url=inside.url, timeout=60) as client:
        while client.get("/readyz").status_code != 200:
            time.sleep(0.05)
        before = set(sys.modules)
        use(client, inside.url)
        print(json.dumps(sorted(set(sys.modules) - before)))


def use(client, url):
    """Request one resource of each kind."""
    client.headers["Authorization"] = log_in(client)
    post(client, "/v1/projects", {"id": "flowers", "name": "Flowers"})
    post(client, "/v1/users", {"id": "alice", "name": "Alice", "password": PASSWORD})
    client.headers["Authorization"] = log_in(client, project_id="flowers")
    post(client, "/v1/clusters", {"name": "historic", "template": HISTORIC})
    cluster = post(client, "/v1/clusters", {"name": "c", "template": TEMPLATE})["id"]
    with Talk(url, cluster, client.headers["Authorization"]) as talk:
        talk.open()
        talk.say(LEARN, [[1, 2, 3, 4]], [1])
    table = client.post("/v1/uploads", content=TABLE, headers={"Content-Type": "application/octet-stream"}).json()["id"]
    dataset = post(client, "/v1/datasets", {"name": "d", "source": {"kind": "csv", "file": table}})["id"]
    work = {"type": "train", "dataset_id": dataset, "inputs": ["a", "b", "a", "b"], "outputs": ["b"]}
    task = post(client, f"/v1/clusters/{cluster}/tasks", work)["id"]
    client.get(f"/v1/tasks/{task}/events").raise_for_status()
    post(client, f"/v1/clusters/{cluster}/checkpoints", {"name": "k"})
    for form in ("csv", "parquet", "arrow"):
        client.get(f"/v1/datasets/{dataset}/rows/export", params={"format": form}).raise_for_status()
    for path in ("/v1/openapi.json", "/docs", "/v1/audit-log", f"/v1/clusters/{cluster}/picture"):
        client.get(path).raise_for_status()


def log_in(client, **more):
    return "Bearer " + post(client, "/v1/tokens", {"user_id": "root", "password": PASSWORD, **more})["token"]


def post(client, path, body):
    answer = client.post(path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


if __name__ == "__main__":
    main(sys.argv[1])
