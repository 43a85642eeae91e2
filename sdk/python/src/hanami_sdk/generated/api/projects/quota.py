from typing import Any
from urllib.parse import quote

import httpx

from ...models.quota import Quota


def request(
    project_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/projects/{project_id}/quota".format(
            project_id=quote(str(project_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Quota:
    response_200 = Quota.from_dict(response.json())

    return response_200
