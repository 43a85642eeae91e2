from typing import Any
from urllib.parse import quote

import httpx

from ...models.user import User
from ...models.user_update import UserUpdate
from ...types import UNSET, Unset


def request(
    user_id: str,
    *,
    body: UserUpdate,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/users/{user_id}".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> User:
    response_200 = User.from_dict(response.json())

    return response_200
