from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.rename import Rename
from ...models.template import Template
from ...types import UNSET, Unset


def request(
    template_id: UUID,
    *,
    body: Rename,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/templates/{template_id}".format(
            template_id=quote(str(template_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Template:
    response_200 = Template.from_dict(response.json())

    return response_200
