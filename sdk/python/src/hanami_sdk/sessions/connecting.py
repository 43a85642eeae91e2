"""Where sessions are, and how one gets in: what both drivers do alike."""

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


def path_of(cluster_id: UUID) -> str:
    """Return the path of a cluster's sessions; whoever asks there by HTTP hears what is wrong."""
    return f"/v1/clusters/{cluster_id}/session"


def address_of(base_url: httpx.URL, cluster_id: UUID) -> str:
    """Return the address of the websocket."""
    url = urlsplit(str(base_url).rstrip("/") + path_of(cluster_id))
    return url._replace(scheme={"http": "ws", "https": "wss"}[url.scheme]).geturl()


def options_of(welcome: httpx.Response) -> dict[str, Any]:
    """Return what to connect with, after the answer to a request at the same place."""
    return {
        "additional_headers": {"Authorization": welcome.request.headers["Authorization"]},
        "subprotocols": [SUBPROTOCOL],
        "compression": None,
        "max_size": None,
    }


def as_loss(error: Exception) -> LostError:
    """Tell what the end of a connection means."""
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        return LostError(error.rcvd.code, error.rcvd.reason)
    return LostError(1006, str(error) or type(error).__name__)
