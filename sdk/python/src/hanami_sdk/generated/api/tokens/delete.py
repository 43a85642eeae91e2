from typing import Any

import httpx


def request() -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/tokens/current",
    }
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
