from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.checkpoint import Checkpoint


def request(
    checkpoint_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/checkpoints/{checkpoint_id}".format(
            checkpoint_id=quote(str(checkpoint_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Checkpoint:
    response_200 = Checkpoint.from_dict(response.json())

    return response_200
