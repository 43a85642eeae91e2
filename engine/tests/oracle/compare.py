"""The engine and the oracle side by side: the same calls, then everything that they are, and the first difference.

Both are described as nested mappings and lists with the same keys.  What only the engine has, places in arenas, is not
described; that its lists hang together is asked of its own audit, and that freed places are used again is seen from how
much of the arenas was ever used.
"""

from contextlib import contextmanager

import numpy as np
from hanami_engine import InputError, Network, cpu
from hanami_engine.codecs import as_samples
from hanami_engine.encoding import decode
from hanami_engine.place import Step
from hanami_engine.ports import raw_outputs
from hanami_engine.records import INPUT, INTERNAL, LANES, OUTPUT

from .learner import Oracle

COUNTERS = ("samples", "announced", "elapsed", "born", "freed", "bytes", "full", "turn", "cursor", "due")
ROUNDING = 1e-5  # of losses: they are only reported, and come from whatever logarithm there is


class Difference(AssertionError):  # noqa: N818  a finding, not an error
    """Where the engine and the oracle part."""


class Pair:
    """A network and its oracle, which do everything together; any call raises the first `Difference`."""

    def __init__(self, template, seed=0):
        self.network, self.oracle = Network(template, seed=seed), Oracle(template, seed)
        self.history = []

    def learn(self, x, y):
        """Learn samples; give False where the network refused them (memory limits allow no more outputs).

        Values of the only hexagon may be given as they are.
        """
        x, y = named(x, self.network.template.inputs), named(y, self.network.template.outputs)
        try:
            learned = self.network.learn_many(only(x), only(y), answer=True)
        except InputError:
            return False
        loss, grown, novelty, told = self.oracle.learn(x, y)
        self.history.append(f"learn {len(novelty)}")
        self.check("sections born", learned.grown, grown)
        if not np.isclose(learned.loss, loss, rtol=ROUNDING):
            self.check("loss", learned.loss, loss)
        self.check("novelty", learned.novelty, np.array(novelty))
        self.check_told(learned.outputs, told)
        self.check_structure()
        return True

    def check_told(self, engine, told):
        """Compare answers that were given while learning; classes that came later were answered with 0."""
        engine = engine if isinstance(engine, dict) else {self.network.outputs[0].name: engine}
        for port in self.network.outputs:
            for i, raw in enumerate(answers[port.name] for answers in told):
                whole = np.zeros((1, raw_outputs(port)), np.float32)
                whole[0, : len(raw)] = raw
                self.check(
                    f"answer of {port.name} while row {i} was learned", engine[port.name][i], decode(whole, port)[0]
                )

    def ask(self, x):
        """Answer samples, raw: probabilities of classes and bits, real values."""
        x = named(x, self.network.template.inputs)
        engine, novelty = ask(self.network, only(x))
        self.history.append(f"ask {len(engine)}")
        for i, (answers, new) in enumerate(self.oracle.ask(x)):
            wanted = np.concatenate([answers[hexagon.label] for hexagon in self.network.template.outputs])
            self.check(f"answer to row {i}", engine[i], wanted)
            self.check(f"novelty of row {i}", novelty[i], new)
        assert np.isfinite(engine).all()
        assert np.isfinite(novelty).all()
        self.check_structure()

    def announce(self, samples):
        self.network.announce(samples)
        self.oracle.announce(samples)

    def rest(self):
        self.network.rest()
        self.oracle.rest()

    @contextmanager
    def at_home(self):
        """Give the arrays of the network to somebody who changes them; it lives where it lived afterwards."""
        gpu = getattr(self.network.place, "_gpu", "cpu")
        yield self.network.to("cpu")._state.arrays
        self.network.to(gpu)

    def check_structure(self):
        self.network.place.come_home()
        self.check("the lists of the engine", audit(self.network), 0)
        self.check("", describe_engine(self.network), describe_oracle(self.oracle))

    def check(self, what, engine, oracle):
        found = difference(engine, oracle, [what] if what else [])
        if found:
            raise Difference(f"after {', '.join(self.history) or 'nothing'}: {found}")


def named(values, hexagons):
    return values if isinstance(values, dict) else {hexagons[0].label: values}


def only(values):
    """Give the values of the only hexagon as an array, those of several as they are."""
    return next(iter(values.values())) if len(values) == 1 else values


def ask(net, x):
    """Ask a network for raw answers, as no user can: bits as probabilities."""
    state = net._state
    samples, widths = as_samples(x, net.inputs)
    raw, novelty = np.empty((len(samples), state.answers), np.float32), np.zeros(len(samples), np.float32)
    with state.widened(widths):
        net.place.run(Step(samples, None, raw, novelty))
    return raw, novelty


def audit(net):
    state = net._state
    seen = (np.zeros(int(state.record[0][name]), np.uint8) for name in ("levels_used", "rows"))
    return cpu.audit_lists(state.record, *seen)


