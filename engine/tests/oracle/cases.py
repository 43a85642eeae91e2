"""Short lives of small networks that between them reach every part of the rule.

A case is a function that fails at the first difference between the engine and the oracle, or where it does not reach
any more what it is there for.  Numbers of samples follow from the constants of the rule, so that the same cases are
short where those are small.
"""

import numpy as np
from hanami_engine.layout import RANGES
from hanami_engine.records import LANES
from hanami_engine.rules.backward import READOUT_LIMIT
from hanami_engine.rules.grow import BEYOND, DOUBTFUL, MATURE
from hanami_engine.rules.need import BLOCK_NEED, CHARGE_UNITS, REGROW_NEED, SPLIT_NEED
from hanami_engine.rules.reduce import WINDOW

from .compare import Pair
from .shapes import APART, AXONS, CHAIN, CORNER, CUBE, FORK, LINE, template

LEAST_MEMORY = int(RANGES["memory_limit"].low)
ODD = [0.0, -0.0, 1e-40, -1e-31, 1e-29, 1.0, -1.0, 3.5, 255.0, 1e9, -3e38, np.inf, -np.inf, np.nan]


def noise(shape, seed=0, spread=100):
    """Raw values of both signs, one in four silent, float32."""
    random = np.random.default_rng(seed)
    return (random.normal(size=shape) * spread * (random.random(shape) > 0.25)).astype(np.float32)


def classes(count, most=3, seed=0):
    """Classes that nobody can foretell, so that errors stay."""
    return np.random.default_rng(seed).integers(most, size=count).tolist()


def sources(pair):
    return [source for hexagon in pair.oracle.hexagons for source in hexagon.sources.values()]


def most_levels(pair):
    return max(len(source.levels) for source in sources(pair))


def splits_and_blocks():
    """Errors that stay split levels, open blocks, and lead sections there."""
    pair = Pair(template(LINE, {"internal": f"size: {2 * LANES + 3}", "output": "size: 10, values: class"}))
    for begin in range(int(SPLIT_NEED)):
        pair.learn(np.abs(noise((24, 1), begin)), classes(24, 10, begin))
    pair.ask(noise((3, 1), 1, 300))
    assert most_levels(pair) > 2
    assert len(pair.oracle.hexagons[1].blocks) == 3


def borders():
    """A broken first value, values that grow, and once the source is mature a level above."""
    pair = Pair(template(LINE, {"input": "size: 2", "internal": "size: 5", "output": "size: 2, values: class"}))
    pair.learn([[1e6, -300]], [1])
    pair.learn([[5, -1]], [0])
    assert pair.oracle.hexagons[0].sources[0].levels[0].high == 5
    assert pair.oracle.hexagons[0].sources[3].levels[0].high == 1
    pair.learn(np.linspace(4, 9, 2 * DOUBTFUL)[:, None] * [1, -2], classes(2 * DOUBTFUL, 2))
    pair.learn(np.full((MATURE, 2), 7), [1] * MATURE)
    for value in (9.2, 1000):
        pair.learn(np.full((BEYOND, 2), value), [0] * BEYOND)
        pair.ask([[value, -value], [1e30, 0]])
    assert most_levels(pair) > 1


def far():
    """A line so long that its end is hardly ever drawn, and yet one of the nearest blocks that are left."""
    hexagons = ("input 1 1 1", *(f"internal {x} 1 1" for x in range(2, 14)), "output 14 1 1")
    options = {"input": "size: 2", "internal": "size: 1", "output": "size: 2"}
    pair = Pair(template(hexagons, options, max_connection_distance=30, fan_out=13))
    pair.learn([[1, 0], [0, 2], [-3, 1]], [0, 1, 0])
    assert len(pair.oracle.hexagons[0].sources[0].levels[0].sections) == 13


def odd_values():
    """Zeros, NaN, infinity, what is too faint, both signs; whole numbers too."""
    pair = Pair(template(LINE, {"internal": "size: 9"}))
    for begin in range(0, len(ODD), 3):
        pair.learn([np.roll(ODD, shift) for shift in range(begin, begin + 3)], [1, 0, 2])
    pair.ask([np.roll(ODD, 5)])
    pair.learn(np.arange(3 * len(ODD)).reshape(3, -1).astype(np.uint8), [0, 0, 1])


def chain(**settings):
    """Neurons that drive neurons, through several hexagons and past some."""
    options = {"input": "size: 4", "internal": f"size: {LANES + LANES // 4}", "output": "size: 2, values: class"}
    pair = Pair(template(CHAIN, options, fan_out=3, **settings), 5)
    pair.announce(5)
    for begin in range(0, int(3 * BLOCK_NEED), 6):
        pair.learn(noise((6, 4), begin), classes(6, 2, begin))
        pair.ask(noise((2, 4), begin + 1))
    assert any(hexagon.kind == "internal" and hexagon.sources for hexagon in pair.oracle.hexagons)
    return pair


def skips():
    chain(max_connection_distance=3, dead_zone=0.3)


