from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.samples_learned import SamplesLearned
from ...models.truth_learn import TruthLearn
from ...types import UNSET, Unset


def request(
    cluster_id: UUID,
    request_id: UUID,
    *,
    body: TruthLearn,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/clusters/{cluster_id}/requests/{request_id}/truth".format(
            cluster_id=quote(str(cluster_id), safe=""),
            request_id=quote(str(request_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> SamplesLearned:
    response_200 = SamplesLearned.from_dict(response.json())

    return response_200
