from typing import Any

import httpx

from ...models.dataset import Dataset
from ...models.dataset_create import DatasetCreate
from ...types import UNSET, Unset


def request(
    *,
    body: DatasetCreate,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/datasets",
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Dataset:
    response_201 = Dataset.from_dict(response.json())

    return response_201
