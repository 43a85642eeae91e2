from typing import Any

import httpx

from ...models.access_token import AccessToken
from ...models.oidc_token_create import OidcTokenCreate


def request(
    *,
    body: OidcTokenCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/tokens/oidc",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> AccessToken:
    response_201 = AccessToken.from_dict(response.json())

    return response_201
