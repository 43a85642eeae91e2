"""What a client says and hears in a direct session, without a connection: drivers send and receive for it.

Everything that may be lost with a connection is remembered until the server says that it is kept, and said again after
it: every sample is learned exactly once.
"""

import json
import random
from collections import OrderedDict, deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from hanami_sdk.errors import ApiError, NoAnswerError, NotFoundError, SessionClosedError, error_of_kind
from hanami_sdk.generated.models import AnswerPart, SessionFault, SessionOpened, SessionShape
from hanami_sdk.sessions.frames import (
    ANSWER,
    HEADER,
    LOST,
    NO_DTYPE,
    Answer,
    Kind,
    Piece,
    Sample,
    Values,
    read_answer,
    write_inputs,
    write_targets,
)
from hanami_sdk.sessions.resend import Resend

Message = str | bytes
FOR_GOOD = {1000, 1003, 1007, 1008, 1009, 4401, 4403, 4404, 4409, 4410}  # close codes that end everything
SAVE, CLOSE = '{"type": "save"}', '{"type": "close"}'
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds


class Send(NamedTuple):
    """Send a message."""

    message: Message


class Receive(NamedTuple):
    """Wait for a message."""


class Connect(NamedTuple):
    """Connect, send the first message, and wait for the answer."""

    order: str


class Sleep(NamedTuple):
    """Wait for some seconds."""

    seconds: float


class Emit(NamedTuple):
    """Hand an answer, or an error, to whoever asked for many."""

    result: Answer | ApiError


Step = Send | Receive | Connect | Sleep | Emit
Talk = Generator[Step, Any, Any]