def spikes():
    """Potentials that fade from step to step, neurons that rest after they fired; requests are steps in time, too."""
    pair = chain(neuron_cooldown=1.5, refractory_time=3)
    pair.rest()
    pair.ask(noise((4, 4), 7))
    pair.learn(noise((4, 4), 8), classes(4, 2))
    assert any(block.echo.any() for hexagon in pair.oracle.hexagons for block in hexagon.blocks)


def cube(distance=1):
    """Three dimensions, real outputs that grow."""
    options = {"internal": f"size: {LANES + 5}", "output": "values: real"}
    pair = Pair(template(CUBE, options, max_connection_distance=distance))
    for begin in range(4):
        x = noise((8, 3 + begin), begin)
        pair.learn(x, x[:, :2] * np.float32(begin + 0.5) + 1)
        pair.ask(x[:3])


def cube_with_skips():
    """Sections past the neurons, too."""
    cube(3)


def direct():
    """Sections from inputs to outputs, with ranges that grow, broken targets, and targets that are not known."""
    pair = Pair(template(CORNER, {"internal": "size: 3", "output": f"size: {LANES + 2}, values: real"}, fan_out=4))
    targets = noise((DOUBTFUL + 8, LANES + 2), 3, 1)
    targets[0] *= 1000
    targets[DOUBTFUL:] *= 20
    targets[::5, 1], targets[1::2, 2] = np.nan, 0
    for begin in range(0, len(targets), 6):
        pair.learn(noise((6, 2), begin)[: len(targets[begin : begin + 6])], targets[begin : begin + 6])
        pair.ask(noise((2, 2), begin))
    first = pair.oracle.outputs[0].outputs[0]
    assert first.border > first.anchor > 0


def every_code():
    """Several inputs and outputs: binary and matching ones; integers, floats, truth values."""
    options = {
        "input 1 1 1": "values: binary, name: eye",
        "input 1 3 1": "values: match, size: 2, name: ear",
        "internal": f"size: {LANES + 1}",
        "output 3 1 1": "values: int, name: number",
        "output 3 2 1": "values: float, name: measure",
    }
    pair = Pair(template(FORK, options, fan_out=2, max_connection_distance=2))
    for begin in range(4):
        eye, ear = noise((6, 3), begin), np.random.default_rng(begin).integers(-2, 3, (6, 2)).astype(np.float32)
        numbers = np.array([[3], [2**64 - 1], [0], [2**53 + 1], [9], [1]], np.uint64)
        pair.learn({"eye": eye, "ear": ear}, {"number": numbers, "measure": noise((6, 1), begin)})
        pair.ask({"eye": eye, "ear": ear + 1})


def axons():
    """Two lines that touch nowhere."""
    options = {"input": "size: 3", "internal": "size: 70", "output 5 5 5": "values: bool, size: 3, name: flags"}
    pair = Pair(template(APART, options, AXONS, max_connection_distance=2, learning_rate=0.5), 2**64 - 1)
    for begin in range(6):
        x = noise((5, 3), begin)
        pair.learn({"1,1,1": x}, {"10,1,1": classes(5, 2 + begin, begin), "flags": x > 0})
        pair.ask({"1,1,1": x})


def open_sizes():
    """Inputs and classes that come later; requests wider than anything learned."""
    pair = Pair(template(LINE, {"internal": f"size: {LANES + LANES // 2}"}, fan_out=1))
    pair.ask(noise((1, 2)))
    for begin in range(5):
        pair.learn(noise((7, 1 + 3 * begin), begin), classes(7, 1 + 2 * begin, begin))
        pair.ask(noise((2, 4 + 3 * begin), begin))


def reckless():
    """So high a rate that potentials and corrections reach the ends of their ranges."""
    options = {"input": "size: 40, values: binary", "internal": f"size: {LANES}", "output": "size: 60, values: bool"}
    pair = Pair(template(LINE, options, learning_rate=1, fan_out=1, dead_zone=0))
    for k in range(5):
        pair.learn(np.ones((8, 40)), np.full((8, 60), k % 2))
    pair.ask(np.abs(noise((3, 40))))


def announced():
    """A rate that falls over the announced samples, and stays at its lowest."""
    pair = Pair(template(LINE, {"internal": f"size: {LANES}", "output": "values: real"}))
    pair.announce(9)
    for begin in range(4):
        pair.learn(noise((5, 3), begin), noise((5, 2), begin + 9))
    pair.announce(None)
    pair.learn(noise((5, 3)), noise((5, 2), 8))


