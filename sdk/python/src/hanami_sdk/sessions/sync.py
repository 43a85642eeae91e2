"""A direct session for programs without an event loop."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from typing import Any, Literal, Self
from uuid import UUID

from websockets.sync.client import ClientConnection, connect

from hanami_sdk._http import HttpClient
from hanami_sdk.errors import ApiError
from hanami_sdk.sessions.connecting import LOSSES, address_of, as_loss, options_of, path_of
from hanami_sdk.sessions.dialogue import Connect, Dialogue, Emit, Send, Sleep, Step, Talk
from hanami_sdk.sessions.frames import Answer, Kind, Values
from hanami_sdk.sessions.items import Item, KindName, said_of
from hanami_sdk.sessions.resend import Resend


class Session:
    """A conversation with one network; a context manager, used by one thread at a time.

    Samples are raw: uint8 and float arrays, lists, NaN for a reading that is missing; one sample, or rows of them.
    Where a template has several input or output hexagons, a mapping from the name of each to its values.

    A connection that is lost comes back by itself: what the server may not have kept is said again, and every sample is
    learned exactly once. Whatever a call does is refused with an ApiError where the server refuses it; the session goes
    on then.

    Attributes
    ----------
    id : UUID or None
        Names the session, once it is open.
    """

    def __init__(self, http: HttpClient, cluster_id: UUID, resend: Resend) -> None:
        self._http, self._cluster_id = http, cluster_id
        self._dialogue = Dialogue(resend)
        self._held = ExitStack()
        self._connection: ClientConnection | None = None

    @property
    def id(self) -> UUID | None:
        """Names the session, once it is open."""
        return self._dialogue.session_id

    def __enter__(self) -> Self:
        self._run(self._dialogue.begin())
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._run(self._dialogue.end())
        self._hang_up()

    def request(self, x: Values, *, keep: bool = False) -> Answer:
        """Ask about samples; with `keep`, `request_id` of the answer names it for `truth`."""
        request_id = self._dialogue.new_request() if keep else 0
        return self._call(Kind.REQUEST, x, None, request_id)

    def learn(self, x: Values, y: Values) -> Answer:
        """Learn samples, one after the other."""
        return self._call(Kind.LEARN, x, y)

    def learn_and_answer(self, x: Values, y: Values) -> Answer:
        """Learn samples, and tell what the network said to each before it was told the truth."""
        return self._call(Kind.LEARN_AND_ANSWER, x, y)

    def truth(self, request_id: int, y: Values) -> Answer:
        """Learn what should have been answered to an earlier request."""
        return self._call(Kind.TRUTH, None, y, request_id)

    def rest(self) -> None:
        """Let all echoes of earlier samples fade (where the template spikes)."""
        self._run(self._dialogue.call(self._dialogue.rest()))

    def save(self) -> None:
        """Wait until the server has kept all that was learned."""
        self._run(self._dialogue.save())

    def send_many(
        self, items: Iterable[Item], kind: KindName = "learn-and-answer", *, errors: Literal["raise", "yield"] = "raise"
    ) -> Iterator[Answer | ApiError]:
        """Send samples ahead of their answers, and yield the answers in their order.

        Parameters
        ----------
        items
            Inputs where `kind` is ``request``, else pairs of inputs and targets.
        kind
            ``request``, ``learn`` or ``learn-and-answer``.
        errors
            Whether a sample that is refused ends all, or is yielded as an ApiError.
        """
        for result in self._each(self._dialogue.many(said_of(self._dialogue, items, kind))):
            if errors == "raise" and isinstance(result, ApiError):
                raise result
            yield result

    def stream(
        self, items: Iterable[Item], on_answer: Callable[[Answer | ApiError], None], kind: KindName = "learn-and-answer"
    ) -> int:
        """Send samples ahead of their answers, and hand each answer, or error, to a function; gives their number."""
        number = 0
        for result in self.send_many(items, kind, errors="yield"):
            on_answer(result)
            number += 1
        return number

    def _call(self, kind: Kind, x: Values | None, y: Values | None, request_id: int = 0) -> Answer:
        answer: Answer = self._run(self._dialogue.call(self._dialogue.sample(kind, x, y, request_id)))
        return answer

    def _run(self, talk: Talk) -> Any:  # noqa: ANN401 -- whatever the conversation comes to
        end: list[Any] = []
        for _ in self._each(talk, end):
            raise AssertionError  # nothing is emitted by a single call
        return end[0]

    def _each(self, talk: Talk, end: list[Any] | None = None) -> Iterator[Any]:
        """Carry out a conversation; yields what it emits, and keeps what it returns in `end`."""
        value, loss = None, None
        while True:
            try:
                step: Step = talk.send(value) if loss is None else talk.throw(loss)
            except StopIteration as stop:
                if end is not None:
                    end.append(stop.value)
                return
            value, loss = None, None
            if isinstance(step, Emit):
                yield step.result
                continue
            try:
                value = self._do(step)
            except LOSSES as error:
                loss = as_loss(error)
                self._hang_up()

    def _do(self, step: Step) -> Any:  # noqa: ANN401 -- a message, or nothing
        if isinstance(step, Connect):
            self._hang_up()
            options = options_of(self._http.get(path_of(self._cluster_id)))
            address = address_of(self._http.base_url, self._cluster_id)
            self._connection = self._held.enter_context(connect(address, **options))
            self._connection.send(step.order)
            return self._connection.recv()
        if isinstance(step, Sleep):
            time.sleep(step.seconds)
            return None
        if self._connection is None:
            raise EOFError("there is no connection")
        if isinstance(step, Send):
            self._connection.send(step.message)
            return None
        return self._connection.recv()

    def _hang_up(self) -> None:
        self._connection = None
        with suppress(*LOSSES):
            self._held.close()