class LostError(Exception):
    """The connection is lost, or there is none."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code} {reason}")


@dataclass(slots=True, eq=False)
class Said:
    """One frame, or order to rest, from when it is said until it is kept."""

    sequence: int
    kind: Kind | None
    request_id: int
    dtype: int
    inputs: Sample | None
    targets: Sample | None
    result: Answer | ApiError | None = None

    @property
    def learns(self) -> bool:
        """Whether it changes the network."""
        return self.kind is not Kind.REQUEST

    @property
    def size(self) -> int:
        """Bytes that it takes to remember."""
        return sum(len(part.data) for part in (self.inputs, self.targets) if part is not None)

    def message(self) -> Message:
        """Return what is sent."""
        if self.kind is None:
            return json.dumps({"type": "rest", "sequence": self.sequence})
        parts = [part for part in (self.inputs, self.targets) if part is not None]
        header = HEADER.pack(self.kind, self.dtype, parts[0].rows, self.request_id, self.sequence)
        return b"".join([header, *(part.data for part in parts)])


class Dialogue:
    """One session; its methods are conversations that a driver carries out."""

    def __init__(self, resend: Resend) -> None:
        self._resend = resend
        self.session_id: UUID | None = None
        self.durable = self._received = 0
        self._next = 1
        self._next_request = 1
        self._unanswered: OrderedDict[int, Said] = OrderedDict()
        self._unsafe: deque[Said] = deque()  # learned and answered, but maybe not kept yet
        self._unsafe_bytes = 0
        self._kept: OrderedDict[int, tuple[Sample, int]] = OrderedDict()  # inputs of requests whose truth will come
        self._layout: tuple[tuple[Piece, ...], tuple[Piece, ...]] = ((), ())
        self._parts: list[AnswerPart] = []
        self._complaint: ApiError | None = None
        self._again: deque[Said] = deque()  # what has to be said anew, for the server forgot what it stood on
        self._saves = 0
        self._window, self._most_kept = 1, 0

    # What a client may want

    def begin(self) -> Talk:
        """Open the session."""
        yield from self._recover(None)

    def call(self, said: Said) -> Talk:
        """Say something and wait for its answer; raises ApiError where it is refused."""
        yield from self._say(said)
        while said.result is None:
            yield from self._listen()
        yield from self._keep_small()
        if isinstance(said.result, ApiError):
            raise said.result
        return said.result

    def many(self, items: Iterable[Said]) -> Talk:
        """Say many things ahead of their answers, which are emitted in their order."""
        waiting: deque[Said] = deque()
        for said in items:
            waiting.append(said)
            yield from self._say(said)
            while waiting and (waiting[0].result is not None or len(self._unanswered) >= self._window):
                yield from self._emit(waiting)
            yield from self._keep_small()
        while waiting:
            yield from self._emit(waiting)

    def save(self) -> Talk:
        """Let the server keep all that was learned, and wait until it has."""
        wanted = self._saves + 1
        yield from self._io(Send(SAVE))
        while self._saves < wanted:
            yield from self._listen()

    def end(self) -> Talk:
        """End the session for good; what was learned stays."""
        try:
            yield Send(CLOSE)
            while True:
                self._hear((yield Receive()))
        except LostError:
            return

    def sample(self, kind: Kind, x: Values | None, y: Values | None = None, request_id: int = 0) -> Said:
        """Make a frame; raises TypeError or ValueError for what is no sample."""
        if x is None:
            kept = self._kept.get(request_id)
            if kept is None or y is None:
                raise ValueError(f"request_id: no request {request_id} waits for its truth")
            return Said(0, kind, request_id, NO_DTYPE, None, write_targets(y, kept[0].rows))
        inputs, dtype = write_inputs(x)
        targets = None if y is None else write_targets(y, inputs.rows)
        return Said(0, kind, request_id, dtype, inputs, targets)

    def new_request(self) -> int:
        """Give the id of a request whose truth will come."""
        self._next_request += 1
        return self._next_request - 1

    def rest(self) -> Said:
        """Make an order to let echoes fade."""
        return Said(0, None, 0, NO_DTYPE, None, None)

    # How that is done

    def _emit(self, waiting: deque[Said]) -> Talk:
        first = waiting.popleft()
        while first.result is None:
            yield from self._listen()
        yield Emit(first.result)

    def _io(self, step: Step) -> Talk:
        """Send or receive; where the connection is lost, go on with another one."""
        while True:
            try:
                return (yield step)
            except LostError as loss:
                yield from self._recover(loss)
                if isinstance(step, Send):
                    if step.message == SAVE:
                        continue
                    return None  # whatever was not answered has been said again

    def _listen(self) -> Talk:
        """Wait for a message, and do what it asks for."""
        self._hear((yield from self._io(Receive())))
        while self._again:
            yield from self._say(self._again.popleft())

    def _say(self, said: Said) -> Talk:
        said.sequence, self._next = self._next, self._next + 1
        self._unanswered[said.sequence] = said
        if said.kind is Kind.REQUEST and said.request_id and said.inputs is not None:
            self._kept[said.request_id] = (said.inputs, said.dtype)
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
        for message in (*self._change_layout(said), said.message()):
            yield from self._io(Send(message))

    def _change_layout(self, said: Said) -> list[str]:
        """Tell how a frame is laid out, where that is another layout than before."""
        inputs = said.inputs.layout if said.inputs else self._layout[0]
        targets = said.targets.layout if said.targets else self._layout[1]
        if _without_dtypes(inputs) == _without_dtypes(self._layout[0]) and targets == self._layout[1]:
            return []
        self._layout = (inputs, targets)
        return [json.dumps({"type": "layout"} | _describe(self._layout))]

    def _keep_small(self) -> Talk:
        """Let the server save where much would have to be said again."""
        if self._unsafe_bytes > self._resend.bytes:
            yield from self.save()

    def _hear(self, message: Message) -> None:
        if isinstance(message, bytes):
            kind, _, _, _, sequence = HEADER.unpack_from(message)
            said = self._unanswered.get(sequence)
            alone = said is not None and all(part.alone for part in (said.inputs, said.targets) if part is not None)
            answer = read_answer(message, self._parts, alone=alone)
            self._answered(sequence, answer, learned=kind != ANSWER + Kind.REQUEST)
            return
        news = json.loads(message)
        match news["type"]:
            case "shape":
                self._parts = SessionShape.from_dict(news).answers
            case "saved":
                self._saves += 1
                self._now_durable(news["sequence"])
            case "rested":
                self._answered(news["sequence"], LOST, learned=True)
            case "error":
                self._refused(SessionFault.from_dict(news))

    def _answered(self, sequence: int, result: Answer | ApiError, *, learned: bool) -> None:
        self._received = max(self._received, sequence)
        said = self._unanswered.pop(sequence, None)
        if said is None:
            return  # said again after a loss, and answered before it
        said.result = result
        if learned:
            self._unsafe.append(said)
            self._unsafe_bytes += said.size
            self._kept.pop(said.request_id, None)

    def _refused(self, fault: SessionFault) -> None:
        error = error_of_kind(fault.kind, fault.detail, fault.errors)
        said = self._unanswered.get(fault.sequence)
        if said is None:
            self._complaint = error  # of a layout: the frame after it fails too, and this is why
            return
        kept = self._kept.pop(said.request_id, None) if said.kind is Kind.TRUTH else None
        if kept is not None and isinstance(error, NotFoundError):  # the server forgot the inputs; here they are
            said.kind, (said.inputs, said.dtype) = Kind.LEARN, kept
            del self._unanswered[fault.sequence]
            self._again.append(said)
            return
        self._answered(fault.sequence, self._complaint or error, learned=False)
        self._complaint = None

    def _now_durable(self, sequence: int) -> None:
        self.durable = max(self.durable, sequence)
        while self._unsafe and self._unsafe[0].sequence <= self.durable:
            self._unsafe_bytes -= self._unsafe.popleft().size

    def _recover(self, loss: LostError | None) -> Talk:
        """Connect, and say again what may be lost; raises where that makes no sense any more."""
        if loss is not None and (loss.code in FOR_GOOD or not self._resend.attempts):
            raise SessionClosedError(loss.code, loss.reason)
        for attempt in range(self._resend.attempts + 1):
            if loss is not None:
                yield Sleep(min(FIRST_WAIT * 2.0**attempt, LONGEST_WAIT) * random.uniform(0.75, 1.0))  # noqa: S311 -- no secret
            try:
                opened = yield Connect(self._open_order())
                for message in self._reopened(SessionOpened.from_dict(json.loads(opened))):
                    yield Send(message)
            except LostError as again:
                loss = again
                if loss.code in FOR_GOOD:
                    raise SessionClosedError(loss.code, loss.reason) from None
            else:
                return
        raise NoAnswerError(f"no session with the server: {loss}")

    def _open_order(self) -> str:
        order: dict[str, Any] = {"type": "open", "received": self._received} | _describe(self._layout)
        if self.session_id is not None:
            order["session_id"] = str(self.session_id)
        return json.dumps(order)

    def _reopened(self, opened: SessionOpened) -> list[Message]:
        """Take note of where the server stands, and give what has to be said again."""
        self.session_id, self._window, self._most_kept = opened.session_id, opened.window, opened.kept_requests
        self._parts, self._complaint = opened.shape.answers, None
        self._now_durable(opened.durable)
        again = [said for said in self._unsafe if said.sequence > opened.sequence]
        anew = []
        for sequence, said in list(self._unanswered.items()):
            if sequence > opened.sequence:
                again.append(said)
            elif sequence <= opened.forgotten and said.learns:
                self._answered(sequence, LOST, learned=True)
            elif sequence <= opened.forgotten:
                anew.append(self._unanswered.pop(sequence))
        self._received = max(self._received, opened.forgotten)
        for said in anew:
            said.sequence, self._next = self._next, self._next + 1
            self._unanswered[said.sequence] = said
        ordered = [*sorted(again, key=lambda said: said.sequence), *anew]
        return [message for said in ordered for message in (*self._change_layout(said), said.message())]


def _without_dtypes(layout: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Leave out how inputs are written: every frame says that in its header."""
    return tuple(piece._replace(dtype="") for piece in layout)


def _describe(layout: tuple[tuple[Piece, ...], tuple[Piece, ...]]) -> dict[str, Any]:
    inputs = [{"hexagon": piece.hexagon, "width": piece.width} for piece in layout[0]]
    return {name: parts for name, parts in (("inputs", inputs), ("targets", [p._asdict() for p in layout[1]])) if parts}
