from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.checkpoint import Checkpoint
from ...models.checkpoint_create import CheckpointCreate
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    body: CheckpointCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/checkpoints".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Checkpoint:
    response_201 = Checkpoint.from_dict(response.json())

    return response_201
