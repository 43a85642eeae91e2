from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.cluster import Cluster
from ...models.restore_create import RestoreCreate


def request(
    cluster_id: UUID,
    *,
    body: RestoreCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/restore".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Cluster:
    response_200 = Cluster.from_dict(response.json())

    return response_200
