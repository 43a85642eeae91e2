"""What the API costs: the same work through the server and on the engine alone, and requests beside a bare route."""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from pathlib import Path
from statistics import median
from uuid import UUID

from hanami_engine import Network, Template, warm_up
from hanami_examples import digits
from hanami_examples.readme import machine
from hanami_sdk import Client
from hanami_server.process import server_process
from rich.progress import track

from hanami_benchmarks import api
from hanami_benchmarks.peers import HIDDEN, TEMPLATE
from hanami_benchmarks.report import Result


class Service:
    """A server with the digits on it, and a client."""

    def __init__(self, client: Client, found: digits.Digits, template: str) -> None:
        self._client, self._template = client, template
        self._train = client.datasets.upload_idx("train", images=found.train_images, labels=found.train_labels).id
        self._test = client.datasets.upload_idx("test", images=found.test_images, labels=found.test_labels).id

    def cluster(self) -> UUID:
        """Make a new cluster."""
        return self._client.clusters.create("benchmark", template=self._template).id

    def train(self, cluster: UUID) -> float:
        """Train one pass; give the seconds from the first request to the answer that it has finished."""
        began = time.perf_counter()
        self._client.clusters.train(cluster, self._train, inputs=["image"], outputs=["label"]).wait()
        return time.perf_counter() - began

    def request(self, cluster: UUID) -> float:
        """Answer all test images into a dataset; give the seconds likewise."""
        began = time.perf_counter()
        self._client.clusters.request(cluster, self._test, inputs=["image"], result_name="answers").wait()
        return time.perf_counter() - began

    def get(self, cluster: UUID, times: int) -> float:
        """Get one cluster again and again; give the seconds per call."""
        began = time.perf_counter()
        for _ in range(times):
            self._client.clusters.get(cluster)
        return (time.perf_counter() - began) / times


def run_engine(data: digits.Arrays, template: Template) -> tuple[float, float]:
    """Train one pass and answer all test images in this process; give the seconds of both."""
    network = Network(template)
    network.announce(len(data.train_images))
    began = time.perf_counter()
    network.learn_many(data.train_images, data.train_labels)
    learned = time.perf_counter()
    network.predict_many(data.test_images)
    return learned - began, time.perf_counter() - learned


def measure(runs: int) -> Result:
    """Run both in turn and lay out the table."""
    password = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory() as folder:
        found = digits.find(Path(folder))
        data = digits.load(found)
        text = TEMPLATE.format(inputs=digits.pixels(found), hidden=HIDDEN)
        warm_up()
        admin = {"admin_user": "bench", "admin_password": password, "log_level": "warning"}
        with (
            server_process(Path(folder) / "data", admin) as server,
            Client(server.url, user="bench", password=password) as client,
        ):
            service = Service(client, found, text)
            pairs = []
            for _ in track(range(runs + 1), description="engine and server in turn", transient=True):
                cluster = service.cluster()
                alone, asked = run_engine(data, Template.parse(text))
                pairs.append((alone, service.train(cluster), asked, service.request(cluster)))
            pairs = pairs[1:]  # the first one warms both
            call = service.get(cluster, 300)
    engine, train, asked, request = (median(column) for column in zip(*pairs, strict=True))
    ratio = median(pair[1] / pair[0] for pair in pairs)
    return Result(
        "bench-server",
        f"One pass over {found.name} as a task of the API, and on the engine alone, {HIDDEN} hidden neurons",
        ("", "engine alone, s", "through the API, s", "ratio, median of pairs"),
        [
            [f"train {len(data.train_images):,} samples", f"{engine:.3f}", f"{train:.3f}", f"{ratio:.2f}"],
            [f"request {len(data.test_images):,} answers", f"{asked:.3f}", f"{request:.3f}", ""],
            ["get one cluster, SDK, one after the other", "", f"{call:.4f}", ""],
        ],
        [
            f"{machine()}; `make bench-server`; {found.note}",
            f"medians of {runs} runs in turn, from the SDK's call until it knows that the task is done and kept.",
        ],
    )


def main() -> None:
    """Measure, print, and write the README's block when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="pairs of runs (default 7)")
    parser.add_argument("--seconds", type=float, default=2, help="of load from wrk in each run (default 2)")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    for result in (measure(options.runs), api.measure(options.runs, options.seconds)):
        result.show()
        if options.write:
            result.publish()


if __name__ == "__main__":
    main()
