"""One direct session: what was taken, what was answered, and what waits; it outlives a lost connection for a while."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from hanami_engine import DeviceLostError, EngineError, InputError
from pydantic import BaseModel

from hanami_server.contract.errors import (
    ApiError,
    ConflictError,
    ForbiddenError,
    InternalError,
    NotFoundError,
    UnavailableError,
    ValidationFailedError,
)
from hanami_server.contract.sessions import LARGEST_SEQUENCE, SessionFault, SessionRested, SessionShape
from hanami_server.contract.sessions import Session as SessionAnswer
from hanami_server.fleet.feed import Feed
from hanami_server.fleet.host import Act, Effect, Mark, Ports
from hanami_server.fleet.live import Live
from hanami_server.sessions.frames import (
    LEARN_AND_ANSWER,
    REQUEST,
    TRUTH,
    FrameType,
    Header,
    ViolationError,
    read_header,
    write_answer,
)
from hanami_server.sessions.kept import Kept, Limits
from hanami_server.sessions.pace import Pace
from hanami_server.sessions.shape import Shape, Values

Message = str | bytes
LONGEST_MEMORY = 64 << 10  # bytes of answers that are kept for a client that lost its connection
FIELDS = {"x": "inputs", "y": "targets"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the server allows one session; seconds and numbers as in `SessionOpened`."""

    window: int
    frame_bytes: int
    frame_rows: int
    save_seconds: int
    idle_seconds: int
    resume_seconds: int
    kept: Limits


class _Reply(NamedTuple):
    """What a frame was answered with, and the shape that was known before it."""

    sequence: int
    messages: list[Message]
    before: SessionShape


