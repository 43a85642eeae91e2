from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...types import File


def request(
    checkpoint_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/checkpoints/{checkpoint_id}/content".format(
            checkpoint_id=quote(str(checkpoint_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> File:
    response_200 = File(payload=BytesIO(response.content))

    return response_200
