from typing import Any

import httpx

from ...models.upload import Upload
from ...types import UNSET, File, Unset


def request(
    *,
    body: File,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/uploads",
    }

    kwargs["content"] = body.payload

    headers["Content-Type"] = "application/octet-stream"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Upload:
    response_201 = Upload.from_dict(response.json())

    return response_201
