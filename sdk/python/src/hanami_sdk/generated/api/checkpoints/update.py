from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.checkpoint import Checkpoint
from ...models.rename import Rename
from ...types import UNSET, Unset


def request(
    checkpoint_id: UUID,
    *,
    body: Rename,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/checkpoints/{checkpoint_id}".format(
            checkpoint_id=quote(str(checkpoint_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Checkpoint:
    response_200 = Checkpoint.from_dict(response.json())

    return response_200
