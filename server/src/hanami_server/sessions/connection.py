"""The conversation with one client: reads messages in their order, and ends as the protocol says."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from hanami_engine import DeviceLostError, EngineError
from pydantic import TypeAdapter, ValidationError

from hanami_server.contract.device_keys import Scope
from hanami_server.contract.errors import ApiError, UnavailableError
from hanami_server.contract.sessions import (
    SessionClose,
    SessionGoodbye,
    SessionLayout,
    SessionOpen,
    SessionOpened,
    SessionOrder,
    SessionRest,
    SessionSave,
    SessionSaved,
)
from hanami_server.fleet.host import Mark
from hanami_server.fleet.live import Live
from hanami_server.sessions.frames import FrameType, ViolationError
from hanami_server.sessions.pipe import GoneError, Pipe
from hanami_server.sessions.session import Bounds, Message, Session, as_text

OPEN_SECONDS = 10.0
GOODBYE_SECONDS = 2.0
NEEDED = {
    FrameType.REQUEST: {Scope.REQUEST},
    FrameType.LEARN: {Scope.LEARN},
    FrameType.LEARN_AND_ANSWER: {Scope.LEARN, Scope.REQUEST},
    FrameType.TRUTH: {Scope.LEARN},
}
LONGEST_REASON = 100  # characters; a close frame has room for 123 bytes
ORDERS: TypeAdapter[SessionOpen | SessionLayout | SessionRest | SessionSave | SessionClose] = TypeAdapter(SessionOrder)


class Ending(NamedTuple):
    """Why a connection ends; the codes are those of `docs/reference/sessions.md`."""

    code: int
    reason: str


CLOSED = Ending(1000, "closed as asked")
STOPPING = Ending(1001, "the server stops")
FAULT = Ending(1011, "internal error")
LOST = Ending(1011, "the GPU of the network was lost; it goes on from an earlier state")
UNKNOWN = Ending(4401, "the token is not good any more")
NOT_ALLOWED = Ending(4403, "not allowed any more")
REMOVED = Ending(4404, "the cluster is not there any more")
IDLE = Ending(4408, "no message for too long")
ELSEWHERE = Ending(4409, "the session goes on in another connection")
ENDED = Ending(4410, "the session was ended")
FULL = Ending(4429, "no more sessions")
NOT_READING = Ending(1008, "answers are not read")
GONE = Ending(1006, "the client went away")


class EndedError(Exception):
    """Somebody ended the connection."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who opened a connection, and what may be done with it.

    Attributes
    ----------
    token : str
        A token, or a device key.
    user_id : str
        Of the user, or of the key.
    scopes : frozenset of Scope
    owner_id, project_id : str
        Of the cluster: whose quota an open session counts against.
    admission : function of the id of a session
        A block in which a session may be opened, and nobody else counts open sessions; raises ApiError.
    """

    token: str
    user_id: str
    scopes: frozenset[Scope]
    owner_id: str
    project_id: str
    admission: Callable[[UUID], AbstractAsyncContextManager[None]]


class Room(Protocol):
    """Where sessions are kept while no connection has them."""

    bounds: Bounds

    async def attach(self, connection: "Connection", live: Live, session_id: UUID | None) -> tuple[Session, bool]:
        """Give a session, and whether it goes on; raises ApiError where there may be no more."""

    def detach(self, connection: "Connection", session: Session, *, for_good: bool) -> None:
        """Take a session back."""


class Connection:
    """One websocket of one client; made when it is accepted."""

    def __init__(self, pipe: Pipe, room: Room, live: Live, client: "Client") -> None:
        self._pipe, self._room, self.live, self.client = pipe, room, live, client
        self.session: Session | None = None
        self.active = time.monotonic()
        self.sending = False
        self.sent = 0
        self.seen = (-1, 0.0)  # by whoever looks after connections: `sent` while it sends, and since when
        self.left = asyncio.Event()
        self._allowed = tuple(kind for kind, needed in NEEDED.items() if needed <= client.scopes)
        self._ending: Ending | None = None
        self._saving = False
        self._receiving = False
        self._task: asyncio.Task[object] | None = None
        self._news: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve the client until one of both ends it."""
        ending: Ending | None = None
        self._task = asyncio.current_task()
        try:
            await self._open()
            while True:
                await self._answer(await self._receive())
        except GoneError:
            pass
        except EndedError:
            ending = self._ending
        except DeviceLostError:
            ending = LOST
        except ViolationError as violation:
            ending = Ending(1008, str(violation)[:LONGEST_REASON])
        except ApiError as refusal:
            ending = FULL if refusal.status == 409 else Ending(4000 + refusal.status, refusal.message[:LONGEST_REASON])
        except BaseException:
            ending = FAULT
            raise
        finally:
            self._ending = ending or self._ending or GONE
            await self._save()
            if ending is not None:
                await self._say_goodbye(ending)
            self._leave()

    def end(self, ending: Ending) -> None:
        """Let it end as soon as what was taken is answered."""
        if self._ending is None:
            self._ending = ending
            if self._receiving and self._task is not None:
                self._task.cancel()

    def break_off(self) -> None:
        """Do not wait for a client that does not read its answers."""
        if self.sending and self._task is not None:
            self._task.cancel()

    def saved(self, marks: Mapping[str, Mark]) -> None:
        """Tell the client what is kept now."""
        if self.session is None or not self.session.saved(marks):
            return
        if self._ending is None and not self._saving:
            news = asyncio.create_task(self._tell(as_text(SessionSaved(sequence=self.session.durable))))
            self._news.add(news)
            news.add_done_callback(self._news.discard)

    def removed(self) -> None:
        """End, for the cluster goes."""
        self.end(REMOVED)

    def fell_back(self) -> None:
        """End, for not all that was answered is learned any more; a client that comes back hears how much is."""
        self.end(LOST)

    async def _tell(self, message: Message) -> None:
        try:
            await self._pipe.send(message)
        except GoneError:
            return  # whoever reads notices too

    def _leave(self) -> None:
        """Let others have the session."""
        self.live.listeners.discard(self)
        if self.session is not None:
            self._room.detach(self, self.session, for_good=self._ending in {CLOSED, ENDED, LOST})
        self.left.set()

    async def _save(self) -> None:
        """Keep what was learned; what cannot be kept now is tried again when the last one leaves."""
        with suppress(OSError, ApiError, MemoryError, EngineError):
            await self.live.save()

    async def _say_goodbye(self, ending: Ending) -> None:
        """Say what was taken and what of it is kept, and close; nobody may be there to hear it."""
        with suppress(GoneError, TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                if self.session is not None:
                    goodbye = SessionGoodbye(
                        code=ending.code,
                        reason=ending.reason,
                        sequence=self.session.durable if ending is LOST else self.session.sequence,
                        durable=self.session.durable,
                    )
                    await self._pipe.send(as_text(goodbye))
                await self._pipe.close(ending.code, ending.reason)

    async def _open(self) -> None:
        """Wait for the first message, and answer it."""
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                order = _read_order(await self._receive())
        except TimeoutError:
            raise ViolationError("expected the message `open`") from None
        if not isinstance(order, SessionOpen):
            raise ViolationError("expected the message `open` first")
        self.session, resumed = await self._room.attach(self, self.live, order.session_id)
        session, bounds = self.session, self._room.bounds
        self.live.listeners.add(self)
        refusal = self._lay_out(order)
        shape, forgotten, missing = session.replay(order.received)
        opened = SessionOpened(
            session_id=session.id,
            resumed=resumed,
            sequence=session.sequence,
            durable=session.durable,
            forgotten=forgotten,
            window=bounds.window,
            frame_bytes=bounds.frame_bytes,
            frame_rows=bounds.frame_rows,
            kept_requests=bounds.kept.requests,
            truth_seconds=int(bounds.kept.seconds),
            save_seconds=bounds.save_seconds,
            idle_seconds=bounds.idle_seconds,
            resume_seconds=bounds.resume_seconds,
            shape=shape,
        )
        for message in (as_text(opened), *missing, *refusal):
            await self._send(message)

    def _lay_out(self, order: SessionOpen | SessionLayout) -> list[Message]:
        """Follow a layout; a bad one changes nothing."""
        assert self.session is not None  # noqa: S101 (narrows the type: it has been attached)
        try:
            self.session.shape.lay_out(order.inputs, order.targets)
        except ApiError as error:
            return [self.session.refuse(error)]
        answer = self.session.lay_out()
        return [answer] if isinstance(order, SessionLayout) else []

    async def _answer(self, message: Message) -> None:
        assert self.session is not None  # noqa: S101 (narrows the type: it has been attached)
        self.active = time.monotonic()
        if isinstance(message, bytes):
            answers = await self.session.take(self.live, message, self._allowed)
        else:
            answers = await self._follow(_read_order(message), self.session)
        try:
            for answer in answers:
                await self._send(answer)
        finally:
            self.session.settle()

    async def _follow(self, order: object, session: Session) -> list[Message]:
        if isinstance(order, SessionLayout):
            return self._lay_out(order)
        if isinstance(order, SessionRest):
            return await session.rest(self.live, order.sequence)
        if isinstance(order, SessionSave):
            self._saving = True  # the answer is news enough
            try:
                await self.live.save()
            except OSError:
                return [session.refuse(UnavailableError("It could not be saved; it is tried again."))]
            finally:
                self._saving = False
            return [as_text(SessionSaved(sequence=session.durable))]
        if isinstance(order, SessionClose):
            self._ending = CLOSED
            raise EndedError
        raise ViolationError("a session is opened once")

    async def _receive(self) -> Message:
        """Wait for a message; raises EndedError where somebody ends the connection before there is one."""
        if self._ending is not None:
            raise EndedError
        self._receiving = True
        try:
            return await self._pipe.receive()
        except asyncio.CancelledError:
            self._expect_ending()
            raise EndedError from None
        finally:
            self._receiving = False

    async def _send(self, message: Message) -> None:
        """Send a message; raises GoneError, also for a client that does not read."""
        self.sending = True
        try:
            await self._pipe.send(message)
        except asyncio.CancelledError:
            self._expect_ending()
            raise EndedError from None
        finally:
            self.sending = False
            self.sent += 1

    def _expect_ending(self) -> None:
        """Tell what `end` and `break_off` do from a task that is cancelled by others: that goes on."""
        if self._ending is None or self._task is None:
            raise asyncio.CancelledError
        self._task.uncancel()


def _read_order(message: Message) -> SessionOpen | SessionLayout | SessionRest | SessionSave | SessionClose:
    if isinstance(message, bytes):
        raise ViolationError("expected a text message")
    try:
        return ORDERS.validate_json(message)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise ViolationError(f"not an order: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
