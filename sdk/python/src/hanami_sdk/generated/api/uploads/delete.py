from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx


def request(
    upload_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/uploads/{upload_id}".format(
            upload_id=quote(str(upload_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
