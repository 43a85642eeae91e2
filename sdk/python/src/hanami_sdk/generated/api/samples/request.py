from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.samples_answered import SamplesAnswered
from ...models.samples_request import SamplesRequest


def request(
    cluster_id: UUID,
    *,
    body: SamplesRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/requests".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> SamplesAnswered:
    response_200 = SamplesAnswered.from_dict(response.json())

    return response_200
