"""What is asked of a network, as steps for whoever carries them out."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from hanami_engine import arrays, census, codecs
from hanami_engine.codecs import Stages, Told
from hanami_engine.layout import OutputValues
from hanami_engine.place import Place, Step, Steps
from hanami_engine.ports import Port, Values
from hanami_engine.records import Array
from hanami_engine.reports import AnswerReport, LearnReport
from hanami_engine.state import State

Progress = Callable[[int, int], None]
"""Called with the number of samples done and the number of all."""

PROGRESS_INTERVAL = 0.05  # seconds between two calls of a progress function
_NO_ANSWERS = np.empty((0, 0), np.float32)


class Calls:
    """Turns what users hand in into steps, and what came of them into reports.

    Attributes
    ----------
    inputs, outputs : tuple of Port
        What is known of the data so far.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._samples, self._born, self._loss = (state.record[name] for name in ("samples", "born", "loss"))  # views
        self.look_again()

    def look_again(self) -> None:
        """Find out from the state what is known of the data."""
        self.inputs, self.outputs = self._state.ports()
        self._widths = tuple(port.width for port in self.inputs)
        self._usual = self._usual_shape()

    def learning(self, place: Place, x: Values, y: Values, answer: bool, progress: Progress | None) -> Steps:
        """Give the steps of `Network.learn_many`."""
        place.prepare()
        samples, widths = codecs.as_samples(x, self.inputs)
        targets, outputs = codecs.as_targets(y, len(samples), self.outputs)
        novelty, told = np.zeros(len(samples), np.float32), Told() if answer else None
        stages = {len(samples): outputs}
        is_new = self._samples[0] == 0  # what a template fixes may never fit either
        changes = len(samples) > 0 and (is_new or widths != self._widths or outputs != self.outputs)
        if changes:
            stages |= codecs.stages(targets, self.outputs, outputs)
            census.expect_room(self._state, outputs)
        try:
            if changes:
                yield self._room_for(widths, outputs)
            before = int(self._born[0])
            self._loss[0] = 0.0
            yield from self._rows(samples, targets, novelty, told, stages, progress)
        finally:
            if len(stages) > 1 or is_new:
                self._fit(widths, outputs)
        loss, grown = float(self._loss[0]) / max(len(samples), 1), int(self._born[0]) - before
        return LearnReport(len(samples), loss, grown, novelty, told and told.answers(self.outputs))

    def is_usual(self, x: Values, y: Values) -> bool:
        """Say whether this is one more sample of known width and class, as streams of samples mostly are."""
        if type(x) is not np.ndarray or type(y) is not np.ndarray or x.shape != self._usual or y.shape != (1, 1):
            return False
        if not (x.dtype in arrays.DIRECT and y.dtype == np.float32 and x.flags.c_contiguous and x.flags.aligned):
            return False
        label = y.item()
        return bool(y.flags.aligned and 0 <= label < self.outputs[0].width and label == int(label))

    def learn_usual(self, place: Place, x: Array, y: Array, answer: bool) -> LearnReport:
        """Do what `learning` does, without looking at everything again: every microsecond counts in a session."""
        novelty = np.zeros(1, np.float32)
        raw = np.empty((1, self.outputs[0].width), np.float32) if answer else _NO_ANSWERS
        before = int(self._born[0])
        self._loss[0] = 0.0
        place.run(Step(x, y, raw, novelty))
        return LearnReport(1, float(self._loss[0]), int(self._born[0]) - before, novelty, raw if answer else None)

    def asking(self, place: Place, x: Values) -> Steps:
        """Give the step of `Network.request_many`."""
        place.prepare()
        samples, widths = codecs.as_samples(x, self.inputs)
        raw = np.empty((len(samples), self._state.answers), np.float32)
        novelty = np.zeros(len(samples), np.float32)
        with nullcontext() if widths == self._widths else self._state.widened(widths):
            yield Step(samples, None, raw, novelty)
        return AnswerReport(codecs.as_answers(raw, self.outputs), novelty)

    def _rows(
        self,
        samples: Array,
        targets: Array,
        novelty: Array,
        told: Told | None,
        stages: Stages,
        progress: Progress | None,
    ) -> Steps:
        """Give the rows to learn; from each row that `stages` names on, outputs are what it says there."""
        done, stride, borders = 0, 16 if progress else len(samples), sorted(stages)
        while done < len(samples):
            began = time.perf_counter()
            if done in stages:
                self._fit(self._widths, stages[done])
            end = min(done + stride, borders[bisect_right(borders, done)])
            rows = slice(done, end)
            raw = _NO_ANSWERS if told is None else told.room(end - done, self.outputs)
            yield Step(samples[rows], targets[rows], raw, novelty[rows])
            done = end
            if progress:
                progress(done, len(samples))
                spent = max(time.perf_counter() - began, 1e-6)
                stride = max(1, min(2 * stride, int(stride * PROGRESS_INTERVAL / spent)))

    def _room_for(self, widths: tuple[int, ...], outputs: tuple[Port, ...]) -> Step:
        """Let open hexagons become as wide as the data; gives the step that draws weights to new outputs."""
        self._fit(widths, outputs)
        none = np.zeros(0, np.float32)
        empty = none.reshape(0, 1)
        return Step(empty, empty, _NO_ANSWERS, none)

    def _fit(self, widths: tuple[int, ...], outputs: tuple[Port, ...]) -> None:
        """Let hexagons be as wide as the data, and mean what it means."""
        self.inputs = tuple(replace(port, width=width) for port, width in zip(self.inputs, widths, strict=True))
        self.outputs, self._widths = outputs, widths
        self._state.fit(self.inputs, outputs)
        self._usual = self._usual_shape()

    def _usual_shape(self) -> tuple[int, ...]:
        """Give the shape of one more sample where all that comes is known: one input, and classes."""
        known = len(self._widths) == 1 == len(self.outputs) and self.outputs[0].values is OutputValues.CLASS
        return (1, self._widths[0]) if known and self._widths[0] and self._samples[0] else ()
