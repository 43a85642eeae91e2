"""The peer to beat: a float32 multi-layer perceptron in plain Numba, one sample at a time, zero inputs skipped.

The textbook network of the same width: one hidden layer of rectified units, softmax, stochastic gradient descent with
a linearly falling rate.  It gets inputs scaled to 0…1, which it needs and the engine does not.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]


@njit(nogil=True, fastmath=True, error_model="numpy")
def _hidden(row: Array, first: Array, active: Array, hidden: Array) -> int:
    """Sum the rows of the active inputs and rectify; give the number of active inputs."""
    count = 0
    hidden[:] = 0
    for i in range(len(row)):
        if row[i] != 0:
            active[count] = i
            count += 1
            for j in range(len(hidden)):
                hidden[j] += row[i] * first[i, j]
    for j in range(len(hidden)):
        hidden[j] = max(hidden[j], np.float32(0))
    return count


@njit(nogil=True, fastmath=True, error_model="numpy")
def _outputs(hidden: Array, second: Array, outputs: Array) -> None:
    """Softmax of the outputs."""
    outputs[:] = 0
    for j in range(len(hidden)):
        if hidden[j] > 0:
            for k in range(len(outputs)):
                outputs[k] += hidden[j] * second[j, k]
    largest, total = outputs.max(), np.float32(0)
    for k in range(len(outputs)):
        outputs[k] = math.exp(outputs[k] - largest)
        total += outputs[k]
    outputs /= total


@njit(nogil=True, fastmath=True, error_model="numpy")
def learn(samples: Array, labels: Array, first: Array, second: Array, rate: float) -> None:
    """Learn every sample once; the rate falls linearly to 2 %."""
    hidden, blame = np.empty(first.shape[1], np.float32), np.empty(first.shape[1], np.float32)
    outputs, active = np.empty(second.shape[1], np.float32), np.empty(first.shape[0], np.int32)
    for i in range(len(samples)):
        row = samples[i]
        count = _hidden(row, first, active, hidden)
        _outputs(hidden, second, outputs)
        outputs[labels[i]] -= np.float32(1)
        step = np.float32(rate * max(0.02, 1 - i / len(samples)))
        for j in range(len(hidden)):
            share = np.float32(0)
            if hidden[j] > 0:
                for k in range(len(outputs)):
                    share += outputs[k] * second[j, k]
                    second[j, k] -= step * hidden[j] * outputs[k]
            blame[j] = step * share
        for q in range(count):
            value, weights = row[active[q]], first[active[q]]
            for j in range(len(hidden)):
                weights[j] -= value * blame[j]


@njit(nogil=True, fastmath=True, error_model="numpy")
def predict(samples: Array, first: Array, second: Array) -> Array:
    """Give the class of every sample."""
    hidden, outputs = np.empty(first.shape[1], np.float32), np.empty(second.shape[1], np.float32)
    active, classes = np.empty(first.shape[0], np.int32), np.empty(len(samples), np.int64)
    for i in range(len(samples)):
        _hidden(samples[i], first, active, hidden)
        _outputs(hidden, second, outputs)
        classes[i] = outputs.argmax()
    return classes


def new(inputs: int, hidden: int, classes: int, seed: int) -> tuple[Array, Array]:
    """Draw the first weights (He et al., 2015)."""
    draw = np.random.default_rng(seed)
    first = draw.normal(0, math.sqrt(2 / inputs), (inputs, hidden)).astype(np.float32)
    second = draw.normal(0, math.sqrt(2 / hidden), (hidden, classes)).astype(np.float32)
    return first, second
