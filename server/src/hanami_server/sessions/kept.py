"""Inputs of requests that wait for their truth: only so many, and only for so long."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from hanami_server.sessions.shape import Values

Key = TypeVar("Key", bound=Hashable)


class Limits(NamedTuple):
    """How much is kept: requests, their bytes, and for how many seconds."""

    requests: int
    bytes: int
    seconds: float


class _Waiting(NamedTuple):
    inputs: Values
    rows: int
    size: int
    end: float


class Kept(Generic[Key]):
    """Inputs by what names their request; the oldest go where there are too many."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: OrderedDict[Key, _Waiting] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        self._forget_old()
        return len(self._waiting)

    @property
    def size(self) -> int:
        """Bytes of all inputs that wait."""
        return self._bytes

    def keep(self, key: Key, inputs: Values, rows: int) -> None:
        """Keep the inputs of a request, in the place of an earlier one of that name."""
        self._drop(key)
        arrays = inputs.values() if isinstance(inputs, dict) else (inputs,)
        waiting = _Waiting(inputs, rows, sum(array.nbytes for array in arrays), time.monotonic() + self._limits.seconds)
        self._waiting[key] = waiting
        self._bytes += waiting.size
        while self._waiting and (len(self._waiting) > self._limits.requests or self._bytes > self._limits.bytes):
            self._drop(next(iter(self._waiting)))

    def find(self, key: Key) -> tuple[Values, int] | None:
        """Return inputs and their number of rows; None for a request that is not, or no longer, known."""
        self._forget_old()
        waiting = self._waiting.get(key)
        return None if waiting is None else (waiting.inputs, waiting.rows)

    def done(self, key: Key) -> None:
        """Forget a request whose truth was learned."""
        self._drop(key)

    def _forget_old(self) -> None:
        now = time.monotonic()
        while self._waiting:
            key, waiting = next(iter(self._waiting.items()))
            if waiting.end > now:
                return
            self._drop(key)

    def _drop(self, key: Key) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            self._bytes -= waiting.size
