"""Drives the rule over many samples on one core: one compiled call, without the GIL, for as many rows as are given."""

from __future__ import annotations

import numpy as np
from numba import from_dtype, types

from hanami_engine.jit import entry
from hanami_engine.rules.answer import largest_miss, miss_class, miss_real, soften
from hanami_engine.rules.backward import backward, correct_readout, rescale, round_corrections
from hanami_engine.rules.forward import fire, forward, read_out, recall
from hanami_engine.rules.grow import draw_readout, grow, shortage
from hanami_engine.rules.perceive import perceive
from hanami_engine.rules.schedule import rate_of
from hanami_engine.state import LANES, Array, type_of_ledger, type_of_source


def _array(kind: types.Type, dimensions: int, *, constant: bool = False) -> types.Array:
    return types.Array(kind, dimensions, "C", readonly=constant)


_NETWORK = (
    _array(from_dtype(type_of_source), 1),
    _array(types.int32, 2),
    _array(types.int16, 2),
    _array(types.int32, 1),
    _array(types.int32, 2),
    _array(types.float32, 1),
    _array(from_dtype(type_of_source), 1),
    _array(from_dtype(type_of_ledger), 1),
)
_SAMPLES = tuple(_array(kind, 2, constant=True) for kind in (types.uint8, types.float32))
_LABELS, _VALUES = _array(types.int64, 1, constant=True), _array(types.float32, 2, constant=True)


@entry(*((samples, _LABELS, _VALUES, types.int64, types.float32, types.float32, *_NETWORK) for samples in _SAMPLES))
def learn_rows(
    samples: Array,
    labels: Array,
    values: Array,
    start: int,
    first_rate: np.float32,
    dead_zone: np.float32,
    sources: Array,
    rows: Array,
    weights: Array,
    free: Array,
    readout: Array,
    bias: Array,
    scales: Array,
    ledgers: Array,
) -> int:
    """Learn the rows from `start` on, one after the other.

    Parameters
    ----------
    samples : uint8 or float32 array [n, inputs]
    labels : int64 array [n] for classes, else [0]
    values : float32 array [n, outputs] for real outputs, else [0, outputs]
    start : int
        First row to learn.
    first_rate, dead_zone : float
        Settings of the template.
    sources, rows, weights, free, readout, bias, scales, ledgers
        The fields of `State`.

    Returns
    -------
    int
        The row that was not learned because the arena is too small for it, or n.  The network is as it was before
        that row.
    """
    inputs, blocks = samples.shape[1], rows.shape[1]
    ledger, outputs = ledgers[0], len(scales)
    active, potential = np.empty(inputs, np.int32), np.empty(inputs, np.float32)
    force = np.empty(inputs, np.int16)
    potentials, corrections = np.empty(blocks * LANES, np.int16), np.empty(blocks * LANES, np.int16)
    blame = np.empty(blocks * LANES, np.float32)
    sums, errors = np.empty(outputs, np.float32), np.empty(outputs, np.float32)

    for i in range(start, len(samples)):
        count = perceive(samples[i], inputs, active, potential)
        ledger.wanted = shortage(active, count, rows, ledger, len(weights))
        if ledger.wanted > 0 or readout.shape[1] == 0:
            return i
        if ledger.samples == 0:
            draw_readout(readout, ledger.neurons, ledger.seed)
        grow(active, potential, count, sources, rows, weights, free, ledger, force)
        for block in range(blocks):
            forward(active, force, count, block, rows, weights, potentials)
        fire(potentials, ledger.neurons)
        if len(labels) > 0:
            read_out(potentials, readout, bias, sums)
            soften(sums)
            ledger.loss += miss_class(sums, labels[i], errors)
        else:
            rescale(scales, values[i], readout, bias)
            read_out(potentials, readout, bias, sums)
            ledger.loss += miss_real(sums, values[i], scales, errors)
        if largest_miss(errors) >= dead_zone:
            rate = rate_of(ledger, first_rate)
            correct_readout(potentials, rate, errors, readout, bias, blame)
            round_corrections(potentials, blame, rate, ledger.seed, ledger.samples, corrections)
            backward(active, force, count, rows, weights, corrections)
        ledger.samples += 1
        ledger.elapsed += 1
    return len(samples)


@entry(*((samples, _array(types.float32, 2), types.boolean, *_NETWORK[:3], *_NETWORK[4:]) for samples in _SAMPLES))
def predict_rows(
    samples: Array,
    answers: Array,
    classes: bool,
    sources: Array,
    rows: Array,
    weights: Array,
    readout: Array,
    bias: Array,
    scales: Array,
    ledgers: Array,
) -> None:
    """Answer every row; the network stays as it is.

    Parameters
    ----------
    samples : uint8 or float32 array [n, inputs]
    answers : float32 array [n, outputs], written
        Probabilities of the classes, or real values.
    classes : bool
        Whether the outputs are classes.
    """
    inputs, blocks = samples.shape[1], rows.shape[1]
    outputs = len(scales)
    active, potential = np.empty(inputs, np.int32), np.empty(inputs, np.float32)
    force, potentials = np.empty(inputs, np.int16), np.empty(blocks * LANES, np.int16)
    sums = np.empty(outputs, np.float32)

    for i in range(len(samples)):
        sums[:] = 0
        if readout.shape[1] > 0:
            count = perceive(samples[i], inputs, active, potential)
            count = recall(active, potential, count, sources, force)
            for block in range(blocks):
                forward(active, force, count, block, rows, weights, potentials)
            fire(potentials, ledgers[0].neurons)
            read_out(potentials, readout, bias, sums)
        if classes:
            soften(sums)
        for k in range(outputs):
            answers[i, k] = sums[k] if classes else sums[k] * scales[k].border
