"""HTTP as all operations use it: repeats what may be repeated, and raises what is not a success."""

import itertools
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from hanami_sdk.errors import NoAnswerError, error_of

IDEMPOTENT = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
NOT_NOW = {429, 503}
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds
LONGEST_OBEYED = 60.0  # seconds; a server that asks for more gets no second try
ONCE = "hanami.once"  # extension of a request whose body can be sent only once


class HttpClient(httpx.Client):
    """A client whose every answer is a success; anything else is raised as a HanamiError."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has it
        """Send a request; raises ApiError for a problem and NoAnswerError where no answer came."""
        try:
            response = super().send(request, **options)
            if response.is_success:
                return response
            try:
                response.read()
            finally:
                response.close()
        except httpx.TransportError as error:
            raise no_answer(error) from error
        raise error_of(response)


class AsyncHttpClient(httpx.AsyncClient):
    """The same for programs with an event loop."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has it
        """Send a request; raises ApiError for a problem and NoAnswerError where no answer came."""
        try:
            response = await super().send(request, **options)
            if response.is_success:
                return response
            try:
                await response.aread()
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise no_answer(error) from error
        raise error_of(response)


class RetryTransport(httpx.BaseTransport):
    """Sends a request again where that cannot do a thing twice.

    That is: when it was never sent, when the server said "not now" (429, 503, or 409 with Retry-After while it answers
    the same already), when its method is idempotent, or when it names an idempotency key.
    Waits from 0.5 to 8 seconds, or as long as the server asks.
    """

    def __init__(self, inner: httpx.BaseTransport, retries: int) -> None:
        self._inner = inner
        self._retries = retries

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, again if need be; the last answer or error counts."""
        for attempt in itertools.count():
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError as error:
                if attempt == self._retries or not _may_repeat_after(error, request):
                    raise
                wait = backoff(attempt)
            else:
                asked = _wait_for(response, request, attempt)
                if attempt == self._retries or asked is None:
                    return response
                response.close()
                wait = asked
            time.sleep(wait)
        raise AssertionError  # the count has no end

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class AsyncRetryTransport(httpx.AsyncBaseTransport):
    """The same for programs with an event loop."""

    def __init__(self, inner: httpx.AsyncBaseTransport, retries: int) -> None:
        self._inner = inner
        self._retries = retries

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, again if need be; the last answer or error counts."""
        import asyncio  # noqa: PLC0415 -- programs without an event loop do without

        for attempt in itertools.count():
            try:
                response = await self._inner.handle_async_request(request)
            except httpx.TransportError as error:
                if attempt == self._retries or not _may_repeat_after(error, request):
                    raise
                wait = backoff(attempt)
            else:
                asked = _wait_for(response, request, attempt)
                if attempt == self._retries or asked is None:
                    return response
                await response.aclose()
                wait = asked
            await asyncio.sleep(wait)
        raise AssertionError  # the count has no end

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def no_answer(error: httpx.TransportError) -> NoAnswerError:
    """Make the exception for a request without an answer."""
    return NoAnswerError(f"no answer from the server: {error or type(error).__name__}")


def _wait_for(response: httpx.Response, request: httpx.Request, attempt: int) -> float | None:
    """Return how many seconds to wait before the request is sent again; None where this answer is the last."""
    not_now = response.status_code in NOT_NOW or (response.status_code == 409 and "Retry-After" in response.headers)
    if not not_now or not _can_repeat(request):
        return None
    wait = _asked_wait(response, backoff(attempt))
    return wait if wait <= LONGEST_OBEYED else None


def _can_repeat(request: httpx.Request) -> bool:
    return not request.extensions.get(ONCE, False)


def _may_repeat_after(error: httpx.TransportError, request: httpx.Request) -> bool:
    is_once = request.method in IDEMPOTENT or "Idempotency-Key" in request.headers
    return isinstance(error, NOT_SENT) or (is_once and _can_repeat(request))


def backoff(attempt: int) -> float:
    """Return how many seconds to wait after a failure."""
    # Jitter, so that many clients that failed together do not come back together.
    return min(FIRST_WAIT * 2.0**attempt, LONGEST_WAIT) * random.uniform(0.75, 1.0)  # noqa: S311 -- no secret


def _asked_wait(response: httpx.Response, otherwise: float) -> float:
    """Return the seconds of Retry-After, which may be a number or a date."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return otherwise
