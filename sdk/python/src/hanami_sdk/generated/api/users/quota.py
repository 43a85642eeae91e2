from typing import Any
from urllib.parse import quote

import httpx

from ...models.quota import Quota


def request(
    user_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/users/{user_id}/quota".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Quota:
    response_200 = Quota.from_dict(response.json())

    return response_200
