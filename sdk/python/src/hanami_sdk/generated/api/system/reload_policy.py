from typing import Any

import httpx

from ...models.policy_state import PolicyState


def request() -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/system/policy/reload",
    }
    return kwargs


def answer(response: httpx.Response) -> PolicyState:
    response_200 = PolicyState.from_dict(response.json())

    return response_200
