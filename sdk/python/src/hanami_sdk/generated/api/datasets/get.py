from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.dataset_details import DatasetDetails


def request(
    dataset_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/datasets/{dataset_id}".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> DatasetDetails:
    response_200 = DatasetDetails.from_dict(response.json())

    return response_200
