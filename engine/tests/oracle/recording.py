"""Recordings of cases: the calls to their networks, to be repeated on other devices without the oracle.

While a case is recorded, its networks are on the CPU beside the oracle, which checks every step.  Each call is repeated
on a second network, whose results and snapshot are kept.  Where a recording is played, results and snapshots of every
network must be the same, bit for bit.
"""

from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from hanami_engine import InputError, Network

from . import cases, compare, lives


class Step(NamedTuple):
    """One call to a network.

    Attributes
    ----------
    name : str
    call : function (network, place)
        Returns the network from then on, and what it said.
    said : list
        What it must say.
    snapshot : bytes
        What the network must be afterwards.
    """

    name: str
    call: Any
    said: list
    snapshot: bytes


def record(case):
    """Run a case with the oracle; return the calls to its networks, as a list of `Step`."""
    recording = []
    with ExitStack() as stack:
        for module in (cases, lives):
            stack.enter_context(patch.object(module, "Pair", lambda *given: Recorder(recording, *given)))
        case()
    return recording


def play(recording, place, checked=True):
    """Repeat a recording with networks on a device; raise `Difference` where a result or a snapshot is another."""
    network = None
    for number, step in enumerate(recording):
        network, said = step.call(network, place)
        network.place.come_home()
        if checked:
            found = compare.difference(said, step.said, [f"step {number}", step.name])
            if found:
                raise compare.Difference(found)
            if network.to_bytes() != step.snapshot:
                raise compare.Difference(f"step {number} · {step.name}: the networks differ from then on")


class Recorder(compare.Pair):
    """A pair that records the calls to its network."""

    def __init__(self, recording, template, seed=0):
        super().__init__(template, seed)
        self._steps, self._twin = recording, None
        self._note("birth", lambda _, place: (Network(template, seed=seed).to(place), []))

    def learn(self, x, y):
        learned = super().learn(x, y)
        x, y = (
            deepcopy(compare.only(compare.named(values, hexagons)))  # cases use their arrays again
            for values, hexagons in ((x, self.network.template.inputs), (y, self.network.template.outputs))
        )
        self._note("learn", lambda network, _: (network, learn(network, x, y)))
        return learned

    def ask(self, x):
        super().ask(x)
        x = deepcopy(compare.only(compare.named(x, self.network.template.inputs)))
        self._note("ask", lambda network, _: (network, list(compare.ask(network, x))))

    def announce(self, samples):
        super().announce(samples)
        self._note("announce", lambda network, _: (network, [network.announce(samples)]))

    def rest(self):
        super().rest()
        self._note("rest", lambda network, _: (network, [network.rest()]))

    @contextmanager
    def at_home(self):
        with super().at_home() as arrays:
            yield arrays
        data = self.network.to_bytes()
        self._note("change", lambda _, place: (Network.from_bytes(data).to(place), []))

    def _note(self, name, call):
        """Repeat a call on the second network, which must equal the network of the pair, and record it."""
        self._twin, said = call(self._twin, "cpu")
        snapshot = self._twin.to_bytes()
        assert snapshot == self.network.to_bytes()
        self._steps.append(Step(name, call, said, snapshot))


def learn(network, x, y):
    """Learn samples; return all of the report, or that they were refused."""
    try:
        report = network.learn_many(x, y, answer=True)
    except InputError as error:
        return [str(error)]
    outputs = report.outputs if isinstance(report.outputs, dict) else {"": report.outputs}
    return [report.loss, report.grown, report.novelty, {name: np.asarray(part) for name, part in outputs.items()}]
