from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.request_task_create import RequestTaskCreate
from ...models.task import Task
from ...models.train_task_create import TrainTaskCreate
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    body: RequestTaskCreate | TrainTaskCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/tasks".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    if isinstance(body, TrainTaskCreate):
        kwargs["json"] = body.to_dict()
    else:
        kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Task:
    response_202 = Task.from_dict(response.json())

    return response_202
