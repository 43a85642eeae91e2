from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.checkpoint import Checkpoint
from ...types import UNSET, File, Unset


def request(
    cluster_id: UUID,
    *,
    body: File,
    name: str | Unset = "uploaded",
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["name"] = name

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/checkpoints/upload".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
        "params": params,
    }

    kwargs["content"] = body.payload

    headers["Content-Type"] = "application/octet-stream"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Checkpoint:
    response_201 = Checkpoint.from_dict(response.json())

    return response_201