def ends_of_weights():
    """Values so far below the border that no weight is large enough for them, and no memory for splits."""
    hexagons = ("input 1 1 1", "internal 2 1 1", "output 3 1 1", "output 9 9 9")
    options = {"internal": "size: 2", "output": "size: 2, values: class"}
    settings = {"learning_rate": 1, "memory_limit": LEAST_MEMORY, "reduction_threshold": 0}
    pair = Pair(template(hexagons, options, ["1 1 1 > 9 9 9"], **settings))
    x = np.zeros((80, LEAST_MEMORY // (2 * LANES + 6)), np.float32)
    x[0] = 1000
    for _ in range(8):
        labels = [1, 0] * 40
        pair.learn({"1,1,1": x}, {"3,1,1": labels, "9,9,9": labels})
        x[:], x[::2, 0] = 0, 90
    weights = [s.weights[:2] for source in sources(pair) for level in source.levels for s in level.sections]
    assert (np.max(weights), np.min(weights)) == (32767, -32768)
    x[:, 0] = 999.9  # too near to the border to split there
    pair.learn({"1,1,1": x}, {"3,1,1": labels, "9,9,9": labels})


def ends_of_readouts():
    """Weights to outputs near the ends of their range, which no stream of reasonable length reaches, and errors on."""
    pair = Pair(template(LINE, {"input": "size: 3", "internal": "size: 4", "output": "size: 2, values: class"}))
    pair.learn(np.abs(noise((4, 3))), [0, 1, 0, 1])
    (block,) = pair.oracle.hexagons[1].blocks
    with pair.at_home() as arrays:
        for number, weights in block.readout.items():
            end = int(READOUT_LIMIT) - 64  # the next float32
            arrays.readout[block.number * len(block.readout) + number] = weights[:] = end * np.sign(weights)
    pair.check_structure()
    pair.learn(np.abs(noise((20, 3))), classes(20, 2))
    assert np.max([np.abs(weights) for weights in block.readout.values()]) == READOUT_LIMIT


def reduction():
    """Levels that are seldom active go, from the top down; charged with enough error their sources come back.

    Only classes that nobody can foretell give errors beyond the dead zone.
    """
    hexagons = ("input 1 1 1", "internal 2 1 1", "internal 3 1 1", "output 4 1 1")
    options = {"input": "size: 5", "internal": "size: 4", "output": "size: 10, values: class"}
    settings = {"enable_reduction": "true", "reduction_threshold": 0.4, "dead_zone": 0.7}
    pair = Pair(template(hexagons, options, **settings))
    usual, rare = np.array([[0, 40, 1, 0, 0]]), np.array([[100, -80, 1, 0, 0]])
    charges = int(REGROW_NEED / CHARGE_UNITS)
    gone = pair.oracle.hexagons[0].source(0)
    pair.learn(rare, [3])
    while len(gone.levels) < 2 and len(pair.history) < 40:
        pair.learn(np.repeat(rare * [0.5, 1, 1, 1, 1], 10, axis=0), classes(10, 10, len(pair.history)))
    pair.learn(np.repeat(rare, WINDOW // 2, axis=0), [1] * (WINDOW // 2))
    for _ in range(3):
        pair.learn(np.repeat(usual, WINDOW, axis=0), [1] * WINDOW)
    assert pair.oracle.freed > 0
    assert gone.hits > 0
    assert not gone.levels
    for begin in range(6):
        pair.learn(np.repeat(rare, charges, axis=0), classes(charges, 10, begin))
    assert gone.levels


def reduced_matches():
    """Levels of a matching input, which go one by one."""
    options = {"input": "size: 1, values: match", "internal": "size: 4", "output": "size: 2, values: class"}
    pair = Pair(template(LINE, options, enable_reduction="true", reduction_threshold=0.3, dead_zone=0.7))
    pair.learn([[7], [5], [9], [5]], [0, 1, 0, 1])
    for _ in range(4):
        pair.learn([[5]] * WINDOW, classes(WINDOW, 2))
    assert [level.low for level in pair.oracle.hexagons[0].sources[0].levels] == [5]
    pair.learn([[7]], [1])


def budget():
    """A full memory: growth is refused, reduction makes room, growth goes on."""
    settings = {"memory_limit": LEAST_MEMORY, "reduction_threshold": 0.8, "dead_zone": 0.7}
    pair = Pair(template(LINE, {"internal": f"size: {2 * LANES}", "output": "values: class"}, **settings))
    width = LEAST_MEMORY // (2 * LANES + 6)
    active = np.arange(width) < np.linspace(1, width, 10)[:, None]
    pair.learn(noise((10, width), 1) * active, classes(10, 10))
    assert pair.oracle.full
    born = pair.oracle.born
    for _ in range(2):
        pair.learn(np.tile(10 * active[0], (WINDOW, 1)), [1] * WINDOW)
    assert pair.oracle.freed > 0
    pair.learn(noise((10, width), 2), classes(10, 10))
    assert pair.oracle.born > born
    values = np.arange(LEAST_MEMORY // (2 * LANES + 6))[:, None] + 1
    pair = Pair(template(LINE, {"input": "values: match", "internal": "size: 1"}, **settings))
    pair.learn(values, classes(len(values), 2))
    assert pair.oracle.full


CASES = (
    splits_and_blocks,
    borders,
    far,
    odd_values,
    chain,
    skips,
    spikes,
    cube,
    cube_with_skips,
    direct,
    every_code,
    axons,
    open_sizes,
    reckless,
    announced,
    ends_of_weights,
    ends_of_readouts,
    reduction,
    reduced_matches,
    budget,
)
