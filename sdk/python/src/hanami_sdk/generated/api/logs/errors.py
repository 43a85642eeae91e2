from typing import Any

import httpx

from ...models.error_page import ErrorPage
from ...types import UNSET, Unset


def request(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/error-log",
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> ErrorPage:
    response_200 = ErrorPage.from_dict(response.json())

    return response_200
