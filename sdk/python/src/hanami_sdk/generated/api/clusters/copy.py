from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.cluster import Cluster
from ...models.cluster_copy import ClusterCopy
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    body: ClusterCopy,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/copy".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Cluster:
    response_201 = Cluster.from_dict(response.json())

    return response_201
