from typing import Any
from urllib.parse import quote

import httpx

from ...types import UNSET, Unset


def request(
    user_id: str,
    *,
    force: bool | Unset = False,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    params: dict[str, Any] = {}

    params["force"] = force

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/users/{user_id}".format(
            user_id=quote(str(user_id), safe=""),
        ),
        "params": params,
    }
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
