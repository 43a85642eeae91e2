"""``@op``: one decorator says everything about an operation, and the server and the document both obey it.

The order of checks is the same everywhere: who asks (`access.guard`), content type, size, encoding, fields.
"""

import functools
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter
from quart import Response, current_app, request

from hanami_server.contract.base import Query
from hanami_server.contract.reading import read_json, read_query, require_media

JSON = "application/json"
BINARY = "application/octet-stream"
EVENTS = "text/event-stream"
YAML = "application/yaml"
SVG = "image/svg+xml"

Handler = Callable[..., Awaitable[Any]]
View = Callable[..., Awaitable[Response]]
Answer = Callable[[], Awaitable[Response]]
Once = Callable[["Operation", Any, Answer], Awaitable[Response]]
ONCE = "hanami.once"  # extension of the app: a `Once`, which carries out at most once what names a key
IDEMPOTENCY_KEY = "Idempotency-Key"
Page = TypeVar("Page", bound=Handler)


class Access(StrEnum):
    """Who may call an operation: everybody, or the roles that the policy names for it."""

    PUBLIC = "public"
    POLICY = "policy"


class Rate(StrEnum):
    """How often an operation may be called, per minute; the settings say how often that is."""

    NORMAL = "normal"
    COSTLY = "costly"
    ANONYMOUS = "anonymous"
    UNLIMITED = "unlimited"


@dataclass(frozen=True)
class Body:
    """What an operation takes: a model as JSON, or bytes that the handler reads itself from `request_body()`."""

    model: Any = None
    media: str = JSON
    description: str = ""
    example: Any = None

    async def parse(self) -> dict[str, Any]:
        """Return the arguments for the handler."""
        require_media(self.media)
        return {} if self.model is None else {"body": await read_json(self.adapter)}

    @functools.cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What reads the model."""
        return TypeAdapter(self.model)


@dataclass(frozen=True)
class Reply:
    """What a call that went well is answered with; no media type means no content."""

    status: int = 200
    model: Any = None
    media: str | None = JSON
    description: str = "Done."
    example: Any = None

    def respond(self, result: object) -> Response:
        """Turn what a handler returned (a model, a row, None, a text, or a whole response) into the response."""
        if isinstance(result, Response):
            return result
        if self.media is None:
            return Response(b"", status=self.status, content_type=None)
        if isinstance(result, str) and self.media != JSON:
            return Response(result, status=self.status, content_type=self.media)
        answer = self.adapter.validate_python(result, from_attributes=True)
        return self._respond(answer, self.adapter.dump_json(answer))

    def repeat(self, body: str) -> Response:
        """Turn the body of an earlier response into the response once more."""
        return self._respond(self.adapter.validate_json(body), body.encode())

    def _respond(self, answer: Any, body: bytes) -> Response:  # noqa: ANN401 (of any model)
        response = Response(body, status=self.status, content_type=self.media)
        if self.has_version:
            response.headers["ETag"] = f'"{answer.version}"'
        return response

    @functools.cached_property
    def has_version(self) -> bool:
        """Whether it is one resource that can be changed, and says by an `ETag` which version it is."""
        fields = getattr(self.model, "model_fields", {})
        return "version" in fields and fields["version"].annotation is int

    @functools.cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What writes the model."""
        return TypeAdapter(self.model)


NO_CONTENT = Reply(204, media=None)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """The contract of one route; used as a decorator under the name `op`.

    The handler gets the path parameters by name, `body` where `body` has a model, and `query` where there is one.
    `errors` names only what cannot be derived from the rest: see `statuses`.
    """

    id: str
    tag: str
    summary: str
    description: str
    verb: str = ""  # what clients call it beside its tag; else the first word of its id
    access: Access = Access.POLICY
    rate: Rate = Rate.NORMAL
    conditional: bool = False  # obeys the header If-Match
    idempotent: bool = False  # obeys the header Idempotency-Key
    for_devices: bool = False  # a policy may allow it to devices
    query: type[Query] | None = None
    body: Body | None = None
    reply: Reply = field(default_factory=Reply)
    errors: tuple[int, ...] = ()

    def __call__(self, handler: Handler) -> View:
        """Wrap a handler into a view that reads, calls and answers."""

        @functools.wraps(handler)
        async def view(**arguments: object) -> Response:
            if self.query is not None:
                arguments["query"] = read_query(self.query)
            if self.body is not None:
                arguments |= await self.body.parse()

            async def answer() -> Response:
                return self.reply.respond(await handler(**arguments))

            if not self.idempotent or IDEMPOTENCY_KEY not in request.headers:
                return await answer()
            once: Once = current_app.extensions[ONCE]
            return await once(self, arguments.get("body"), answer)

        _OPERATIONS[view] = self
        return view

    @property
    def name(self) -> str:
        """What clients call it: ``clusters create``."""
        return self.verb or "".join(itertools.takewhile(str.islower, self.id))

    def statuses(self, has_path: bool) -> list[int]:
        """Return the failures to expect, in order."""
        expected = {*self.errors, 500}
        if self.rate is not Rate.UNLIMITED:
            expected.add(429)
        if self.access is not Access.PUBLIC:
            expected |= {401, 403, 503}
        if has_path:
            expected.add(404)
        if self.conditional:
            expected |= {400, 412}
        if self.idempotent:
            expected |= {409, 422}
        if self.query is not None:
            expected.add(422)
        if self.body is not None:
            expected |= {400, 413, 415, 422, 503}
        return sorted(expected)


op = Operation


def socket_of(operation: Operation) -> Callable[[Page], Page]:
    """Mark a view as the websocket behind an operation, which has its own view for requests without one."""

    def mark(view: Page) -> Page:
        _OPERATIONS[view] = operation
        return view

    return mark


_OPERATIONS: dict[Callable[..., Any], Operation] = {}
_PAGES: set[Callable[..., Any]] = set()


def page(view: Page) -> Page:
    """Mark a view as a public page outside the contract; without this or `op` no route is served."""
    _PAGES.add(view)
    return view


def is_page(view: Callable[..., Any]) -> bool:
    """Say whether a view was marked as a page."""
    return getattr(view, "__func__", view) in _PAGES


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """Return the operation behind a view, None for a page outside the contract."""
    return _OPERATIONS.get(view)
