"""Logging in: the token goes with every request, and a new one is asked for when it ends."""

import threading
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from hanami_sdk._http import ONCE
from hanami_sdk.errors import error_of
from hanami_sdk.generated.models.access_token import AccessToken
from hanami_sdk.generated.models.token_create import TokenCreate

if TYPE_CHECKING:
    import asyncio

Flow = Generator[httpx.Request, httpx.Response, None]
AsyncFlow = AsyncGenerator[httpx.Request, httpx.Response]

LONGEST_MARGIN = timedelta(minutes=1)


class FixedToken(httpx.Auth):
    """A token from elsewhere, or the key of a device; when it ends, requests fail."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Send the token."""
        yield _signed(request, self._token)


class Login(httpx.Auth):
    """Credentials; a token is fetched with them at first use, shortly before it ends, and when it is refused."""

    def __init__(self, base_url: str, credentials: TokenCreate) -> None:
        self._url = f"{base_url}/v1/tokens"
        self._credentials = credentials
        self._lock = threading.Lock()
        self._async_lock: asyncio.Lock | None = None
        self._token = ""
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def sync_auth_flow(self, request: httpx.Request) -> Flow:
        """Log in where needed, send, and once more with a new token where the old one was refused."""
        if request.url == self._url:
            yield request
            return
        yield from self._renew(refused=None)
        used = self._token
        response = yield _signed(request, used)
        if _is_refused(response, request):
            yield from self._renew(refused=used)
            yield _signed(request, self._token)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncFlow:
        """Do the same on an event loop."""
        if request.url == self._url:
            yield request
            return
        import asyncio  # noqa: PLC0415 -- programs without an event loop do without

        refused, self._async_lock = None, self._async_lock or asyncio.Lock()
        while True:
            async with self._async_lock:  # of many tasks, one logs in and the others use its token
                if self._has_ended(refused):
                    response = yield self._question()
                    await response.aread()
                    self._keep(response)
            used = self._token
            response = yield _signed(request, used)
            if refused is not None or not _is_refused(response, request):
                return
            refused = used

    def _renew(self, refused: str | None) -> Flow:
        with self._lock:  # of many threads, one logs in and the others use its token
            if self._has_ended(refused):
                response = yield self._question()
                response.read()
                self._keep(response)

    def _has_ended(self, refused: str | None) -> bool:
        return datetime.now(UTC) >= self._renew_at or self._token == refused

    def _question(self) -> httpx.Request:
        return httpx.Request("POST", self._url, json=self._credentials.to_dict())

    def _keep(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise error_of(response)
        access = AccessToken.from_dict(response.json())
        now = datetime.now(UTC)
        self._renew_at = access.expires_at - min(LONGEST_MARGIN, (access.expires_at - now) / 10)
        self._token = access.token


def _is_refused(response: httpx.Response, request: httpx.Request) -> bool:
    return response.status_code == httpx.codes.UNAUTHORIZED and not request.extensions.get(ONCE, False)


def _signed(request: httpx.Request, token: str) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {token}"
    return request
