"""What a case asks of its networks, written down, so that other devices can be asked the same without the oracle.

While a case is recorded its networks live on the CPU beside the oracle, which checks every step; a twin is asked the
same, and what it says and is after each step is kept.  Where a tape is played, each network must say and be the same,
in every bit.
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
    """Live through a case with the oracle; return what was asked, as a list of `Step`."""
    tape = []
    with ExitStack() as stack:
        for module in (cases, lives):
            stack.enter_context(patch.object(module, "Pair", lambda *given: Recorder(tape, *given)))
        case()
    return tape


def play(tape, place, checked=True):
    """Ask networks that live at a place what a tape says; raise a `Difference` from what they said and were."""
    network = None
    for number, step in enumerate(tape):
        network, said = step.call(network, place)
        network.place.come_home()
        if checked:
            found = compare.difference(said, step.said, [f"step {number}", step.name])
            if found:
                raise compare.Difference(found)
            if network.to_bytes() != step.snapshot:
                raise compare.Difference(f"step {number} · {step.name}: the networks differ from then on")


class Recorder(compare.Pair):
    """A pair that writes down what its network is asked."""

    def __init__(self, tape, template, seed=0):
        super().__init__(template, seed)
        self._tape, self._twin = tape, None
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
        """Ask the twin, which must be as the network of the pair, and write down what it says."""
        self._twin, said = call(self._twin, "cpu")
        snapshot = self._twin.to_bytes()
        assert snapshot == self.network.to_bytes()
        self._tape.append(Step(name, call, said, snapshot))


def learn(network, x, y):
    """Learn samples; return all of the report, or that they were refused."""
    try:
        report = network.learn_many(x, y, answer=True)
    except InputError as error:
        return [str(error)]
    outputs = report.outputs if isinstance(report.outputs, dict) else {"": report.outputs}
    return [report.loss, report.grown, report.novelty, {name: np.asarray(part) for name, part in outputs.items()}]
