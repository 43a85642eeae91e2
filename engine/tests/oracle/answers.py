"""From sums to answers, and from answers and the truth to errors."""

import math

import numpy as np
from hanami_engine.rules.answer import LEAST, LN2_HIGH, LN2_LOW, LOG2_E, LOWEST, REST, SERIES, SURE, TARGET
from hanami_engine.rules.backward import READOUT_LIMIT
from hanami_engine.rules.grow import BROKEN, DOUBTFUL, STRETCH
from hanami_engine.rules.perceive import FAINTEST
from hanami_engine.rules.scale import MOST_HITS

from .parts import ONE, ZERO

BITS = ("bool", "int", "float")


def exponential(x):
    """Exponential of a number up to zero: 2**n times a polynomial of what is left, every step rounded to float32."""
    x = max(x, LOWEST)
    n = np.floor(LOG2_E * x + np.float32(0.5))
    left = x - n * LN2_HIGH - n * LN2_LOW
    series = SERIES[0]
    for coefficient in SERIES[1:]:
        series = series * left + coefficient
    return np.float32(math.ldexp(series * (left * left) + left + ONE, int(n)))


def conclude(moment, goal):
    """Turn sums into probabilities of classes or bits; real outputs stay in parts of their range."""
    numbers = [output.number for output in goal.present]
    if goal.values in ("class", None) and numbers:
        largest = max(moment.sums[k] for k in numbers)
        total = ZERO
        for k in numbers:
            moment.sums[k] = exponential(moment.sums[k] - largest)
            total += moment.sums[k]
        for k in numbers:
            moment.sums[k] /= total
    elif goal.values in BITS:
        for k in numbers:
            small = exponential(-abs(moment.sums[k]))
            moment.sums[k] = (ONE if moment.sums[k] >= 0 else small) / (ONE + small)


def answer(moment, goal):
    """Give the answer of an output hexagon: probabilities, or real values."""
    scaled = goal.values == "real"
    found = [moment.sums[out.number] * out.border if scaled else moment.sums[out.number] for out in goal.present]
    return np.array(found, np.float32)


def miss(moment, goal, truth):
    """Find the errors of an output hexagon; all are zero where the largest lies within the dead zone.

    Returns
    -------
    tuple
        The largest error, and the loss.
    """
    answers = [moment.sums[output.number] for output in goal.present]
    if goal.values == "class":
        errors, loss = miss_class(answers, int(truth))
    elif goal.values == "real":
        errors, loss = miss_real(goal.present, answers, truth)
    else:
        errors, loss = miss_bits(answers, truth)
    largest = max(abs(error) for error in errors)
    if largest < goal.dead_zone:
        largest, errors = ZERO, [ZERO] * len(errors)
    moment.errors |= {output.number: error for output, error in zip(goal.present, errors, strict=True)}
    return largest, loss


def miss_class(answers, label):
    """The true class should have most of the probability; the others share the rest.  The loss is cross entropy."""
    if len(answers) == 1:
        return [ZERO], 0.0  # an only class is never missed
    rest = REST / np.float32(len(answers) - 1)
    errors = [answer - (TARGET if k == label else rest) for k, answer in enumerate(answers)]
    return errors, -math.log(max(answers[label], LEAST))


def miss_bits(answers, truth):
    errors, loss = [], 0.0
    for answer, bit in zip(answers, truth, strict=True):
        errors.append(answer - (SURE if bit else ONE - SURE))
        loss -= math.log(max(answer if bit else ONE - answer, LEAST))
    return errors, loss / len(answers)


def miss_real(outputs, answers, truth):
    """A target beyond the range counts as its end; NaN is no target."""
    errors, loss = [], 0.0
    for output, answer, value in zip(outputs, answers, truth, strict=True):
        error = ZERO
        if not np.isnan(value):
            wanted = clip(np.float32(value) / output.border) if output.hits > 0 else ZERO
            error = clip(answer - wanted)
        errors.append(error)
        loss += float(error) ** 2
    return errors, loss / len(answers)


def clip(value):
    return min(max(value, -ONE), ONE)


def rescale(net, goal, truth):
    """Let the range of every real output follow its target; what the network answers stays the same."""
    for output, value in zip(goal.present, truth, strict=True):
        size = abs(np.float32(value))
        if size > FAINTEST:  # NaN is not
            grown = widen(output, size)
            if grown != 1:
                shrink(net, output, ONE / grown)


def widen(output, size):
    """Move a range towards the size of a target; give the factor by which it grew."""
    before = output.border
    if output.hits == 0 or (output.hits < DOUBTFUL and before > BROKEN * size):
        output.border, output.anchor, output.hits = size, size, 1
        return ONE
    output.hits = min(output.hits + 1, MOST_HITS)
    if size > before:
        output.border = min(size, before * STRETCH)
    return output.border / before


def shrink(net, output, change):
    """Scale what leads to an output: its bias and its weights; direct sections know the range by themselves."""
    output.bias *= change
    for hexagon in net.hexagons:
        for block in hexagon.blocks:
            if output.number in block.readout:
                block.readout[output.number] = store(block.readout[output.number].astype(np.float32) * change)


def store(weights):
    """Round weights to outputs to whole units; far larger than any useful one they stay at the end."""
    return np.rint(np.clip(weights, -READOUT_LIMIT, READOUT_LIMIT)).astype(np.int32)
