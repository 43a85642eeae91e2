"""From what generated operations return to what callers want."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar
from uuid import uuid4

from hanami_sdk.generated.models import Problem
from hanami_sdk.generated.types import UNSET, Unset

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Page(Protocol[T_co]):
    """Part of a list."""

    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def next_cursor(self) -> str | None: ...


def success(answer: T | Problem | None) -> T:
    """Narrow the answer of an operation: problems were raised before it was parsed."""
    if answer is None or isinstance(answer, Problem):
        raise TypeError(f"not a success: {answer}")
    return answer


def new_key() -> str:
    """Return an idempotency key: with it a creation may be sent again, and is done once."""
    return str(uuid4())


def tag_of(version: int | None) -> str | Unset:
    """Name the version that a resource must still have, as the header `If-Match` does; any where there is none."""
    return UNSET if version is None else f'"{version}"'


def every(fetch: Callable[[str | Unset], Page[T] | Problem | None]) -> Iterator[T]:
    """Yield the items of all pages, each page fetched when it is needed."""
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page = success(fetch(cursor))
        yield from page.items
        cursor = page.next_cursor
