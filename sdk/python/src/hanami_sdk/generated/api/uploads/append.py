from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.upload import Upload
from ...types import UNSET, File, Unset


def request(
    upload_id: UUID,
    *,
    body: File,
    offset: int | Unset = 0,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["offset"] = offset

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/uploads/{upload_id}/append".format(
            upload_id=quote(str(upload_id), safe=""),
        ),
        "params": params,
    }

    kwargs["content"] = body.payload

    headers["Content-Type"] = "application/octet-stream"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Upload:
    response_200 = Upload.from_dict(response.json())

    return response_200
