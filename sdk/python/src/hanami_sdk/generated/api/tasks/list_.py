import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.order import Order
from ...models.task_page import TaskPage
from ...models.task_state import TaskState
from ...models.task_type import TaskType
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    created_after: datetime.datetime | Unset = UNSET,
    created_before: datetime.datetime | Unset = UNSET,
    order: Order | Unset = UNSET,
    descending: bool | Unset = False,
    state: TaskState | Unset = UNSET,
    type_: TaskType | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    json_created_after: str | Unset = UNSET
    if not isinstance(created_after, Unset):
        json_created_after = created_after.isoformat()
    params["created_after"] = json_created_after

    json_created_before: str | Unset = UNSET
    if not isinstance(created_before, Unset):
        json_created_before = created_before.isoformat()
    params["created_before"] = json_created_before

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order

    params["order"] = json_order

    params["descending"] = descending

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    json_type_: str | Unset = UNSET
    if not isinstance(type_, Unset):
        json_type_ = type_

    params["type"] = json_type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/clusters/{cluster_id}/tasks".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> TaskPage:
    response_200 = TaskPage.from_dict(response.json())

    return response_200
