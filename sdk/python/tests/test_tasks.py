"""Tasks from their start to any of their ends."""

import json

import pytest
from hanami_sdk import (
    HanamiError,
    NotFoundError,
    TaskCancelledError,
    TaskFailedError,
    ValidationFailedError,
)

TEMPLATE = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: point, size: 2}
  - {position: [2, 1, 1], type: internal, size: 32}
  - {position: [3, 1, 1], type: output, name: side, size: 2, values: class}
"""
ROWS = 400
LONG = 10_000  # epochs that nobody waits for
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def points(client):
    lines = ["x,y,side"] + [f"{i % 20},{i // 20},{int(i % 20 > i // 20)}" for i in range(ROWS)]
    return client.datasets.upload_csv("points", [line.encode() + b"\n" for line in lines])


@pytest.fixture
def cluster(client):
    return client.clusters.create("sides", template=TEMPLATE, seed=7)


@pytest.fixture
def learn(client, cluster, points):
    def start(epochs: int = 1):
        return client.clusters.train(cluster.id, points.id, inputs=["x", "y"], outputs=["side"], epochs=epochs)

    return start


def test_train_and_request(client, cluster, points, learn, tmp_path):
    heard = []
    done = learn(epochs=20).wait(heard.append)
    assert done.state == "finished"
    assert (heard[-1].done, heard[-1].total) == (20 * ROWS, 20 * ROWS)
    assert [news.done for news in heard] == sorted(news.done for news in heard)
    assert client.clusters.get(cluster.id).statistics.samples == 20 * ROWS

    request = client.clusters.request(cluster.id, points.id, inputs=["x", "y"], result_name="answers")
    request.wait()
    result = request.result()
    assert (result.name, result.rows) == ("answers", ROWS)
    report = client.datasets.accuracy(result.id, "label", reference_dataset_id=points.id, reference_column="side")
    assert report.kind == "class"
    assert report.accuracy > 0.8


def test_checkpoints(client, cluster, learn, tmp_path):
    learn().wait()
    checkpoint = client.checkpoints.create(cluster.id, "after one")
    learn().wait()
    assert client.clusters.get(cluster.id).statistics.samples == 2 * ROWS
    assert client.clusters.restore(cluster.id, checkpoint.id).statistics.samples == ROWS
    path = client.checkpoints.download(checkpoint.id, tmp_path / "one.hanami")
    assert path.stat().st_size == checkpoint.bytes_
    assert client.checkpoints.get(checkpoint.id) == checkpoint
    assert list(client.checkpoints.list(cluster.id)) == [checkpoint]
    client.checkpoints.delete(checkpoint.id)
    assert list(client.checkpoints.list(cluster.id)) == []


def test_cancel(client, learn):
    task = learn(epochs=LONG)
    heard = []

    def cancel_once(news):
        heard.append(news)
        if len(heard) == 1:
            client.tasks.cancel(task.id)

    with pytest.raises(TaskCancelledError) as caught:
        task.wait(cancel_once)
    assert caught.value.task_id == task.id
    assert task.cancel().state == "cancelled"
    with pytest.raises(HanamiError, match="no answers"):
        task.result()


def test_an_ended_task_can_be_waited_for(client, cluster, learn):
    task = learn()
    task.wait()
    again = client.tasks.follow(task.id)
    assert again.wait().state == "finished"
    assert again.id in [other.id for other in client.tasks.list(cluster.id)]
    assert repr(again) == f"<Task {task.id} train finished>"


def test_wrong_columns_are_named(client, cluster, points):
    with pytest.raises(ValidationFailedError) as caught:
        client.clusters.train(cluster.id, points.id, inputs=["z"], outputs=["side"])
    assert caught.value.errors


def test_a_cluster_needs_no_template(client, points):
    cluster = client.clusters.create("whatever comes")
    assert cluster.statistics.sections == 0
    assert "hexagons" in cluster.template
    client.clusters.train(cluster.id, points.id, inputs=["x", "y"], outputs=["side"]).wait()
    assert client.clusters.get(cluster.id).statistics.inputs == 2


SEVERAL = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: left}
  - {position: [1, 2, 1], type: input, name: right}
  - {position: [2, 1, 1], type: internal, size: 32}
  - {position: [2, 2, 1], type: internal, size: 32}
  - {position: [3, 1, 1], type: output, name: side}
  - {position: [3, 2, 1], type: output, name: where, values: real}
"""


