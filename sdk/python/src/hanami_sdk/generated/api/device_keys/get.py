from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.device_key import DeviceKey


def request(
    device_key_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/device-keys/{device_key_id}".format(
            device_key_id=quote(str(device_key_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> DeviceKey:
    response_200 = DeviceKey.from_dict(response.json())

    return response_200
