"""Where a session is, and how one gets in: what both drivers do alike."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from hanami_sdk.errors import NoAnswerError, UnavailableError
from hanami_sdk.sessions.dialogue import LostError

SUBPROTOCOL = Subprotocol("hanami.v1")
LOSSES = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError, NoAnswerError, UnavailableError)


class Door:
    """The address of one cluster's sessions, and who asks there."""

    def __init__(self, http: httpx.Client, cluster_id: UUID) -> None:
        self._http, self._path = http, f"/v1/clusters/{cluster_id}/session"

    def address(self) -> str:
        """Return the address of the websocket."""
        url = urlsplit(str(self._http.base_url).rstrip("/") + self._path)
        return url._replace(scheme={"http": "ws", "https": "wss"}[url.scheme]).geturl()

    def options(self) -> dict[str, Any]:
        """Return what to connect with, after asking whether one may: that tells what is wrong, and renews tokens.

        Raises
        ------
        ApiError, NoAnswerError
            There is no such cluster, one may not use it, or no server answers.
        """
        answer = self._http.get(self._path)
        return {
            "additional_headers": {"Authorization": answer.request.headers["Authorization"]},
            "subprotocols": [SUBPROTOCOL],
            "compression": None,
            "max_size": None,
        }


def as_loss(error: Exception) -> LostError:
    """Tell what the end of a connection means."""
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        return LostError(error.rcvd.code, error.rcvd.reason)
    return LostError(1006, str(error) or type(error).__name__)
