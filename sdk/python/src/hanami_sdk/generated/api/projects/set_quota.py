from typing import Any
from urllib.parse import quote

import httpx

from ...models.quota import Quota
from ...models.quota_set import QuotaSet


def request(
    project_id: str,
    *,
    body: QuotaSet,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/projects/{project_id}/quota".format(
            project_id=quote(str(project_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Quota:
    response_200 = Quota.from_dict(response.json())

    return response_200
