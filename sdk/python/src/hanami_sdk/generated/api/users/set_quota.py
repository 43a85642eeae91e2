from typing import Any
from urllib.parse import quote

import httpx

from ...models.quota import Quota
from ...models.quota_set import QuotaSet


def request(
    user_id: str,
    *,
    body: QuotaSet,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/users/{user_id}/quota".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Quota:
    response_200 = Quota.from_dict(response.json())

    return response_200
