from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    *,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/clusters/{cluster_id}".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
