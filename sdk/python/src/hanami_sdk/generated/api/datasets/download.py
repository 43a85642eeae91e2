from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...types import File


def request(
    dataset_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/datasets/{dataset_id}/content".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> File:
    response_200 = File(payload=BytesIO(response.content))

    return response_200
