"""Logging in: the token goes with every request, and a new one is asked for when it ends."""

import threading
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import httpx

from hanami_sdk._http import ONCE
from hanami_sdk.errors import error_of
from hanami_sdk.generated.models import AccessToken, TokenCreate

Flow = Generator[httpx.Request, httpx.Response, None]

LONGEST_MARGIN = timedelta(minutes=1)


class FixedToken(httpx.Auth):
    """A token from elsewhere; when it ends, requests fail."""

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
        if response.status_code == httpx.codes.UNAUTHORIZED and not request.extensions.get(ONCE, False):
            yield from self._renew(refused=used)
            yield _signed(request, self._token)

    def _renew(self, refused: str | None) -> Flow:
        with self._lock:  # of many threads, one logs in and the others use its token
            if datetime.now(UTC) < self._renew_at and self._token != refused:
                return
            response = yield httpx.Request("POST", self._url, json=self._credentials.to_dict())
            response.read()
            if not response.is_success:
                raise error_of(response)
            access = AccessToken.from_dict(response.json())
            now = datetime.now(UTC)
            self._renew_at = access.expires_at - min(LONGEST_MARGIN, (access.expires_at - now) / 10)
            self._token = access.token


def _signed(request: httpx.Request, token: str) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {token}"
    return request
