from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.cluster_host import ClusterHost
from ...models.cluster_move import ClusterMove
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    body: ClusterMove,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/clusters/{cluster_id}/host".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> ClusterHost:
    response_200 = ClusterHost.from_dict(response.json())

    return response_200
