"""Answers of a network as a dataset: the column `output`, and for classes the column `label` with the likeliest."""

import numpy as np

from hanami_server.blobs.columns import Array, Column
from hanami_server.blobs.writer import DatasetWriter

OUTPUT, LABEL = "output", "label"


def result_columns(outputs: int, *, classes: bool) -> list[Column]:
    """Return the columns of answers of `outputs` values each."""
    columns = [Column(OUTPUT, "float32", outputs)]
    if classes:
        columns.append(Column(LABEL, "uint8" if outputs <= 256 else "int32", 1))
    return columns


def append_answers(writer: DatasetWriter, answers: Array) -> None:
    """Add answers, a float32 array [n, outputs], to a dataset that has `result_columns`."""
    labels = [answers.argmax(axis=1, keepdims=True)] if len(writer.columns) > 1 else []
    writer.append([answers.astype(np.float32, copy=False), *labels])
