from typing import Any
from urllib.parse import quote

import httpx

from ...models.user import User


def request(
    user_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/users/{user_id}".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> User:
    response_200 = User.from_dict(response.json())

    return response_200
