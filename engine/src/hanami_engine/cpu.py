"""The rule, compiled for the CPU: learning and asking without the GIL, for as many rows as are given."""

from __future__ import annotations

import numpy as np
from numba import from_dtype, types

from hanami_engine.jit import entry, rule
from hanami_engine.records import INPUT, INTERNAL, OUTPUT, SCALED, Array, Net, Work, type_of_net, type_of_work
from hanami_engine.rules.answer import conclude, miss
from hanami_engine.rules.audit import audit
from hanami_engine.rules.backward import backward
from hanami_engine.rules.forward import excite, read_out, sum_up
from hanami_engine.rules.need import need, settle
from hanami_engine.rules.perceive import list_firing, perceive
from hanami_engine.rules.reduce import reduce
from hanami_engine.rules.scale import rescale
from hanami_engine.rules.schedule import rate_of, set_steps
from hanami_engine.rules.touch import touch
from hanami_engine.view import bounds_of, counts_of, hexagon_at, outputs_of, scale_at, totals_of


def _array(kind: types.Type, dimensions: int = 1, *, constant: bool = False) -> types.Array:
    return types.Array(kind, dimensions, "C", readonly=constant)


_NETS = _array(from_dtype(type_of_net))
_WORKS = _array(from_dtype(type_of_work))
_SAMPLES = tuple(_array(kind, 2, constant=True) for kind in (types.uint8, types.float32))
_TARGETS, _ANSWERS = _array(types.float32, 2, constant=True), _array(types.float32, 2)
_NOVELTY = _array(types.float32)


@rule
def clear(net: Net, work: Work) -> None:
    """Forget the sample before."""
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        for block in range(hexagon.block, hexagon.block + hexagon.open):
            counts_of(work)[block] = 0
        if hexagon.kind == OUTPUT:
            for k in range(hexagon.start, hexagon.start + hexagon.width):
                totals_of(work)[k] = 0


@rule
def carry(net: Net, work: Work, row: Array, learning: bool) -> None:
    """Carry a sample from the inputs to the answers."""
    work.touched, work.novelty = 0, np.float32(0)
    clear(net, work)
    for index in range(net.hexagon_count):
        hexagon = hexagon_at(net, index)
        bounds_of(work)[index] = work.touched
        if hexagon.kind == INPUT:
            touch(net, work, hexagon, perceive(row, hexagon, work), learning)
        elif hexagon.kind == INTERNAL:
            excite(net, work, hexagon)
            read_out(net, work, hexagon)
            if hexagon.sums > 0:
                touch(net, work, hexagon, list_firing(hexagon, work), learning)
    bounds_of(work)[net.hexagon_count] = work.touched
    for index in range(net.hexagon_count):
        if hexagon_at(net, index).kind == OUTPUT:
            sum_up(net, work, hexagon_at(net, index))
            conclude(work, hexagon_at(net, index))


@rule
def tell(net: Net, work: Work, answers: Array) -> None:
    """Write the answers of all output hexagons, side by side."""
    for index in range(net.hexagon_count):
        goal = hexagon_at(net, index)
        if goal.kind == OUTPUT:
            for k in range(goal.width):
                answer = outputs_of(work)[goal.start + k]
                answers[goal.column + k] = (
                    answer * scale_at(net, goal.start + k).border if goal.code == SCALED else answer
                )


@rule
def teach(net: Net, work: Work, truth: Array) -> None:
    """Compare the answers with the truth, and where they are wrong correct and grow what led to them."""
    error = np.float32(0)
    for index in range(net.hexagon_count):
        if hexagon_at(net, index).kind == OUTPUT:
            error = max(error, miss(net, work, hexagon_at(net, index), truth))
    if error > 0:
        rate = rate_of(net)
        set_steps(net, work, rate)
        backward(net, work, rate)
        need(net, work, error)


@entry(*((samples, _TARGETS, _ANSWERS, _NOVELTY, _NETS, _WORKS) for samples in _SAMPLES))
def learn_rows(samples: Array, targets: Array, answers: Array, novelty: Array, nets: Array, works: Array) -> None:
    """Learn all rows, one after the other; without any, only make room for new outputs.

    Parameters
    ----------
    samples : uint8 or float32 array [n, columns]
    targets : float32 array [n, columns]
    answers : float32 array [n, outputs of all hexagons], written where it has rows at all
        What was answered before the truth was told.
    novelty : float32 array [n], written
    nets, works : records [1]
        A `Net` and a `Work`.
    """
    net, work = nets[0], works[0]
    settle(net)
    for i in range(len(samples)):
        rescale(net, targets[i])
        carry(net, work, samples[i], True)
        if len(answers) > 0:
            tell(net, work, answers[i])
        teach(net, work, targets[i])
        reduce(net)
        novelty[i] = work.novelty
        net.samples += 1
        net.elapsed += 1


@entry(*((samples, _ANSWERS, _NOVELTY, _NETS, _WORKS) for samples in _SAMPLES))
def predict_rows(samples: Array, answers: Array, novelty: Array, nets: Array, works: Array) -> None:
    """Answer every row; of the network only what spiking lets echo changes.

    Parameters
    ----------
    samples : uint8 or float32 array [n, columns]
    answers : float32 array [n, outputs of all hexagons], written
        Probabilities of classes or bits, or real values.
    novelty : float32 array [n], written
    nets, works : records [1]
        A `Net` and a `Work`.
    """
    net, work = nets[0], works[0]
    for i in range(len(samples)):
        carry(net, work, samples[i], False)
        novelty[i] = work.novelty
        tell(net, work, answers[i])


@entry((_NETS, _array(types.uint8), _array(types.uint8)))
def audit_lists(nets: Array, seen_levels: Array, seen_rows: Array) -> int:
    """Check that the lists of a network hang together; see `rules.audit`."""
    return audit(nets[0], seen_levels, seen_rows)
