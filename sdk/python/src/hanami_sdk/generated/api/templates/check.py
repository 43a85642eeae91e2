from typing import Any

import httpx

from ...models.template_check import TemplateCheck
from ...models.template_layout import TemplateLayout


def request(
    *,
    body: TemplateCheck,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/templates/check",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> TemplateLayout:
    response_200 = TemplateLayout.from_dict(response.json())

    return response_200
