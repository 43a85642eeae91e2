from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.upload import Upload


def request(
    upload_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/uploads/{upload_id}".format(
            upload_id=quote(str(upload_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Upload:
    response_200 = Upload.from_dict(response.json())

    return response_200
