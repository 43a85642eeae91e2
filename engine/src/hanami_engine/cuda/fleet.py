"""Fleet: many networks on one GPU that learn and answer at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from hanami_engine.cuda.gpu import Gpu, Order
from hanami_engine.errors import InputError
from hanami_engine.memory import NotCopyable
from hanami_engine.network import Network
from hanami_engine.ports import Values
from hanami_engine.reports import AnswerReport, Answers, LearnReport


class Fleet(NotCopyable):
    """Many networks, of any shapes and ages, that do together what each of them can do alone.

    They stay the caller's: what they learn here they know, wherever they go.

    Parameters
    ----------
    networks : sequence of Network
        Moved to the GPU with their first rows.
    device : str or Gpu
        ``cuda``, ``cuda:1``…, or a `Gpu`.

    Raises
    ------
    DeviceError
        There is no such GPU; the message says what is missing.

    Examples
    --------
    >>> from hanami_engine import Network
    >>> from hanami_engine.cuda import Fleet, emulated_gpu
    >>> fleet = Fleet([Network(seed=seed) for seed in range(3)], emulated_gpu())
    >>> reports = fleet.learn_many([[[0, 90]], [[0, 80]], [[2000, 0]]], [[0], [0], [1]])
    >>> [report.samples for report in reports]
    [1, 1, 1]
    """

    def __init__(self, networks: Sequence[Network], device: str | Gpu = "cuda") -> None:
        from hanami_engine.cuda import gpu_of  # noqa: PLC0415  which knows what is in here

        self._gpu = gpu_of(device)
        self.networks = [network.to(self._gpu) for network in networks]

    def __len__(self) -> int:
        return len(self.networks)

    def learn_many(self, x: Sequence[Values], y: Sequence[Values], *, answer: bool = False) -> list[LearnReport]:
        """Let every network learn samples of its own, one after the other; see `Network.learn_many`.

        Parameters
        ----------
        x, y : sequences of what `Network.learn_many` takes, one for each network
            An array that several networks share goes to the device once.

        Returns
        -------
        list of LearnReport

        Raises
        ------
        InputError
            The samples of a network do not fit; the others have learned theirs.
        MemoryError
            A network has no room on the device, even alone; the others have learned theirs.
        DeviceLostError
            The device stopped answering: the networks are on the CPU again, as they were when they last came home.
        """
        self._expect("x", x)
        self._expect("y", y)
        orders = [
            Order(network, samples, targets, answer)
            for network, samples, targets in zip(self.networks, x, y, strict=True)
        ]
        return cast("list[LearnReport]", self._run(orders))

    def request_many(self, x: Sequence[Values]) -> list[AnswerReport]:
        """Let every network answer samples of its own; see `Network.request_many`, and `learn_many` for errors."""
        self._expect("x", x)
        orders = [Order(network, samples) for network, samples in zip(self.networks, x, strict=True)]
        return cast("list[AnswerReport]", self._run(orders))

    def predict_many(self, x: Sequence[Values]) -> list[Answers]:
        """Let every network answer samples of its own; see `Network.predict_many`."""
        return [report.outputs for report in self.request_many(x)]

    def come_home(self) -> None:
        """Let all networks live on the CPU again."""
        for network in self.networks:
            network.to("cpu")

    def _expect(self, field: str, given: Sequence[Values]) -> None:
        if isinstance(given, Mapping) or len(given) != len(self.networks):
            raise InputError(field, f"expected one for each of {len(self.networks)} networks")

    def _run(self, orders: Sequence[Order]) -> list[Any]:
        outcomes = self._gpu.run(orders)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return list(outcomes)
