from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.task import Task


def request(
    task_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/tasks/{task_id}".format(
            task_id=quote(str(task_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Task:
    response_200 = Task.from_dict(response.json())

    return response_200
