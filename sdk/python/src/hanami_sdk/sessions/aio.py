"""A direct session for programs with an event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any, Literal, Self
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect

from hanami_sdk._http import AsyncHttpClient
from hanami_sdk.errors import ApiError
from hanami_sdk.sessions.connecting import LOSSES, address_of, as_loss, options_of, path_of
from hanami_sdk.sessions.dialogue import Connect, Dialogue, Emit, Send, Sleep, Step, Talk
from hanami_sdk.sessions.frames import Answer, Kind, Values
from hanami_sdk.sessions.items import Item, KindName, said_of
from hanami_sdk.sessions.resend import Resend


class AsyncSession:
    """A conversation with one network; an asynchronous context manager, used by one task at a time. See `Session`.

    Attributes
    ----------
    id : UUID or None
        Names the session, once it is open.
    """

    def __init__(self, http: AsyncHttpClient, cluster_id: UUID, resend: Resend) -> None:
        self._http, self._cluster_id = http, cluster_id
        self._dialogue = Dialogue(resend)
        self._connection: ClientConnection | None = None

    @property
    def id(self) -> UUID | None:
        """Names the session, once it is open."""
        return self._dialogue.session_id

    async def __aenter__(self) -> Self:
        await self._run(self._dialogue.begin())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self._run(self._dialogue.end())
        await self._hang_up()

    async def request(self, x: Values, *, keep: bool = False) -> Answer:
        """Ask about samples; with `keep`, `request_id` of the answer names it for `truth`."""
        request_id = self._dialogue.new_request() if keep else 0
        return await self._call(Kind.REQUEST, x, None, request_id)

    async def learn(self, x: Values, y: Values) -> Answer:
        """Learn samples, one after the other."""
        return await self._call(Kind.LEARN, x, y)

    async def learn_and_answer(self, x: Values, y: Values) -> Answer:
        """Learn samples, and tell what the network said to each before it was told the truth."""
        return await self._call(Kind.LEARN_AND_ANSWER, x, y)

    async def truth(self, request_id: int, y: Values) -> Answer:
        """Learn what should have been answered to an earlier request."""
        return await self._call(Kind.TRUTH, None, y, request_id)

    async def rest(self) -> None:
        """Let all echoes of earlier samples fade (where the template spikes)."""
        await self._run(self._dialogue.call(self._dialogue.rest()))

    async def save(self) -> None:
        """Wait until the server has kept all that was learned."""
        await self._run(self._dialogue.save())

    async def send_many(
        self, items: Iterable[Item], kind: KindName = "learn-and-answer", *, errors: Literal["raise", "yield"] = "raise"
    ) -> AsyncIterator[Answer | ApiError]:
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
        async for result in self._each(self._dialogue.many(said_of(self._dialogue, items, kind))):
            if errors == "raise" and isinstance(result, ApiError):
                raise result
            yield result

    async def stream(
        self, items: Iterable[Item], on_answer: Callable[[Answer | ApiError], None], kind: KindName = "learn-and-answer"
    ) -> int:
        """Send samples ahead of their answers, and hand each answer, or error, to a function; gives their number."""
        number = 0
        async for result in self.send_many(items, kind, errors="yield"):
            on_answer(result)
            number += 1
        return number

    async def _call(self, kind: Kind, x: Values | None, y: Values | None, request_id: int = 0) -> Answer:
        answer: Answer = await self._run(self._dialogue.call(self._dialogue.sample(kind, x, y, request_id)))
        return answer

    async def _run(self, talk: Talk) -> Any:  # noqa: ANN401 -- whatever the conversation comes to
        end: list[Any] = []
        async for _ in self._each(talk, end):
            raise AssertionError  # nothing is emitted by a single call
        return end[0]

    async def _each(self, talk: Talk, end: list[Any] | None = None) -> AsyncIterator[Any]:
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
                value = await self._do(step)
            except LOSSES as error:
                loss = as_loss(error)
                await self._hang_up()

    async def _do(self, step: Step) -> Any:  # noqa: ANN401 -- a message, or nothing
        if isinstance(step, Connect):
            await self._hang_up()
            options = options_of(await self._http.get(path_of(self._cluster_id)))
            self._connection = await connect(address_of(self._http.base_url, self._cluster_id), **options)
            await self._connection.send(step.order)
            return await self._connection.recv()
        if isinstance(step, Sleep):
            await asyncio.sleep(step.seconds)
            return None
        if self._connection is None:
            raise EOFError("there is no connection")
        if isinstance(step, Send):
            await self._connection.send(step.message)
            return None
        return await self._connection.recv()

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*LOSSES):
                await connection.close()
