from typing import Any

import httpx

from ...models.version_info import VersionInfo


def request() -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/version",
    }
    return kwargs


def answer(response: httpx.Response) -> VersionInfo:
    response_200 = VersionInfo.from_dict(response.json())

    return response_200
