from typing import Any

import httpx

from ...models.template import Template
from ...models.template_create import TemplateCreate
from ...types import UNSET, Unset


def request(
    *,
    body: TemplateCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/templates",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Template:
    response_201 = Template.from_dict(response.json())

    return response_201
