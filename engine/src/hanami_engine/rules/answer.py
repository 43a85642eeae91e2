"""From output sums to answers, and from answers and targets to errors."""

from __future__ import annotations

import math

import numpy as np

from hanami_engine.jit import rule
from hanami_engine.records import BITS, CLASS, Array, Hexagon, Net, Work
from hanami_engine.view import errors_of, outputs_of, scale_at

TARGET = np.float32(0.91)  # wanted probability of the true class
REST = np.float32(0.09)  # shared by the others
SURE = np.float32(0.95)  # wanted probability of a bit that is set; of another one what is left
LEAST = np.float32(1e-12)
LOWEST = np.float32(-80)  # below this `exponential` is zero for all that matters
LOG2_E = np.float32(1.44269504)
LN2_HIGH, LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
SERIES = tuple(
    np.float32(c) for c in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 0.16666665459, 0.5)
)


@rule
def exponential(x: np.float32) -> np.float32:
    """Exponential of a number up to zero, from explicit float32 steps: the same bits on every machine.

    Range reduction by ln 2 and the polynomial of the Cephes library (Moshier, `expf`); relative error below 2e-7.
    """
    x = max(x, LOWEST)
    n = np.float32(np.floor(LOG2_E * x + np.float32(0.5)))
    r = np.float32(np.float32(x - n * LN2_HIGH) - n * LN2_LOW)
    p = SERIES[0]
    p = np.float32(p * r) + SERIES[1]
    p = np.float32(p * r) + SERIES[2]
    p = np.float32(p * r) + SERIES[3]
    p = np.float32(p * r) + SERIES[4]
    p = np.float32(p * r) + SERIES[5]
    p = np.float32(np.float32(p * np.float32(r * r)) + r) + np.float32(1)
    return np.float32(math.ldexp(p, int(n)))


@rule
def soften(outputs: Array) -> None:
    """Turn output sums into probabilities (softmax), in place."""
    largest = outputs[0]
    for k in range(1, len(outputs)):
        largest = max(largest, outputs[k])
    total = np.float32(0)
    for k in range(len(outputs)):
        outputs[k] = exponential(outputs[k] - largest)
        total += outputs[k]
    for k in range(len(outputs)):
        outputs[k] /= total


@rule
def sigmoid(x: np.float32) -> np.float32:
    """Turn an output sum into the probability of a bit."""
    small = exponential(-abs(x))
    return np.float32((np.float32(1) if x >= 0 else small) / (np.float32(1) + small))


@rule
def conclude(work: Work, goal: Hexagon) -> None:
    """Turn the sums of an output hexagon into its answer; real ones stay in parts of their range."""
    outputs = outputs_of(work)[goal.start : goal.start + goal.width]
    if goal.code == CLASS:
        if goal.width > 0:
            soften(outputs)
    elif goal.code == BITS:
        for k in range(goal.width):
            outputs[k] = sigmoid(outputs[k])


@rule
def miss_class(outputs: Array, label: int, errors: Array) -> float:
    """Compare probabilities with the true class; give the cross entropy in nats.  An only class is never missed."""
    if len(outputs) == 1:
        errors[0] = 0
        return 0.0
    rest = REST / np.float32(len(outputs) - 1)
    for k in range(len(outputs)):
        errors[k] = outputs[k] - rest
    errors[label] = outputs[label] - TARGET
    return -math.log(max(outputs[label], LEAST))


@rule
def miss_bits(outputs: Array, truth: Array, errors: Array) -> float:
    """Compare probabilities with bits; give the mean cross entropy in nats."""
    total = 0.0
    for k in range(len(outputs)):
        right = outputs[k] if truth[k] > 0 else np.float32(1) - outputs[k]
        errors[k] = outputs[k] - (SURE if truth[k] > 0 else np.float32(1) - SURE)
        total -= math.log(max(right, LEAST))
    return total / len(outputs)


@rule
def miss_real(net: Net, start: int, outputs: Array, truth: Array, errors: Array) -> float:
    """Compare real outputs with their targets, both in parts of the range of the output.

    A target beyond its range counts as the end of the range, so that a broken one cannot drag the network along; NaN
    is no target.

    Returns
    -------
    float
        Mean square error, in parts of the squared range.
    """
    total = 0.0
    for k in range(len(outputs)):
        errors[k] = 0
        if not np.isnan(truth[k]):
            wanted = np.float32(0)
            scale = scale_at(net, start + k)
            if scale.hits > 0:
                wanted = min(max(truth[k] / scale.border, np.float32(-1)), np.float32(1))
            errors[k] = min(max(outputs[k] - wanted, np.float32(-1)), np.float32(1))
            total += errors[k] * errors[k]
    return total / len(outputs)


@rule
def miss(net: Net, work: Work, goal: Hexagon, truth: Array) -> np.float32:
    """Find the errors of an output hexagon and add its loss; errors within the dead zone are none.

    Returns
    -------
    float
        The largest absolute error, 0 within the dead zone.
    """
    first, last = goal.start, goal.start + goal.width
    if goal.width == 0:
        return np.float32(0)
    outputs, errors = outputs_of(work)[first:last], errors_of(work)[first:last]
    if goal.code == CLASS:
        net.loss += miss_class(outputs, int(truth[goal.truth]), errors)
    elif goal.code == BITS:
        net.loss += miss_bits(outputs, truth[goal.truth : goal.truth + goal.width], errors)
    else:
        values = truth[goal.truth : goal.truth + goal.width]
        net.loss += miss_real(net, goal.start, outputs, values, errors)
    largest = np.float32(0)
    for k in range(len(errors)):
        largest = max(largest, abs(errors[k]))
    if largest < goal.dead_zone:
        errors[:] = 0
        return np.float32(0)
    return largest
