from typing import Any

import httpx

from ...models.cluster import Cluster
from ...models.cluster_create import ClusterCreate
from ...types import UNSET, Unset


def request(
    *,
    body: ClusterCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Cluster:
    response_201 = Cluster.from_dict(response.json())

    return response_201
