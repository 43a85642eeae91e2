"""From output sums to answers, and from answers and targets to errors."""

from __future__ import annotations

import math

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.state import Array

TARGET = np.float32(0.91)  # wanted probability of the true class
REST = np.float32(0.09)  # shared by the others


@rule
def soften(outputs: Array) -> None:
    """Turn output sums into probabilities (softmax), in place."""
    classes, largest = len(outputs), outputs[0]
    for k in range(1, classes):
        largest = max(largest, outputs[k])
    total = np.float32(0)
    for k in range(classes):
        outputs[k] = math.exp(outputs[k] - largest)
        total += outputs[k]
    for k in range(classes):
        outputs[k] /= total


@rule
def miss_class(outputs: Array, label: int, errors: Array) -> np.float32:
    """Compare probabilities with the true class.

    Returns
    -------
    float
        Cross entropy in nats.
    """
    rest = REST / np.float32(len(outputs) - 1)
    for k in range(len(outputs)):
        errors[k] = outputs[k] - rest
    errors[label] = outputs[label] - TARGET
    return np.float32(-math.log(max(outputs[label], np.float32(1e-12))))


@rule
def miss_real(outputs: Array, values: Array, scales: Array, errors: Array) -> np.float32:
    """Compare real outputs with their targets, both in parts of the range of the output.

    A target beyond its range counts as the end of the range, so that a broken one cannot drag the network along.

    Returns
    -------
    float
        Mean square error, in parts of the squared range.
    """
    total = np.float32(0)
    for k in range(len(scales)):
        wanted = np.float32(0)
        if scales[k].hits > 0:
            wanted = min(max(values[k] / scales[k].border, np.float32(-1)), np.float32(1))
        errors[k] = min(max(outputs[k] - wanted, np.float32(-1)), np.float32(1))
        total += errors[k] * errors[k]
    return total / np.float32(len(scales))


@rule
def largest_miss(errors: Array) -> np.float32:
    """Largest absolute error."""
    largest = np.float32(0)
    for k in range(len(errors)):
        largest = max(largest, abs(errors[k]))
    return largest
