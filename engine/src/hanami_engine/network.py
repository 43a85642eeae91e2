"""Network: the public face of the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hanami_engine import arrays, census, jit, snapshot
from hanami_engine.calls import Calls, Progress
from hanami_engine.errors import DeviceLostError, InputError, SnapshotError
from hanami_engine.files import write_file
from hanami_engine.place import Cpu, Place, Steps, carry_out
from hanami_engine.ports import Port, Values
from hanami_engine.records import Array
from hanami_engine.reports import Answer, AnswerReport, Answers, Learned, LearnReport, Stats
from hanami_engine.state import State
from hanami_engine.template import Template

if TYPE_CHECKING:
    from hanami_engine.cuda.gpu import Gpu

LARGEST_SEED = 2**64 - 1


class Network:
    """A network that grows while it learns, one raw sample at a time.

    A network is used by one thread at a time; different networks learn at the same time on different threads, for
    compiled code runs without the GIL.

    `copy.copy`, `copy.deepcopy` and `pickle` go through a snapshot: the copy is a network of its own, lives on the CPU
    wherever the original lives, and continues bit for bit as the original would.

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
        self._template, self._state = template, state
        self._place: Place = Cpu(state)
        self._place.prepare()  # the first sample would be late to find that there is no room for any
        self._samples = state.record["samples"]  # a view
        self._calls = Calls(state)

    @property
    def device(self) -> str:
        """Where the network lives: ``cpu``, or the id of a GPU such as ``cuda:0``."""
        return self.place.id

    @property
    def place(self) -> Place:
        """Where the network lives, for those who carry out its steps; the CPU once a GPU was lost."""
        place = self._place
        if place.gone:
            place.go_back()
            self._place = Cpu(self._state)
            self._calls.look_again()
            if place.lost:
                raise DeviceLostError(f"{place.id} stopped answering", place.lost)
        return self._place

    def to(self, device: str | Gpu) -> Network:
        """Let the network live somewhere else; what it learns and answers is the same everywhere, bit for bit.

        Parameters
        ----------
        device : str or Gpu
            ``cpu``, ``cuda`` (the first GPU), ``cuda:1``…, or a `cuda.Gpu`.

        Returns
        -------
        Network
            This one.

        Raises
        ------
        DeviceError
            There is no such GPU; the message says what is missing.
        DeviceLostError
            The GPU that it lived on stopped answering: the network is on the CPU, as it was when it last came home.
        """
        if device == "cpu":
            gpu = None
        else:
            from hanami_engine.cuda import gpu_of  # noqa: PLC0415  only who asks for a GPU pays for its import

            gpu = gpu_of(device)
        place = self.place
        if place.id != (gpu.id if gpu else "cpu"):
            place.leave()
            self._place = Cpu(self._state)  # where it stays if the GPU is lost
            if gpu is not None:
                self._place = gpu.admit(self._state)
        return self

    @property
    def template(self) -> Template:
        """The template that the network was made from."""
        return self._template

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Input hexagons as data sees them: name, meaning, values so far."""
        return self._calls.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Output hexagons as data sees them: name, meaning (None before the first targets decide it), values so far."""
        return self._calls.outputs

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
        if self._calls.is_usual(x, y):
            return self._calls.learn_usual(self.place, cast("Array", x), cast("Array", y), answer)
        report: LearnReport = carry_out(self.learning(x, y, answer=answer, progress=progress), self.place)
        return report

    def learning(self, x: Values, y: Values, *, answer: bool = False, progress: Progress | None = None) -> Steps:
        """Give the steps of `learn_many`, for somebody else to carry out; they return what it returns.

        Every step must be done before the next is asked for, and nothing else with the network in between.
        """
        return self._calls.learning(self.place, x, y, answer, progress)

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
        report: AnswerReport = carry_out(self.asking(x), self.place)
        return report

    def asking(self, x: Values) -> Steps:
        """Give the step of `request_many`, for somebody else to carry out; it returns what that returns."""
        return self._calls.asking(self.place, x)

    def rest(self) -> None:
        """Let all echoes of earlier samples fade at once: what comes next has nothing to do with them.

        Without spiking there are none.
        """
        self.place.rest()

    def stats(self) -> Stats:
        """Count what the network is made of."""
        self.place.come_home()
        return Stats(**census.count(self._state))

    def to_bytes(self, notes: Mapping[str, str] | None = None) -> bytes:
        """Give a snapshot: safetensors with a checksum; the same network gives the same bytes.

        Parameters
        ----------
        notes : mapping of str to str, optional
            Texts to keep with it, under the same checksum; the network does not look at them, see
            `snapshot.read_notes`.
        """
        self.place.come_home()
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

    def __reduce__(self) -> tuple[Callable[[bytes], Network], tuple[bytes]]:
        """Return how `copy` and `pickle` make a copy; unpickle only what your own processes have pickled."""
        return type(self).from_bytes, (self.to_bytes(),)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a snapshot to a file, on the disk when this returns; one of that name is replaced in one step or not.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        write_file(path, self.to_bytes())

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
