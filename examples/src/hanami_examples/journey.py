"""What the demo does through the API: from files to a trained network, and to the same one after a restart."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from hanami_sdk import Client
from hanami_sdk.generated.models import ClassAccuracy, Confusion, TaskProgress

from hanami_examples import digits

EPOCHS = {"MNIST": 1, "scikit-learn digits": 10}
GET_SECONDS = 1.0

Progress = Callable[[TaskProgress], object]


@dataclass(frozen=True)
class Planted:
    """What is on the server before anything is learned."""

    train_id: UUID
    test_id: UUID
    cluster_id: UUID
    template: str


@dataclass(frozen=True)
class Learned:
    """A training: from the wish to its end, and what has grown on the way as (samples, synapses)."""

    samples: int
    seconds: float
    growth: list[tuple[int, int]]


@dataclass(frozen=True)
class Answers:
    """All test images as the network read them."""

    dataset_id: UUID
    accuracy: ClassAccuracy
    confusion: Confusion
    images_per_second: float
    novelty: float


def plant(client: Client, found: digits.Digits) -> Planted:
    """Upload the digits, and make a cluster that has as many inputs as they have pixels."""
    train = client.datasets.upload_idx("train", images=found.train_images, labels=found.train_labels)
    test = client.datasets.upload_idx("test", images=found.test_images, labels=found.test_labels)
    template = (files("hanami_examples") / "networks" / f"digits-{digits.pixels(found)}.yaml").read_text("utf-8")
    cluster = client.clusters.create("digits", template=template)
    return Planted(train.id, test.id, cluster.id, template)


def train(client: Client, planted: Planted, epochs: int, progress: Progress) -> Learned:
    """Learn all training images, several times over if need be."""
    growth = [(0, 0)]

    def note(news: TaskProgress) -> None:
        growth.append((news.done, news.synapses))
        progress(news)

    began = time.perf_counter()
    task = client.clusters.train(
        planted.cluster_id, planted.train_id, inputs=["image"], outputs=["label"], epochs=epochs
    )
    done = task.wait(note)
    return Learned(done.progress.total, time.perf_counter() - began, growth)


def answer(client: Client, planted: Planted, name: str) -> Answers:
    """Ask for every test image, and compare with the truth."""
    began = time.perf_counter()
    task = client.clusters.request(planted.cluster_id, planted.test_id, inputs=["image"], result_name=name)
    done = task.wait()
    seconds = time.perf_counter() - began
    result = task.result()
    accuracy = client.datasets.accuracy(
        result.id, "label", reference_dataset_id=planted.test_id, reference_column="label"
    )
    if not isinstance(accuracy, ClassAccuracy) or accuracy.confusion is None:
        raise TypeError("labels were not compared as classes")
    novelty = done.progress.novelty or 0.0
    return Answers(result.id, accuracy, accuracy.confusion, done.progress.total / seconds, novelty)


def read_labels(client: Client, answers: Answers, folder: Path) -> npt.NDArray[np.int64]:
    """Download the answers; returns the label that was read from each test image."""
    path = client.datasets.download(answers.dataset_id, folder / "answers.arrow")
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        return np.concatenate([chunk.flatten().to_numpy() for chunk in file.read_all()["label"].chunks]).astype(
            np.int64
        )


def requests_per_second(client: Client, planted: Planted) -> float:
    """Get the cluster again and again for a second: one request after the other, over one connection."""
    began = time.perf_counter()
    requests = 0
    while (seconds := time.perf_counter() - began) < GET_SECONDS:
        client.clusters.get(planted.cluster_id)
        requests += 1
    return requests / seconds
