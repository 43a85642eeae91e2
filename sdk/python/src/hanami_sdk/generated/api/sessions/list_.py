from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.session_page import SessionPage
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/clusters/{cluster_id}/sessions".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> SessionPage:
    response_200 = SessionPage.from_dict(response.json())

    return response_200
