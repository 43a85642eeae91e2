from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx


def request(
    cluster_id: UUID,
    session_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/clusters/{cluster_id}/sessions/{session_id}".format(
            cluster_id=quote(str(cluster_id), safe=""),
            session_id=quote(str(session_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
