from typing import Any

import httpx

from ...models.system_info import SystemInfo


def request() -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/system/info",
    }
    return kwargs


def answer(response: httpx.Response) -> SystemInfo:
    response_200 = SystemInfo.from_dict(response.json())

    return response_200
