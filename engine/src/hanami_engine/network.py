"""Network: the public face of the engine."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

import numpy as np

from hanami_engine import arrays, census, codecs, jit, snapshot
from hanami_engine.codecs import Stages, Told
from hanami_engine.cpu import learn_rows, predict_rows
from hanami_engine.errors import InputError, SnapshotError
from hanami_engine.layout import OutputValues
from hanami_engine.ports import Port, Values
from hanami_engine.records import Array
from hanami_engine.reports import Answer, AnswerReport, Answers, Learned, LearnReport, Stats
from hanami_engine.state import State
from hanami_engine.template import Template
from hanami_engine.workspace import workspace

Progress = Callable[[int, int], None]
"""Called with the number of samples done and the number of all."""

LARGEST_SEED = 2**64 - 1
PROGRESS_INTERVAL = 0.05  # seconds between two calls of a progress function
_NO_ANSWERS = np.empty((0, 0), np.float32)


class Network:
    """A network that grows while it learns, one raw sample at a time.

    A network is used by one thread at a time; different networks learn at the same time on different threads, for
    compiled code runs without the GIL.

    Parameters
    ----------
    template : Template, optional
        Where hexagons are and how large; nothing is connected by it.  Without one, a single internal hexagon lies
        between an input and an output whose sizes and meaning follow from the data.
    seed : int
        Of every random number, 0 to 2**64 - 1.  The same seed and samples give the same bytes, however the stream of
        samples is cut into calls.  (Near the memory limit a call with new classes keeps room for them from its first
        sample on.)

    Raises
    ------
    InputError
        The seed is out of range.
    MemoryError
        The system grants no addresses for as much memory as the template allows.

    Examples
    --------
    >>> from hanami_engine import Network
    >>> network = Network()
    >>> for _ in range(300):
    ...     _ = network.learn([0, 90], 0)
    ...     _ = network.learn([2000, 0], 1)
    >>> network.predict([0, 90]).argmax(), network.predict([2000, 0]).argmax()
    (np.int64(0), np.int64(1))
    >>> network.request([0, 360]).novelty  # two doublings beyond anything seen
    2.0
    """

    def __init__(self, template: Template | None = None, *, seed: int = 0) -> None:
        if not 0 <= seed <= LARGEST_SEED:
            raise InputError("seed", f"expected a whole number from 0 to {LARGEST_SEED}")
        template = template or Template.for_data()
        self._adopt(template, State.new(template, seed))

    def _adopt(self, template: Template, state: State) -> None:
        """Become the network of this state."""
        jit.warm_up()
        workspace(state)  # the first sample would be late to find that there is no room for any
        self._template, self._state = template, state
        self._samples, self._born, self._loss = (state.record[name] for name in ("samples", "born", "loss"))  # views
        self._inputs, self._outputs = state.ports()
        self._widths = tuple(port.width for port in self._inputs)
        self._usual = self._usual_shape()

    @property
    def template(self) -> Template:
        """The template that the network was made from."""
        return self._template

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Input hexagons as data sees them: name, meaning, values so far."""
        return self._inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Output hexagons as data sees them: name, meaning (None before the first targets decide it), values so far."""
        return self._outputs

    @property
    def samples(self) -> int:
        """Number of samples learned so far."""
        return int(self._samples[0])

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
        self._state.record["announced"] = samples or 0
        self._state.record["elapsed"] = 0

    def learn(self, x: Values, y: Values) -> Learned:
        """Learn one sample.

        Parameters
        ----------
        x : array-like [inputs], or mapping of names to such
            Raw values; uint8 and float32 arrays are taken without a copy.  NaN means no reading.
        y : int, or array-like [outputs], or mapping of names to such
            The class, or the values; NaN among real ones means that the truth is not known.

        Returns
        -------
        Learned
            Loss of the sample before it was learned (cross entropy in nats, or mean square error in parts of the
            squared range of the outputs; summed over output hexagons), number of sections that were born, novelty.

        Raises
        ------
        InputError
            The sample or its target does not fit; the network is unchanged.
        """
        report = self.learn_many(_as_row("x", x), _as_row("y", y))
        return Learned(report.loss, report.grown, float(report.novelty[0]))

    def learn_many(
        self, x: Values, y: Values, *, answer: bool = False, progress: Progress | None = None
    ) -> LearnReport:
        """Learn samples one after the other.

        Parameters
        ----------
        x : array-like [n, inputs], or mapping of names to such
            Raw values; C-contiguous uint8 and float32 arrays are taken without a copy, read-only ones too.
        y : array-like [n] of classes, or [n, outputs] of values, or mapping of names to such
        answer : bool
            Also give the answer to every sample as it stands when the truth is told: what the sample needed has grown
            by then, and nothing is corrected yet.  Classes that came later were not answered: they are 0.
        progress : function (done, total), optional
            Called about every 50 ms.

        Returns
        -------
        LearnReport
            Number of samples, their mean loss, number of sections that were born, novelty of every sample; answers.

        Raises
        ------
        InputError
            A sample or target does not fit, or there is no room for more outputs; nothing is learned then.
        MemoryError
            The system grants this thread no addresses to work in; nothing is learned then.
        """
        if self._is_usual(x, y):
            return self._learn_usual(cast("Array", x), cast("Array", y), answer=answer)
        work = workspace(self._state)
        samples, widths = codecs.as_samples(x, self._inputs)
        targets, outputs = codecs.as_targets(y, len(samples), self._outputs)
        novelty, told = np.zeros(len(samples), np.float32), Told() if answer else None
        stages = {len(samples): outputs}
        is_new = self._samples[0] == 0  # what a template fixes may never fit either
        if len(samples) > 0 and (is_new or widths != self._widths or outputs != self._outputs):
            stages |= codecs.stages(targets, self._outputs, outputs)
            self._make_room(widths, outputs, work)
        before = int(self._born[0])
        self._loss[0] = 0.0
        try:
            self._learn(samples, targets, novelty, told, stages, work, progress)
        finally:
            if len(stages) > 1 or is_new:
                self._fit(widths, outputs)
        loss, grown = float(self._loss[0]) / max(len(samples), 1), int(self._born[0]) - before
        return LearnReport(len(samples), loss, grown, novelty, told and told.answers(self._outputs))

    def _is_usual(self, x: Values, y: Values) -> bool:
        """Say whether this is one more sample of known width and class, as streams of samples mostly are."""
        if type(x) is not np.ndarray or type(y) is not np.ndarray or x.shape != self._usual or y.shape != (1, 1):
            return False
        if not (x.dtype in arrays.DIRECT and y.dtype == np.float32 and x.flags.c_contiguous and x.flags.aligned):
            return False
        label = y.item()
        return bool(y.flags.aligned and 0 <= label < self._outputs[0].width and label == int(label))

    def _learn_usual(self, x: Array, y: Array, *, answer: bool) -> LearnReport:
        """Do what `learn_many` does, without looking at everything again: every microsecond counts in a session."""
        novelty = np.zeros(1, np.float32)
        raw = np.empty((1, self._outputs[0].width), np.float32) if answer else _NO_ANSWERS
        before = int(self._born[0])
        self._loss[0] = 0.0
        learn_rows(x, y, raw, novelty, self._state.record, workspace(self._state))
        return LearnReport(1, float(self._loss[0]), int(self._born[0]) - before, novelty, raw if answer else None)

    def _learn(
        self,
        samples: Array,
        targets: Array,
        novelty: Array,
        told: Told | None,
        stages: Stages,
        work: Array,
        progress: Progress | None,
    ) -> None:
        """Learn rows; from each row that `stages` names on, outputs are what it says there."""
        if progress is None and len(stages) == 1:  # the usual way, where every microsecond counts
            raw = _NO_ANSWERS if told is None else told.room(len(samples), self._outputs)
            learn_rows(samples, targets, raw, novelty, self._state.record, work)
            return
        done, stride, borders = 0, 16 if progress else len(samples), sorted(stages)
        while done < len(samples):
            began = time.perf_counter()
            if done in stages:
                self._fit(self._widths, stages[done])
            end = min(done + stride, borders[bisect_right(borders, done)])
            rows = slice(done, end)
            raw = _NO_ANSWERS if told is None else told.room(end - done, self._outputs)
            learn_rows(samples[rows], targets[rows], raw, novelty[rows], self._state.record, work)
            done = end
            if progress:
                progress(done, len(samples))
                spent = max(time.perf_counter() - began, 1e-6)
                stride = max(1, min(2 * stride, int(stride * PROGRESS_INTERVAL / spent)))

    def _make_room(self, widths: tuple[int, ...], outputs: tuple[Port, ...], work: Array) -> None:
        """Let open hexagons become as wide as the data, or raise InputError where there is no room for it."""
        census.expect_room(self._state, outputs)
        self._fit(widths, outputs)
        none = np.zeros(0, np.float32)
        empty = none.reshape(0, 1)
        learn_rows(empty, empty, _NO_ANSWERS, none, self._state.record, work)

    def _fit(self, widths: tuple[int, ...], outputs: tuple[Port, ...]) -> None:
        """Let hexagons be as wide as the data, and mean what it means."""
        self._inputs = tuple(replace(port, width=width) for port, width in zip(self._inputs, widths, strict=True))
        self._outputs, self._widths = outputs, widths
        self._state.fit(self._inputs, outputs)
        self._usual = self._usual_shape()

    def _usual_shape(self) -> tuple[int, ...]:
        """Give the shape of one more sample where all that comes is known: one input, and classes."""
        known = len(self._widths) == 1 == len(self._outputs) and self._outputs[0].values is OutputValues.CLASS
        return (1, self._widths[0]) if known and self._widths[0] and self._samples[0] else ()

    def predict(self, x: Values) -> Answers:
        """Answer one sample.

        The network stays as it is, but for one thing: where its template spikes, a request is a step in time as well.

        Parameters
        ----------
        x : array-like [inputs], or mapping of names to such

        Returns
        -------
        array [outputs], or dict of such by name where there are several output hexagons
            Probabilities of the classes, real values, booleans, integers or floats.

        Raises
        ------
        InputError
            The sample does not fit.
        """
        return self.request(x).outputs

    def predict_many(self, x: Values) -> Answers:
        """Answer samples, one after the other; like `predict`, with arrays [n, outputs]."""
        return self.request_many(x).outputs

    def request(self, x: Values) -> Answer:
        """Answer one sample, and say how new it is; see `predict`.

        Returns
        -------
        Answer
            Outputs, and the novelty: for every active input that never was active 1, for every value beyond the range
            of its input the doublings beyond it, for every value that a matching input does not know 1; in sum.
        """
        outputs, novelty = self.request_many(_as_row("x", x))
        if isinstance(outputs, dict):
            return Answer({name: rows[0] for name, rows in outputs.items()}, float(novelty[0]))
        return Answer(outputs[0], float(novelty[0]))

    def request_many(self, x: Values) -> AnswerReport:
        """Answer samples, one after the other, and say how new each of them is; see `request`.

        Parameters
        ----------
        x : array-like [n, inputs], or mapping of names to such
            Open input hexagons do not widen: columns that were never learned are new, and answer nothing.

        Raises
        ------
        InputError
            A sample does not fit.
        """
        samples, widths = codecs.as_samples(x, self._inputs)
        raw = np.empty((len(samples), self._state.answers), np.float32)
        novelty = np.zeros(len(samples), np.float32)
        with nullcontext() if widths == self._widths else self._state.widened(widths):
            predict_rows(samples, raw, novelty, self._state.record, workspace(self._state))
        return AnswerReport(codecs.as_answers(raw, self._outputs), novelty)

    def rest(self) -> None:
        """Let all echoes of earlier samples fade at once: what comes next has nothing to do with them.

        Without spiking there are none.
        """
        self._state.arrays.echoes[:] = 0
        self._state.arrays.rests[:] = 0

    def stats(self) -> Stats:
        """Count what the network is made of."""
        return Stats(**census.count(self._state))

    def to_bytes(self, notes: Mapping[str, str] | None = None) -> bytes:
        """Give a snapshot: safetensors with a checksum; the same network gives the same bytes.

        Parameters
        ----------
        notes : mapping of str to str, optional
            Texts to keep with it, under the same checksum; the network does not look at them, see
            `snapshot.read_notes`.
        """
        return snapshot.write(self._template, self._state, notes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Network:
        """Restore a network that continues exactly where the saved one stood.

        Raises
        ------
        SnapshotError
            Not a snapshot, damaged, or from an unknown version.
        MemoryError
            The system grants no addresses for it.
        """
        network = cls.__new__(cls)
        network._adopt(*snapshot.read(data))  # noqa: SLF001  there is no template to begin with
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
        MemoryError
            The system grants no addresses for it.
        """
        try:
            return cls.from_bytes(Path(path).read_bytes())
        except SnapshotError as error:
            raise SnapshotError(f"{Path(path).name}: {error}") from error


def _as_row(field: str, values: Values) -> Values:
    """Turn one sample or target into a table of one row."""
    if isinstance(values, Mapping):
        return {name: arrays.as_row(f"{field}.{name}", part) for name, part in values.items()}
    row: Values = arrays.as_row(field, values)
    return row
