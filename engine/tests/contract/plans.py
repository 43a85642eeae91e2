"""Templates, and Hypothesis strategies for layouts, data and both together."""

import json
from typing import NamedTuple

import numpy as np
from hanami_engine import Template, TemplateError
from hanami_engine.lattice import Position, neighbours
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

INPUT_KINDS = ("real", "binary", "match")
OUTPUT_KINDS = ("class", "real", "bool", "int", "float")


def inlet(*position, **more):
    """An input hexagon."""
    return {"position": position, "type": "input", **more}


def inner(*position, size=128, **more):
    """An internal hexagon."""
    return {"position": position, "type": "internal", "size": size, **more}


def outlet(*position, **more):
    """An output hexagon."""
    return {"position": position, "type": "output", **more}


def plan(*hexagons, axons=(), **settings):
    """A template of these hexagons."""
    ways = [{"from": start, "to": end} for start, end in axons]
    return Template.parse(
        json.dumps({"version": 1, "hexagons": hexagons, "axons": ways, "settings": settings}, default=float)
    )


def line(inputs=None, hidden=128, outputs=None, values="class", kind="real", **settings):
    """One internal hexagon between an input and an output; sizes that are not given are open."""
    begin = inlet(1, 1, 1, values=kind) | ({"size": inputs} if inputs else {})
    end = outlet(3, 1, 1, values=values) | ({"size": outputs} if outputs else {})
    return plan(begin, inner(2, 1, 1, size=hidden), end, **settings)


def chain(inputs, sizes, outputs, values="class", **settings):
    """Internal hexagons one behind the other."""
    between = [inner(2 + step, 1, 1, size=size) for step, size in enumerate(sizes)]
    end = outlet(2 + len(sizes), 1, 1, size=outputs, values=values)
    return plan(inlet(1, 1, 1, size=inputs), *between, end, **settings)


@st.composite
def streams(draw, dtype=None):
    """Raw samples with their classes: any finite magnitude, any sign, many zeros."""
    count, inputs = draw(st.integers(1, 40)), draw(st.integers(1, 20))
    kind = dtype or draw(st.sampled_from(["uint8", "float32"]))
    elements = (
        st.one_of(st.just(0), st.integers(0, 255))
        if kind == "uint8"
        else st.one_of(st.just(0.0), st.floats(-(2.0**40), 2.0**40, width=32, allow_subnormal=False))
    )
    samples = draw(arrays.arrays(kind, (count, inputs), elements=elements))
    labels = draw(arrays.arrays(np.int64, count, elements=st.integers(0, 3)))
    return samples, labels


@st.composite
def places(draw, most=8):
    """Positions each of which touches one before it, in all three dimensions."""
    found = [Position(0, 0, 0)]
    for _ in range(draw(st.integers(2, most - 1))):
        start = draw(st.sampled_from(found))
        found.append(draw(st.sampled_from(sorted(neighbours(start) - set(found)))))
    return found


settings_of = st.fixed_dictionaries(
    {
        "max_connection_distance": st.integers(1, 4),
        "fan_out": st.integers(1, 8),
        "learning_rate": st.sampled_from([0.01, 0.045, 1.0]),
        "dead_zone": st.sampled_from([None, 0.0, 0.3, 1.0]),
        "enable_reduction": st.booleans(),
        "reduction_threshold": st.sampled_from([0.01, 0.3]),
        "memory_limit": st.sampled_from([1 << 20, 1 << 26]),
    }
)
spiking_of = st.fixed_dictionaries(
    {"neuron_cooldown": st.sampled_from([1.0, 1.5, 8.0]), "refractory_time": st.sampled_from([1, 3])}
)


def _ends(draw, kinds):
    values, size = draw(st.sampled_from(kinds)), draw(st.one_of(st.none(), st.integers(2, 5)))
    return {"values": values} | ({"size": min(size, 2) if values in {"int", "float"} else size} if size else {})


