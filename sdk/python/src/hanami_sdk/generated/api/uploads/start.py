from typing import Any

import httpx

from ...models.upload import Upload
from ...models.upload_start import UploadStart
from ...types import UNSET, Unset


def request(
    *,
    body: UploadStart,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/uploads/start",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Upload:
    response_201 = Upload.from_dict(response.json())

    return response_201
