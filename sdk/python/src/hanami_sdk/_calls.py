"""What groups of operations are made of: send a request, read the answer, go from page to page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import httpx

from hanami_sdk._http import AsyncHttpClient, HttpClient
from hanami_sdk.generated.types import UNSET, Unset

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Read = Callable[[httpx.Response], T]


class Page(Protocol[T_co]):
    """Part of a list."""

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def next_cursor(self) -> str | None: ...


class Calls:
    """A group of operations."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def _call(self, request: dict[str, Any], answer: Read[T]) -> T:
        return answer(self._http.request(**request))


class AsyncCalls:
    """A group of operations, for programs with an event loop."""

    def __init__(self, http: AsyncHttpClient) -> None:
        self._http = http

    async def _call(self, request: dict[str, Any], answer: Read[T]) -> T:
        return answer(await self._http.request(**request))


def new_key() -> str:
    """Return an idempotency key: with it a creation may be sent again, and is done once."""
    return str(uuid4())


def tag_of(version: int | None) -> str | Unset:
    """Name the version that a resource must still have, as the header `If-Match` does; any where there is none."""
    return UNSET if version is None else f'"{version}"'


def every(fetch: Callable[[str | Unset], Page[T]]) -> Iterator[T]:
    """Yield the items of all pages, each page fetched when it is needed."""
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page = fetch(cursor)
        yield from page.items
        cursor = page.next_cursor


async def every_async(fetch: Callable[[str | Unset], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Yield the items of all pages, each page fetched when it is needed."""
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page = await fetch(cursor)
        for item in page.items:
            yield item
        cursor = page.next_cursor