@st.composite
def layouts(draw, *, spiking=None, axons=True, reduction=None, limit=None):
    """Any layout that stands: inputs, outputs and internal hexagons of any kind and size, anywhere on the lattice."""
    spots = draw(st.permutations(draw(places())))
    inlets = draw(st.integers(1, 2 if len(spots) > 3 else 1))
    outlets = draw(st.integers(1, 2 if len(spots) > 4 else 1))
    hexagons = [inlet(*spot, **_ends(draw, INPUT_KINDS)) for spot in spots[:inlets]]
    hexagons += [outlet(*spot, **_ends(draw, OUTPUT_KINDS)) for spot in spots[inlets : inlets + outlets]]
    hexagons += [inner(*spot, size=draw(st.sampled_from([1, 100, 128, 300]))) for spot in spots[inlets + outlets :]]
    pair = st.tuples(st.sampled_from(spots[:inlets] + spots[inlets + outlets :]), st.sampled_from(spots[inlets:]))
    ways = draw(st.lists(pair.filter(lambda ends: ends[0] != ends[1]), max_size=2, unique=True)) if axons else []
    chosen = draw(settings_of)
    if draw(st.booleans()) if spiking is None else spiking:
        chosen |= draw(spiking_of)
    if reduction is not None:
        chosen |= {"enable_reduction": reduction, "reduction_threshold": draw(st.sampled_from([0.1, 0.5, 1.0]))}
    if limit is not None:
        chosen["memory_limit"] = limit
    try:
        return plan(*hexagons, axons=ways, **chosen)
    except TemplateError:  # a dead end, a hexagon without a way to it, a cycle
        assume(axons)
        between = spots[inlets + outlets :]
        mended = [(spots[0], spot) for spot in between + spots[inlets : inlets + outlets]]
        mended += [(spot, spots[inlets]) for spot in between + spots[1:inlets]]
        return plan(*hexagons, axons=mended, **chosen)


class Case(NamedTuple):
    """A template and data that suits it: per port an array of as many rows."""

    template: Template
    inputs: dict
    outputs: dict

    def part(self, begin=0, end=None):
        """Some rows as `learn_many` takes them."""
        return pick(self.inputs, begin, end), pick(self.outputs, begin, end)

    def row(self, index):
        """One row as `learn` takes it."""
        some = ({name: part[index] for name, part in parts.items()} for parts in (self.inputs, self.outputs))
        return tuple(part if len(part) > 1 else next(iter(part.values())) for part in some)

    @property
    def spikes(self):
        chosen = self.template.settings
        return chosen.neuron_cooldown < 1e9 or chosen.refractory_time > 1

    @property
    def rows(self):
        return len(next(iter(self.inputs.values())))


def pick(parts, begin=0, end=None):
    """Some rows of every port: a mapping, or one array where there is one port."""
    cut = {name: part[begin:end] for name, part in parts.items()}
    return cut if len(cut) > 1 else next(iter(cut.values()))


def values_of(hexagon, rows, random):
    """Random inputs or targets of a hexagon; what it means decides which."""
    width = hexagon.size or (1 if hexagon.values in {"int", "float"} else int(random.integers(2, 6)))
    if hexagon.values == "class":
        return random.integers(0, width, rows)
    if hexagon.values == "bool":
        return random.integers(0, 2, (rows, width))
    if hexagon.values == "int":
        return random.integers(0, 2**64, (rows, width), dtype=np.uint64)
    steps = random.integers(-3, 4, (rows, width)).astype(np.float32)
    if hexagon.type == "output" and hexagon.values == "float":
        return steps
    if hexagon.values in {"binary", "match"}:
        return steps * 2
    large = np.float32(10) ** random.integers(-3, 7, width).astype(np.float32)
    found = np.where(random.random((rows, width)) < 0.3, 0, random.normal(size=(rows, width)) * large)
    found[random.random((rows, width)) < 0.02] = np.nan
    return found.astype(np.float32)


@st.composite
def cases(draw, rows=(0, 1, 40, 300), **more):
    """A network of any shape, and data for it."""
    template = draw(layouts(**more))
    count, random = draw(st.sampled_from(rows)), np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = [
        {hexagon.label: values_of(hexagon, count, random) for hexagon in some}
        for some in (template.inputs, template.outputs)
    ]
    return Case(template, *parts)
