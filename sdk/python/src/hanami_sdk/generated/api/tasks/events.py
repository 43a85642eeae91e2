from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx


def request(
    task_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/tasks/{task_id}/events".format(
            task_id=quote(str(task_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> str:
    return response.text