def difference(engine, oracle, path):
    """Describe the first difference in a sentence; None where there is none, in any bit."""
    if isinstance(oracle, dict):
        keys = list(dict.fromkeys([*oracle, *engine]))
    elif isinstance(oracle, list):
        keys = range(max(len(engine), len(oracle)))
    elif isinstance(oracle, np.ndarray) and oracle.shape == engine.shape and oracle.dtype == engine.dtype:
        if engine.tobytes() == oracle.tobytes():
            return None
        keys = range(len(oracle))
    elif repr(engine) != repr(oracle):  # tells -0.0 from 0.0, and not NaN from NaN
        return f"{' · '.join(path)}: the engine has {engine}, the oracle {oracle}"
    else:
        return None
    for key in keys:
        missing = [name for name, side in (("engine", engine), ("oracle", oracle)) if not has(side, key)]
        here = [*path, str(key)]
        found = f"{' · '.join(here)}: the {missing[0]} has none" if missing else None
        found = found or difference(engine[key], oracle[key], here)
        if found:
            return found
    return None


def has(side, key):
    return key in side if isinstance(side, dict) else key < len(side)


def describe_oracle(oracle):
    return {
        "counters": {name: int(getattr(oracle, name)) for name in COUNTERS}
        | {"levels ever used at once": oracle.most_levels, "sections ever used at once": oracle.most_sections},
        "hexagons": {hexagon.position: describe_hexagon(oracle, hexagon) for hexagon in oracle.hexagons},
    }


def describe_hexagon(oracle, hexagon):
    sources = [source for source in hexagon.sources.values() if source.levels or source.hits or source.wish]
    found = {
        "width": hexagon.width,
        "blocks": len(hexagon.blocks),
        "need": float(hexagon.need),
        "sources": {source.number: describe_source(source) for source in sorted(sources, key=lambda s: s.number)},
    }
    if hexagon.kind == "output":
        names = ("bias", "border", "anchor", "hits")
        found["outputs"] = [{name: float(getattr(output, name)) for name in names} for output in hexagon.outputs]
    elif hexagon.kind == "internal":
        readers = [output.number for goal in hexagon.readers for output in goal.outputs]
        found["neurons"] = [
            {"readout": {k: block.readout[k] for k in readers}}
            | ({"echo": block.echo, "rest": block.rest} if oracle.spiking else {})
            for block in hexagon.blocks
        ]
    return found


def describe_source(source):
    names = ("low", "high", "inverse", "tension", "used", "rate")
    return {
        "hits": source.hits,
        "wish": source.wish,
        "levels": [
            {name: float(getattr(level, name)) for name in names}
            | {"sections": [{"block": s.block.number, "weights": s.weights} for s in level.sections]}
            for level in source.levels
        ],
    }


def describe_engine(net):
    state = net._state
    record = state.record[0]
    return {
        "counters": {name: int(record[name]) for name in COUNTERS}
        | {name: int(record[key]) - 1 for name, key in (
            ("levels ever used at once", "levels_used"), ("sections ever used at once", "rows"))},
        "hexagons": {
            str(hexagon.position): describe_entry(net, entry)
            for hexagon, entry in zip(state.hexagons, state.arrays.hexagons, strict=True)
        },
    }  # fmt: skip


def describe_entry(net, entry):
    """Describe one hexagon of the engine."""
    arrays, kind, start, width = net._state.arrays, entry["kind"], int(entry["start"]), int(entry["width"])
    most = {INPUT: 2 * width, INTERNAL: int(entry["most"]) * LANES, OUTPUT: 0}[int(kind)]
    mine = arrays.sources[start : start + most]
    used = start + np.flatnonzero((mine["level"] != 0) | (mine["hits"] != 0) | (mine["wish"] != 0))
    found = {
        "width": width,
        "blocks": int(entry["open"]),
        "need": float(entry["need"]),
        "sources": {int(number): describe_entry_source(arrays, arrays.sources[number]) for number in used},
    }
    if kind == OUTPUT:
        parts = zip(arrays.bias[start : start + width], arrays.scales[start : start + width], strict=True)
        found["outputs"] = [
            {"bias": float(bias)} | {name: float(scale[name]) for name in ("border", "anchor", "hits")}
            for bias, scale in parts
        ]
    elif kind == INTERNAL:
        blocks = range(int(entry["block"]), int(entry["block"] + entry["open"]))
        found["neurons"] = [describe_block(net, entry, block) for block in blocks]
    return found


def describe_block(net, entry, block):
    arrays, record = net._state.arrays, net._state.record[0]
    first = int(entry["target"])
    goals = arrays.targets["hexagon"][first + int(entry["sums"]) : first + int(entry["targets"])]
    readers = [int(g["start"]) + k for g in arrays.hexagons[goals] for k in range(int(g["width"]))]
    readout = {k: arrays.readout[block * int(record["output_count"]) + k] for k in readers}
    echoes = {"echo": arrays.echoes[block], "rest": arrays.rests[block]} if record["spiking"] else {}
    return {"readout": readout} | echoes


def describe_entry_source(arrays, source):
    levels, number = [], int(source["level"])
    while number:
        level = arrays.levels[number]
        sections, row = [], int(level["section"])
        while row:
            sections.append({"block": int(arrays.sections["block"][row]), "weights": arrays.weights[row]})
            row = int(arrays.sections["next"][row])
        names = ("low", "high", "inverse", "tension", "used", "rate")
        levels.append({name: float(level[name]) for name in names} | {"sections": sections})
        number = int(level["next"])
    return {"hits": int(source["hits"]), "wish": int(source["wish"]), "levels": levels}