def test_columns_of_several_hexagons(client, points):
    cluster = client.clusters.create("several", template=SEVERAL)
    inputs, outputs = {"left": ["x"], "right": ["y"]}, {"side": ["side"], "where": ["x", "y"]}
    done = client.clusters.train(cluster.id, points.id, inputs=inputs, outputs=outputs).wait()
    assert done.progress.novelty > 0
    request = client.clusters.request(cluster.id, points.id, inputs=inputs, result_name="answers")
    assert request.wait().progress.novelty == 0
    columns = {column.name: column.width for column in request.result().columns}
    assert columns == {"side_output": 2, "side_label": 1, "where_output": 2, "novelty": 1}
    with pytest.raises(ValidationFailedError) as caught:
        client.clusters.request(cluster.id, points.id, inputs={"left": ["x", "y"]}, result_name="answers")
    assert [fault.field for fault in caught.value.errors] == ["input_hexagons"]


def test_a_wrong_template_is_explained(client):
    with pytest.raises(ValidationFailedError) as caught:
        client.clusters.create("broken", template="version: 1\nhexagons: []\n")
    assert caught.value.errors[0].field.startswith("template")


def test_a_deleted_cluster_is_missing(client, cluster):
    assert cluster.id in [other.id for other in client.clusters.list()]
    client.clusters.delete(cluster.id)
    with pytest.raises(NotFoundError):
        client.clusters.get(cluster.id)


class TestThroughABadNetwork:
    """The same wait, where streams of events do not come through."""

    @pytest.fixture
    def task(self, shaky, faulty):
        faulty.answer(body=info("queued"))
        return shaky.tasks.follow(NOBODY)

    def test_polling_when_the_stream_is_refused(self, task, faulty):
        faulty.answer(200, b"<html>", {"Content-Type": "text/html", "Content-Length": "6"})
        faulty.answer(body=info("running", 3))
        faulty.answer(body=info("finished", 5))
        heard = []
        assert task.wait(heard.append).state == "finished"
        assert [news.done for news in heard] == [3, 5]

    def test_polling_when_the_stream_breaks_off(self, task, faulty):
        event = f"data: {json.dumps(event_of('running', 2))}\n\n".encode()
        faulty.answer(200, event, {"Content-Type": "text/event-stream", "Content-Length": "9999"})
        faulty.answer(body=info("failed", 4, error="out of luck"))
        heard = []
        with pytest.raises(TaskFailedError, match="out of luck") as caught:
            task.wait(heard.append)
        assert caught.value.reason == "out of luck"
        assert [news.done for news in heard] == [2, 4]

    def test_the_stream_is_enough(self, task, faulty):
        events = [event_of("running", 2), event_of("finished", 5)]
        stream = "".join(f"event: task\ndata: {json.dumps(event)}\n\n" for event in events).encode()
        faulty.answer(200, stream, {"Content-Type": "text/event-stream"})
        faulty.answer(body=info("finished", 5))
        heard = []
        task.wait(heard.append)
        assert [news.done for news in heard] == [2, 5]
        assert len(faulty.requests) == 3


def progress(done: int) -> dict[str, object]:
    return {
        "done": done,
        "total": 5,
        "samples_per_second": 1.0,
        "loss": None,
        "sections": 0,
        "synapses": 0,
        "bytes": 0,
    }


def event_of(state: str, done: int = 0, error: str | None = None) -> dict[str, object]:
    return {
        "task_id": NOBODY,
        "state": state,
        "progress": progress(done),
        "result_dataset_id": None,
        "error": error,
    }


def info(state: str, done: int = 0, error: str | None = None) -> dict[str, object]:
    moment = "2026-01-01T00:00:00Z"
    return {
        "id": NOBODY,
        "owner_id": "ann",
        "project_id": "lab",
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "cluster_id": NOBODY,
        "type": "train",
        "state": state,
        "progress": progress(done),
        "result_dataset_id": None,
        "error": error,
        "started_at": moment,
        "finished_at": None,
    }
