"""What a session did lately, for those who watch it."""

import math
import time

from hanami_server.fleet.host import Effect


class Pace:
    """Counts samples, and forgets within some seconds what loss and novelty were."""

    SECONDS = 1.0

    def __init__(self) -> None:
        self.learned = self.requested = self.refused = 0
        self.loss: float | None = None
        self.novelty: float | None = None
        self.per_second = 0.0
        self._began, self._samples = time.monotonic(), 0
        self._loss = self._loss_rows = self._novelty = 0.0

    def note(self, effect: Effect) -> None:
        """Take note of samples that were learned or answered."""
        rows = len(effect.novelty)
        self._samples += rows
        self._novelty += float(effect.novelty[0] if rows == 1 else effect.novelty.sum())
        if math.isnan(effect.loss):
            self.requested += rows
            return
        self.learned += rows
        self._loss += effect.loss * rows
        self._loss_rows += rows

    def look(self) -> None:
        """Bring what is told up to date; to be called now and then."""
        now = time.monotonic()
        if now - self._began < self.SECONDS:
            return
        self.per_second = self._samples / (now - self._began)
        if self._loss_rows:
            self.loss = self._loss / self._loss_rows
        if self._samples:
            self.novelty = self._novelty / self._samples
        self._began, self._samples = now, 0
        self._loss = self._loss_rows = self._novelty = 0.0
