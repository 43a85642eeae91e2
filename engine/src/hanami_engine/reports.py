"""What a network reports: of learning, of answers, and of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Answers = Any
"""Answers of the only output hexagon as an array, or of each by its name."""


class Learned(NamedTuple):
    """What learning one sample did: its loss before it was learned, sections that were born, and how new it was."""

    loss: float
    grown: int
    novelty: float


class LearnReport(NamedTuple):
    """What learning many samples did: their number, their mean loss, sections that were born.

    `novelty` is a float32 array [samples]: how new each sample was when its turn came.  `outputs` are the answers to
    every sample before the truth was told, where they were asked for.
    """

    samples: int
    loss: float
    grown: int
    novelty: npt.NDArray[np.float32]
    outputs: Answers = None


class Answer(NamedTuple):
    """An answer, and how new the sample was to the network."""

    outputs: Answers
    novelty: float


class AnswerReport(NamedTuple):
    """Answers to many samples, and how new each of them was: float32 array [samples]."""

    outputs: Answers
    novelty: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stats:
    """What a network is made of.

    Attributes
    ----------
    samples : int
        Samples learned so far.
    inputs : int
        Inputs that own sections.
    neurons : int
        Neurons of the blocks in use.
    levels, sections, synapses : int
        Levels of all sources, their sections, and synapses in these and to the outputs.
    bytes : int
        Memory that the network has written to; more is only addresses.
    """

    samples: int
    inputs: int
    neurons: int
    levels: int
    sections: int
    synapses: int
    bytes: int
