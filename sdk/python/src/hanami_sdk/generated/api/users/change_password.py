from typing import Any
from urllib.parse import quote

import httpx

from ...models.password_change import PasswordChange


def request(
    user_id: str,
    *,
    body: PasswordChange,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/users/{user_id}/password".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
