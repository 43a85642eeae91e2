from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.device_key_create import DeviceKeyCreate
from ...models.new_device_key import NewDeviceKey


def request(
    cluster_id: UUID,
    *,
    body: DeviceKeyCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/device-keys".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> NewDeviceKey:
    response_201 = NewDeviceKey.from_dict(response.json())

    return response_201
