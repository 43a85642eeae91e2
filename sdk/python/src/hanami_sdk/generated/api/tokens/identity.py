from typing import Any

import httpx

from ...models.identity import Identity


def request() -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/tokens/current",
    }
    return kwargs


def answer(response: httpx.Response) -> Identity:
    response_200 = Identity.from_dict(response.json())

    return response_200
