"""Where a network lives: what carries its samples through it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, Protocol

from hanami_engine.memory import NotCopyable
from hanami_engine.records import Array
from hanami_engine.state import State
from hanami_engine.workspace import workspace


class Step(NamedTuple):
    """Rows that are to be carried through a network, one after the other; without any, it makes room for new outputs.

    Attributes
    ----------
    samples : uint8 or float32 array [n, columns]
    targets : float32 array [n, columns], or None
        None only asks.
    answers : float32 array [n, outputs], or [0, 0] where none are wanted; written
    novelty : float32 array [n], written
    """

    samples: Array
    targets: Array | None
    answers: Array
    novelty: Array


Steps = Generator[Step, None, Any]
"""A call to a network: gives one step after the other for somebody to carry out, and returns its report."""


class Place(Protocol):
    """Where a network lives.

    Attributes
    ----------
    id : str
        ``cpu``, or that of a device.
    gone : bool
        It does not exist any more.
    lost : int
        Samples that were learned since the network last was at home, when that happened.
    """

    id: str
    gone: bool
    lost: int

    def prepare(self) -> None:
        """Find out whether there is room to work in; raises MemoryError."""

    def run(self, step: Step) -> None:
        """Carry rows through the network."""

    def come_home(self) -> None:
        """See to it that the arrays on the host are the network as it is now."""

    def rest(self) -> None:
        """Let all echoes fade."""

    def leave(self) -> None:
        """Let the network go home for good."""

    def go_back(self) -> None:
        """Be the network that the host has, where the place is gone."""


class Cpu(NotCopyable):
    """The cores of this machine: a network lives in its arrays, and every thread has room for one sample."""

    id, gone, lost = "cpu", False, 0

    def __init__(self, state: State) -> None:
        from hanami_engine import cpu  # noqa: PLC0415  Numba comes with it

        self._state, self._kernels = state, cpu

    def prepare(self) -> None:
        """Find out whether there is room to work in."""
        workspace(self._state)

    def run(self, step: Step) -> None:
        """Carry rows through the network, without the GIL."""
        kernels, state, work = self._kernels, self._state, workspace(self._state)
        if step.targets is None:
            kernels.predict_rows(step.samples, step.answers, step.novelty, state.record, work)
        else:
            kernels.learn_rows(step.samples, step.targets, step.answers, step.novelty, state.record, work)

    def come_home(self) -> None:
        """Do nothing: it is at home."""

    def rest(self) -> None:
        """Let all echoes fade."""
        self._state.arrays.echoes[:] = 0
        self._state.arrays.rests[:] = 0

    def leave(self) -> None:
        """Do nothing: it is at home."""

    def go_back(self) -> None:
        """Do nothing: the cores of a machine are never gone."""


def carry_out(steps: Steps, place: Place) -> Any:  # noqa: ANN401  what the call reports
    """Carry out all steps of a call; gives its report."""
    try:
        while True:
            place.run(next(steps))
    except StopIteration as end:
        return end.value
    finally:
        steps.close()
