from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.template import Template


def request(
    template_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/templates/{template_id}".format(
            template_id=quote(str(template_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Template:
    response_200 = Template.from_dict(response.json())

    return response_200
