"""Random lives of random small networks, for Hypothesis."""

from dataclasses import dataclass, field

import numpy as np
from hanami_engine.records import LANES
from hypothesis import strategies as st

from .cases import LEAST_MEMORY, ODD
from .compare import Pair
from .shapes import APART, AXONS, CHAIN, CORNER, CUBE, FORK, LINE, template

SHAPES = (
    (LINE, ()),
    ((*CHAIN[:3], "output 4 1 1"), ()),
    (CHAIN, ()),
    (CORNER, ()),
    (CUBE, ()),
    (FORK, ()),
    (APART, AXONS),
)
FLAVOURS = ("calm", "wide", "odd", "steps", "silent")
SIZES = st.sampled_from([1, 2, 5, LANES - 1, LANES, LANES + 1, 2 * LANES + 9])


@dataclass
class Step:
    """Some samples to learn, or a request; what they are follows from a seed."""

    do: str
    flavour: str
    count: int
    seed: int
    more: int  # values and classes beyond those before, where sizes are open


@dataclass
class Life:
    """A template, a seed, and what happens."""

    hexagons: tuple[str, ...]
    axons: tuple[str, ...]
    options: dict[str, str]
    settings: dict[str, object]
    seed: int
    steps: list[Step] = field(default_factory=list)

    def live(self):
        """Let the engine and the oracle live it together."""
        pair = Pair(template(self.hexagons, self.options, self.axons, **self.settings), self.seed)
        widths, depths = {}, {}
        for step in self.steps:
            random = np.random.default_rng(step.seed)
            for hexagon in pair.oracle.hexagons:
                known = widths if hexagon.kind == "input" else depths
                known[hexagon.name] = hexagon.size or known.get(hexagon.name, 1) + step.more
            given = [h for h in pair.oracle.hexagons if h.kind == "input"]
            x = {h.name: values(random, step, (step.count, widths[h.name])) for h in given}
            if step.do == "learn":
                y = {h.name: truths(random, h, step.count, depths[h.name]) for h in pair.oracle.outputs}
                if not pair.learn(x, y):
                    return
            elif step.do == "ask":
                pair.ask(x)
            elif step.do == "announce":
                pair.announce(step.count)
            else:
                pair.rest()


def values(random, step, shape):
    """Give raw values of a flavour."""
    if step.flavour == "odd":
        return random.choice(np.array(ODD, np.float32), shape)
    if step.flavour == "steps":
        return random.integers(0, 4, shape).astype(np.uint8)
    if step.flavour == "silent":
        return np.zeros(shape, np.float32)
    active = random.random(shape) < min(1, 20 / shape[1])
    spread = np.exp(random.normal(0, 4, shape)) if step.flavour == "wide" else 1
    return (random.normal(20, 15, shape) * active * spread).astype(np.float32)


def truths(random, goal, count, size):
    """Give targets as an output hexagon takes them."""
    if goal.values in {None, "class"}:
        return random.integers(size, size=count).tolist()
    if goal.values == "int":
        return random.integers(2**64, size=(count, size), dtype=np.uint64)
    if goal.values == "bool":
        return random.integers(2, size=(count, size))
    targets = (random.normal(size=(count, size)) * 10.0 ** random.integers(-3, 4)).astype(np.float32)
    if goal.values == "real":
        targets[random.random((count, size)) < 0.1] = np.nan
    return targets


@st.composite
def lives(draw):
    hexagons, axons = draw(st.sampled_from(SHAPES))
    options = {}
    for hexagon in hexagons:
        if hexagon.startswith("internal"):
            options[hexagon] = f"size: {draw(SIZES)}"
        elif hexagon.startswith("input"):
            size = draw(st.sampled_from([None, 1, 3, 400]))
            options[hexagon] = f"values: {draw(st.sampled_from(['real', 'real', 'binary', 'match']))}"
            options[hexagon] += f", size: {size}" if size else ""
        else:
            size = draw(st.sampled_from([None, 2, 3]))
            code = draw(st.sampled_from(["class", "class", "real", "real", "bool", "int", "float", "null"]))
            options[hexagon] = f"values: {code}" + (f", size: {size}" if size else "")
    settings = {
        "fan_out": draw(st.integers(1, 5)),
        "max_connection_distance": draw(st.integers(1, 3)),
        "learning_rate": draw(st.sampled_from([0.045, 1])),
        "enable_reduction": draw(st.sampled_from(["false", "true"])),
        "reduction_threshold": draw(st.sampled_from([0.01, 0.75, 1])),
        "memory_limit": draw(st.sampled_from([16 * LEAST_MEMORY, 2 * LEAST_MEMORY, LEAST_MEMORY])),
        "refractory_time": draw(st.sampled_from([1, 1, 3])),
        "neuron_cooldown": draw(st.sampled_from([1e9, 1e9, 1.5])),
    }
    if draw(st.booleans()):
        settings["dead_zone"] = draw(st.sampled_from([0, 0.3]))
    steps = st.builds(
        Step,
        st.sampled_from(["learn", "learn", "learn", "ask", "announce", "rest"]),
        st.sampled_from(FLAVOURS),
        st.integers(1, 12),
        st.integers(0, 2**32),
        st.integers(0, 2),
    )
    seed = draw(st.sampled_from([0, 1, 2**64 - 1]))
    return Life(hexagons, axons, options, settings, seed, draw(st.lists(steps, min_size=1, max_size=6)))
