"""What came of the demo, as a table for the terminal and as the page of the report."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hanami_sdk.generated.models import Checkpoint, Cluster
from rich.table import Table

from hanami_examples import digits, readme, report
from hanami_examples.journey import Answers, Learned, Planted

SHOWN = 48


@dataclass(frozen=True)
class Story:
    """Everything that was measured."""

    found: digits.Digits
    planted: Planted
    learned: Learned
    before: Answers
    after: Answers
    cluster: Cluster
    checkpoint: Checkpoint
    requests_per_second: float

    def figures(self) -> list[tuple[str, str, str]]:
        """Return what was measured through the API, the figure, and what exactly it says."""
        learned, grown, read = self.learned, self.cluster.statistics, self.before.accuracy
        return [
            (
                "samples/s",
                f"{learned.samples / learned.seconds:,.0f}",
                f"{learned.samples:,} learned in {learned.seconds:.2f} s",
            ),
            ("accuracy", f"{read.accuracy:.2%}", f"{read.correct:,} of {read.rows:,} test images"),
            ("accuracy, restored", f"{self.after.accuracy.accuracy:.2%}", "after a restart"),
            ("synapses", f"{grown.synapses:,}", f"of {grown.neurons:,} neurons; none before the first sample"),
            ("novelty", f"{self.before.novelty:.2f}", "of a test image: inputs never seen, and doublings of values"),
            ("bytes", f"{grown.bytes_:,}", f"in memory; {self.checkpoint.bytes_:,} as checkpoint"),
            ("answers/s", f"{self.before.images_per_second:,.0f}", "test images, into a dataset"),
            ("requests/s", f"{self.requests_per_second:,.0f}", "GET of the cluster, one after the other"),
        ]

    def table(self) -> Table:
        """Return the figures for a terminal."""
        table = Table(title=f"Hanami on {self.found.name}", title_style="bold", title_justify="left")
        table.add_column("what")
        table.add_column("figure", justify="right", style="bold")
        table.add_column("which is", style="dim")
        for row in self.figures():
            table.add_row(*row)
        return table

    def publish(self) -> None:
        """Write the figures into the README."""
        note = f"{readme.machine()}; `make demo`; {self.found.note}"
        readme.publish("demo", f"Hanami on {self.found.name}", ("what", "figure", "which is"), self.figures(), [note])

    def write_report(self, labels: npt.NDArray[np.int64], path: Path) -> None:
        """Write the page; `labels` is what was read from each test image."""
        data = digits.load(self.found)
        wrong = np.flatnonzero(labels != data.test_labels)
        side = int(data.test_images.shape[1] ** 0.5)
        confusion = self.before.confusion
        figures = self.figures()
        report.write(
            report.Report(
                title="Digits, read by a network that grew",
                note=f"{self.found.note} Nothing was connected before the first sample.",
                headlines=[(value, name) for name, value, _ in figures if name in HEADLINES],
                figures=figures,
                labels=[str(label) for label in confusion.labels],
                confusion=np.array(confusion.counts),
                growth=self.learned.growth,
                misread=[
                    report.Misread(data.test_images[i].reshape(side, side), str(data.test_labels[i]), str(labels[i]))
                    for i in wrong[:SHOWN]
                ],
                misread_total=len(wrong),
                template=self.planted.template,
            ),
            path,
        )


HEADLINES = {"accuracy", "samples/s", "synapses", "requests/s"}
