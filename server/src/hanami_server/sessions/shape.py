"""The layout of frames: which hexagons, how many values of each, and how they are written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from hanami_engine import Port

from hanami_server.blobs.columns import Array
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.sessions import AnswerPart, Dtype, InputPart, Meaning, SessionShape, TargetPart
from hanami_server.fleet.host import Answers, Ports
from hanami_server.sessions.frames import HEADER, Header

ANSWER_DTYPES = {"bool": Dtype.UINT8, "int": Dtype.UINT64}  # all others are float32
NUMPY: dict[Dtype, np.dtype[Any]] = {
    Dtype.FLOAT32: np.dtype("<f4"),
    Dtype.UINT8: np.dtype("u1"),
    Dtype.UINT64: np.dtype("<u8"),
}
Values = Array | dict[str, Array]


class Part(NamedTuple):
    """One hexagon in a frame."""

    hexagon: str
    width: int
    dtype: Dtype


class Shape:
    """How frames of one session are laid out; changes with what the client says and what the network answers."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._plans: dict[tuple[np.dtype[Any] | None, bool, bool], _Plan] = {}
        self.inputs = tuple(_usual(port) for port in ports.inputs)
        self.targets = tuple(_usual_target(port) for port in ports.outputs)
        self.answers: tuple[tuple[str, str | None, int], ...] = tuple(
            (port.name, port.values, port.width) for port in ports.outputs
        )
        self.dtypes = _dtypes(self.answers)

    def lay_out(self, inputs: Sequence[InputPart] | None, targets: Sequence[TargetPart] | None) -> None:
        """Take what a client says; raises ValidationFailedError, and nothing is changed then."""
        first, last = self._ports.inputs[0].name, self._ports.outputs[0].name
        given = tuple(Part(part.hexagon or first, part.width, Dtype.FLOAT32) for part in inputs or ())
        wanted = tuple(Part(part.hexagon or last, part.width, part.dtype) for part in targets or ())
        if inputs is not None:
            _expect_fit("inputs", given, self._ports.inputs)
        if targets is not None:
            _expect_fit("targets", wanted, self._ports.outputs)
        self.inputs, self.targets = given or self.inputs, wanted or self.targets
        self._plans.clear()

    def follow(self, answers: Sequence[Answers]) -> bool:
        """Take note of what the network answers; whether that is another shape than before."""
        if len(answers) == 1 == len(self.answers):
            ((name, values, meaning),) = answers
            if self.answers[0] == (name, meaning, values.shape[1]):
                return False
        found = tuple((part.name, part.meaning, part.values.shape[1]) for part in answers)
        if found == self.answers:
            return False
        self.answers, self.dtypes = found, _dtypes(found)
        return True

    def describe(self) -> SessionShape:
        """Return the message that tells it."""
        known = all(part.width for part in self.inputs)
        return SessionShape(
            inputs=[InputPart(hexagon=part.hexagon, width=part.width) for part in self.inputs] if known else [],
            targets=[TargetPart(**part._asdict()) for part in self.targets if part.width],
            answers=[
                AnswerPart(
                    hexagon=name,
                    values=None if meaning is None else Meaning(meaning),
                    width=width,
                    dtype=ANSWER_DTYPES.get(meaning or "", Dtype.FLOAT32),
                )
                for name, meaning, width in self.answers
            ],
        )

    def read(self, data: bytes, header: Header, *, has_inputs: bool, has_targets: bool) -> tuple[Values | None, ...]:
        """Take inputs and targets out of a frame, as views of its bytes; raises ValidationFailedError."""
        kind = (header.dtype, has_inputs, has_targets)
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = self._plan(*kind)
        rows = header.rows
        if len(data) != HEADER.size + rows * plan.row:
            message = f"expected {HEADER.size} + {rows} x {plan.row} bytes, as laid out, got {len(data)}"
            raise ValidationFailedError.of("inputs", message)
        values, end = _cut(data, HEADER.size, rows, plan.inputs)
        return values, _cut(data, end, rows, plan.targets)[0]

    def _plan(self, dtype: np.dtype[Any] | None, has_inputs: bool, has_targets: bool) -> "_Plan":
        """Work out where what is in frames of one kind."""
        inputs = [_Place(part.hexagon, part.width, dtype) for part in self.inputs] if has_inputs and dtype else []
        targets = [_Place(part.hexagon, part.width, NUMPY[part.dtype]) for part in self.targets] if has_targets else []
        for field, parts in (("inputs", inputs), ("targets", targets)):
            for part in parts:
                if not part.width:
                    message = f"how many values '{part.hexagon}' has is not known before a layout says so"
                    raise ValidationFailedError.of(field, message)
        return _Plan(inputs, targets, sum(part.width * part.dtype.itemsize for part in (*inputs, *targets)))


class _Place(NamedTuple):
    """Values of one hexagon in a frame, as NumPy has them."""

    hexagon: str
    width: int
    dtype: np.dtype[Any]


class _Plan(NamedTuple):
    """Where what is in a frame; a row takes so many bytes."""

    inputs: list[_Place]
    targets: list[_Place]
    row: int


def _usual(port: Port) -> Part:
    """Return what a hexagon takes where a client says nothing; a class is one value."""
    dtype = Dtype.UINT64 if port.values == "int" else Dtype.FLOAT32
    return Part(port.name, 1 if port.values == "class" else port.width, dtype)


def _usual_target(port: Port) -> Part:
    """Return what is learned where a client says nothing: one value, as long as nothing is known of a hexagon."""
    part = _usual(port)
    return part if part.width else part._replace(width=1)


def _dtypes(answers: Sequence[tuple[str, str | None, int]]) -> tuple[np.dtype[Any], ...]:
    return tuple(NUMPY[ANSWER_DTYPES.get(meaning or "", Dtype.FLOAT32)] for _, meaning, _ in answers)


def _expect_fit(field: str, parts: Sequence[Part], ports: Sequence[Port]) -> None:
    """Refuse hexagons that there are not, or that are missing, and widths that cannot be."""
    known = {port.name: port for port in ports}
    for index, part in enumerate(parts):
        port = known.pop(part.hexagon, None)
        if port is None:
            raise ValidationFailedError.of(
                f"{field}[{index}].hexagon", f"there is no such hexagon, or twice: '{part.hexagon}'"
            )
        _expect_width(f"{field}[{index}].width", part.width, port)
    for name in known:
        raise ValidationFailedError.of(field, f"there are no values for the hexagon '{name}'")


def _expect_width(field: str, width: int, port: Port) -> None:
    usual = _usual(port).width
    if width == usual or (port.values is None and (width == 1 or port.open)):
        return
    if port.values == "class" or not port.open or width < usual:
        more = " or more" if port.open and port.values != "class" else ""
        raise ValidationFailedError.of(field, f"expected {max(usual, 1)}{more} for '{port.name}', got {width}")


def _cut(data: bytes, start: int, rows: int, parts: list[_Place]) -> tuple[Values | None, int]:
    """Give the values of hexagons that follow each other, without a copy, and where they end."""
    if len(parts) == 1:
        ((_, width, dtype),) = parts
        return np.frombuffer(data, dtype, rows * width, start).reshape(
            rows, width
        ), start + rows * width * dtype.itemsize
    found = {}
    for name, width, dtype in parts:
        found[name] = np.frombuffer(data, dtype, rows * width, start).reshape(rows, width)
        start += rows * width * dtype.itemsize
    return found or None, start
