"""Network: the public face of the engine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanami_engine import codecs, jit, snapshot
from hanami_engine.cpu import learn_rows, predict_rows
from hanami_engine.errors import InputError, SnapshotError
from hanami_engine.state import LANES, Array, State
from hanami_engine.template import Template, Values

Progress = Callable[[int, int], None]
"""Called with the number of samples done and the number of all."""

LARGEST_SEED = 2**64 - 1
PROGRESS_INTERVAL = 0.05  # seconds between two calls of a progress function


class Learned(NamedTuple):
    """What learning one sample did: its loss before it was learned, and how many sections were born."""

    loss: float
    grown: int


class LearnReport(NamedTuple):
    """What learning many samples did: their number, their mean loss, and how many sections were born."""

    samples: int
    loss: float
    grown: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a network is made of.

    Attributes
    ----------
    samples : int
        Samples learned so far.
    inputs : int
        Inputs that were ever active; only they own anything.
    sections, synapses : int
        Sections from inputs, and synapses in them and to the outputs.
    bytes : int
        Memory of the network, room for growth included.
    """

    samples: int
    inputs: int
    sections: int
    synapses: int
    bytes: int


class Network:
    """A network that grows while it learns, one raw sample at a time.

    A network is used by one thread at a time; different networks learn at the same time on different threads, for
    compiled code runs without the GIL.

    Parameters
    ----------
    template : Template
        Where hexagons are and how large; nothing is connected by it.
    seed : int
        Of every random number, 0 to 2**64 - 1.  The same seed and samples give the same bytes, however the stream of
        samples is cut into calls.

    Raises
    ------
    InputError
        The seed is out of range.

    Examples
    --------
    >>> from hanami_engine import Network, Template
    >>> network = Network(Template.parse('''
    ... version: 1
    ... hexagons:
    ...   - {position: [1, 1, 1], type: input, size: 2}
    ...   - {position: [2, 1, 1], type: internal, size: 128}
    ...   - {position: [3, 1, 1], type: output, size: 2}
    ... '''))
    >>> network.stats().synapses
    0
    >>> for _ in range(300):
    ...     _ = network.learn([0, 90], 0)
    ...     _ = network.learn([2000, 0], 1)
    >>> network.predict([0, 90]).argmax(), network.predict([2000, 0]).argmax()
    (np.int64(0), np.int64(1))
    """

    def __init__(self, template: Template, *, seed: int = 0) -> None:
        if not 0 <= seed <= LARGEST_SEED:
            raise InputError("seed", f"expected a whole number from 0 to {LARGEST_SEED}")
        self._template = template
        self._state = State.new(template.input_size, template.internal.size, template.output_size, seed)
        self._classes = template.output_kind is Values.CLASS
        jit.warm_up()

    @property
    def template(self) -> Template:
        """The template that the network was made from."""
        return self._template

    def announce(self, samples: int | None) -> None:
        """Say how many samples will come, so that the learning rate can fall over them.

        An announced training ends about 0.4 points better on MNIST than an endless stream.  After the announced
        samples the rate stays at its lowest, 2 % of the first.

        Parameters
        ----------
        samples : int or None
            Number of samples from now on, at least 1; None for an endless stream, which is what a new network expects.

        Raises
        ------
        InputError
            The number is not at least 1.
        """
        if samples is not None and not 0 < samples < 2**62:
            raise InputError("samples", "expected at least 1, or None for an endless stream")
        self._state.ledger["announced"] = samples or 0
        self._state.ledger["elapsed"] = 0

    def learn(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Learned:
        """Learn one sample.

        Parameters
        ----------
        x : array-like [inputs]
            Raw values; uint8 and float32 arrays are taken without a copy.  NaN means no reading.
        y : int, or array-like [outputs]
            The class, or the real values.

        Returns
        -------
        Learned
            Loss of the sample (cross entropy in nats, or mean square error in parts of the squared range of the
            outputs) and the number of sections that were born.

        Raises
        ------
        InputError
            The sample or its target does not fit; the network is unchanged.
        """
        report = self.learn_many(np.asarray(x)[None], np.asarray(y)[None])
        return Learned(report.loss, report.grown)

    def learn_many(self, x: npt.ArrayLike, y: npt.ArrayLike, *, progress: Progress | None = None) -> LearnReport:
        """Learn samples one after the other.

        Parameters
        ----------
        x : array-like [n, inputs]
            Raw values; C-contiguous uint8 and float32 arrays are taken without a copy, read-only ones too.
        y : array-like [n] of classes, or [n, outputs] of real values
        progress : function (done, total), optional
            Called about every 50 ms.

        Returns
        -------
        LearnReport
            Number of samples, their mean loss, and how many sections were born.

        Raises
        ------
        InputError
            A sample or target does not fit; nothing is learned then.
        """
        samples = codecs.as_samples(x, self._template.input_size)
        outputs = self._template.output_size
        labels, values = np.empty(0, np.int64), np.empty((0, outputs), np.float32)
        if self._classes:
            labels = codecs.as_labels(y, len(samples), outputs)
        else:
            values = codecs.as_values(y, len(samples), outputs)
        before = int(self._state.ledger["born"][0])
        self._state.ledger["loss"] = 0.0
        done, stride = 0, 16 if progress else len(samples)
        while done < len(samples):
            began = time.perf_counter()
            end = min(done + stride, len(samples))
            self._learn_rows(samples[done:end], labels[done:end], values[done:end])
            done = end
            if progress:
                progress(done, len(samples))
                spent = max(time.perf_counter() - began, 1e-6)
                stride = max(1, min(2 * stride, int(stride * PROGRESS_INTERVAL / spent)))
        grown = int(self._state.ledger["born"][0]) - before
        return LearnReport(done, float(self._state.ledger["loss"][0]) / max(done, 1), grown)

    def _learn_rows(self, samples: Array, labels: Array, values: Array) -> None:
        """Learn rows, making room whenever the kernel stops for it."""
        settings, state, start = self._template.settings, self._state, 0
        while True:
            start = learn_rows(
                samples, labels, values, start, np.float32(settings.learning_rate), np.float32(settings.dead_zone),
                state.sources, state.rows, state.weights, state.free, state.readout, state.bias, state.scales,
                state.ledger,
            )  # fmt: skip
            if start == len(samples):
                return
            state.make_room()

    def predict(self, x: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Answer one sample; the network stays as it is.

        Parameters
        ----------
        x : array-like [inputs]

        Returns
        -------
        float32 array [outputs]
            Probabilities of the classes, or real values.

        Raises
        ------
        InputError
            The sample does not fit.
        """
        answer: npt.NDArray[np.float32] = self.predict_many(np.asarray(x)[None])[0]
        return answer

    def predict_many(self, x: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Answer samples; the network stays as it is.

        Parameters
        ----------
        x : array-like [n, inputs]

        Returns
        -------
        float32 array [n, outputs]
            Probabilities of the classes, or real values.

        Raises
        ------
        InputError
            A sample does not fit.
        """
        samples, state = codecs.as_samples(x, self._template.input_size), self._state
        answers = np.empty((len(samples), self._template.output_size), np.float32)
        predict_rows(
            samples, answers, self._classes,
            state.sources, state.rows, state.weights, state.readout, state.bias, state.scales, state.ledger,
        )  # fmt: skip
        return answers

    def stats(self) -> Stats:
        """Count what the network is made of."""
        state, neurons = self._state, self._template.internal.size
        alive = (state.sources["hits"] > 0).reshape(2, -1).any(axis=0)
        lanes = np.minimum(LANES, neurons - LANES * np.arange(state.rows.shape[1]))
        to_neurons = int((state.rows >= 0).sum(axis=0) @ lanes)
        to_outputs = neurons * self._template.output_size if state.readout.size else 0
        return Stats(
            samples=int(state.ledger["samples"][0]),
            inputs=int(alive.sum()),
            sections=state.sections,
            synapses=to_neurons + to_outputs,
            bytes=state.nbytes,
        )

    def to_bytes(self) -> bytes:
        """Give a snapshot: safetensors with a checksum; the same network gives the same bytes."""
        return snapshot.write(self._template, self._state)

    @classmethod
    def from_bytes(cls, data: bytes) -> Network:
        """Restore a network that continues exactly where the saved one stood.

        Raises
        ------
        SnapshotError
            Not a snapshot, damaged, or from an unknown version.
        """
        template, state = snapshot.read(data)
        network = cls(template)
        network._state = state
        return network

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a snapshot to a file, on the disk when this returns; one of that name is replaced in one step or not.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        target = Path(path)
        with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            try:
                file.write(self.to_bytes())
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else the new name may be lost with the power
        finally:
            os.close(folder)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Restore a network from a file.

        Raises
        ------
        OSError
            The file cannot be read.
        SnapshotError
            It is not a snapshot, damaged, or from an unknown version.
        """
        try:
            return cls.from_bytes(Path(path).read_bytes())
        except SnapshotError as error:
            raise SnapshotError(f"{Path(path).name}: {error}") from error
