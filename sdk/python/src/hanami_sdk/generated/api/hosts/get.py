from typing import Any
from urllib.parse import quote

import httpx

from ...models.host import Host


def request(
    host_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/hosts/{host_id}".format(
            host_id=quote(str(host_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Host:
    response_200 = Host.from_dict(response.json())

    return response_200
