from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.session_terms import SessionTerms


def request(
    cluster_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/clusters/{cluster_id}/session".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> SessionTerms:
    response_200 = SessionTerms.from_dict(response.json())

    return response_200
