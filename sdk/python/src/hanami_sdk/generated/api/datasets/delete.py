from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...types import UNSET, Unset


def request(
    dataset_id: UUID,
    *,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/datasets/{dataset_id}".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