class Session:
    """The state of a direct session; used by one connection at a time."""

    def __init__(
        self, session_id: UUID, cluster_id: UUID, user_id: str, project_id: str, ports: Ports, bounds: Bounds
    ) -> None:
        self.id, self.cluster_id, self.user_id, self.project_id = session_id, cluster_id, user_id, project_id
        self._name = str(session_id)
        self.shape = Shape(ports)
        self.told = self.shape.describe()
        self.sequence = self.durable = 0
        self.connected = False
        self.opened_at = datetime.now(UTC)
        self.pace = Pace()
        self._bounds = bounds
        self._kept: Kept[int] = Kept(bounds.kept)
        self._replies: deque[_Reply] = deque()
        self._size = 0
        self._unsettled: _Reply | None = None
        self._effect: Effect | None = None
        self.feed = Feed(self.describe())

    @property
    def memory(self) -> int:
        """Bytes of the inputs and answers that it keeps."""
        return self._kept.size + self._size

    def resume_at(self, sequence: int) -> None:
        """Go on where an earlier run of the server kept it."""
        self.sequence = self.durable = sequence

    def describe(self) -> SessionAnswer:
        """Return what the API tells of it."""
        self.pace.look()
        return SessionAnswer(
            id=self.id,
            cluster_id=self.cluster_id,
            user_id=self.user_id,
            project_id=self.project_id,
            connected=self.connected,
            opened_at=self.opened_at,
            sequence=self.sequence,
            durable=self.durable,
            learned=self.pace.learned,
            requested=self.pace.requested,
            refused=self.pace.refused,
            waiting=len(self._kept),
            samples_per_second=self.pace.per_second,
            loss=self.pace.loss,
            novelty=self.pace.novelty,
        )

    async def take(self, live: Live, data: bytes, allowed: tuple[FrameType, ...]) -> list[Message]:
        """Do what a binary frame wants, if that is allowed, and give the messages that answer it.

        Raises
        ------
        ViolationError
            It is no frame of this protocol.
        DeviceLostError
            The network went back to an earlier state meanwhile: it is another one than the client knows.
        """
        header = read_header(data)
        sequence = self._number(header.sequence)
        if sequence <= self.sequence:
            return [self._refuse(ConflictError(f"Frame {sequence} was taken already."), sequence, header.id)]
        before = self.told
        try:
            messages = await self._do(live, header, sequence, data, allowed)
        except DeviceLostError:
            raise
        except (ApiError, EngineError, MemoryError) as error:
            messages = [self._refuse(_as_api_error(error), sequence, header.id)]
        self.sequence = sequence
        self._unsettled = _Reply(sequence, messages, before)
        return messages

    def settle(self) -> None:
        """Take note of what was answered last: after it was sent, for nobody has to wait for that."""
        reply, effect = self._unsettled, self._effect
        self._unsettled = self._effect = None
        if reply is not None:
            self._remember(*reply)
        if effect is not None:
            self.pace.note(effect)

    async def rest(self, live: Live, wanted: int) -> list[Message]:
        """Let echoes fade, as an order says."""
        sequence = self._number(wanted)
        if sequence <= self.sequence:
            return [self._refuse(ConflictError(f"Order {sequence} was taken already."), sequence, 0)]
        messages: list[Message] = [as_text(SessionRested(sequence=sequence))]
        try:
            await live.rest((self._name, Mark(sequence, time.time(), self.user_id)))
        except ApiError as error:
            messages = [self._refuse(error, sequence, 0)]
        self.sequence = sequence
        self._remember(sequence, messages, self.told)
        return messages

    def _number(self, wanted: int) -> int:
        """Return the number of a frame or order that says `wanted`, 0 for the next."""
        sequence = wanted or self.sequence + 1
        if sequence > LARGEST_SEQUENCE:
            raise ViolationError(f"sequence: expected at most {LARGEST_SEQUENCE}")
        return sequence

    def replay(self, received: int) -> tuple[SessionShape, int, list[Message]]:
        """Give the shape that a client has to know, the last frame whose answer is gone, and the answers after it."""
        missing = [reply for reply in self._replies if reply.sequence > received]
        answers = missing[0].before.answers if missing else self.told.answers
        shape = self.told.model_copy(update={"answers": answers})
        forgotten = missing[0].sequence - 1 if missing else self.sequence
        return shape, forgotten, [one for part in missing for one in part.messages]

    def saved(self, marks: Mapping[str, Mark]) -> bool:
        """Take note of what is kept now; gives whether that is news."""
        mark = marks.get(self._name)
        if mark is None or mark.sequence <= self.durable:
            return False
        self.durable = mark.sequence
        return True

    def lay_out(self) -> Message:
        """Tell how frames are laid out now."""
        self.told = self.shape.describe()
        return as_text(self.told)

    def refuse(self, error: ApiError) -> Message:
        """Answer an order that cannot be followed."""
        return self._refuse(error, 0, 0)

    async def _do(
        self, live: Live, header: Header, sequence: int, data: bytes, allowed: tuple[FrameType, ...]
    ) -> list[Message]:
        kind, rows = header.type, header.rows
        if kind not in allowed:
            raise ForbiddenError("This key is not good for that.")
        if not 0 < rows <= self._bounds.frame_rows:
            raise ValidationFailedError.of("rows", f"expected 1 to {self._bounds.frame_rows}, got {rows}")
        learns, truth = kind is not REQUEST, kind is TRUTH
        given, targets = self.shape.read(data, header, has_inputs=not truth, has_targets=learns)
        inputs = self._find_kept(header) if given is None else given
        mark = (self._name, Mark(sequence, time.time(), self.user_id)) if learns else None
        effect = await live.act(Act(inputs, targets, kind is LEARN_AND_ANSWER, mark))
        self._effect = effect
        if truth:
            self._kept.done(header.id)
        elif kind is REQUEST and header.id:
            self._kept.keep(header.id, inputs, rows)
        if not effect.answers:
            return [write_answer(header, sequence, effect, ())]
        if not self.shape.follow(effect.answers):
            return [write_answer(header, sequence, effect, self.shape.dtypes)]
        return [self.lay_out(), write_answer(header, sequence, effect, self.shape.dtypes)]

    def _find_kept(self, header: Header) -> Values:
        found = self._kept.find(header.id)
        if found is None:
            raise NotFoundError(f"No inputs are kept for the request {header.id}.")
        inputs, rows = found
        if rows != header.rows:
            raise ValidationFailedError.of("rows", f"expected {rows} as in the request, got {header.rows}")
        return inputs

    def _refuse(self, error: ApiError, sequence: int, request: int) -> Message:
        self.pace.refused += 1
        return as_text(
            SessionFault(sequence=sequence, id=request, kind=error.slug(), detail=error.message, errors=error.errors)
        )

    def _remember(self, sequence: int, messages: list[Message], before: SessionShape) -> None:
        """Keep answers for a client that loses its connection; more than a window it cannot have missed."""
        self._replies.append(_Reply(sequence, messages, before))
        self._size += len(messages[0]) if len(messages) == 1 else sum(map(len, messages))
        while len(self._replies) > 1 and (len(self._replies) > self._bounds.window or self._size > LONGEST_MEMORY):
            self._size -= sum(map(len, self._replies.popleft().messages))


def as_text(message: BaseModel) -> str:
    """Write a control message."""
    return message.model_dump_json()


def _as_api_error(error: Exception) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, InputError):
        field, dot, hexagon = error.field.partition(".")
        return ValidationFailedError.of(FIELDS.get(field, field) + dot + hexagon, error.message)
    if isinstance(error, MemoryError):
        return UnavailableError("The server has no memory left for that.")
    return InternalError()
