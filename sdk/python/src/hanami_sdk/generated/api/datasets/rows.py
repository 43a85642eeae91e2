from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.dataset_rows import DatasetRows
from ...types import UNSET, Unset


def request(
    dataset_id: UUID,
    *,
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["start"] = start

    params["stop"] = stop

    json_columns: list[str] | Unset = UNSET
    if not isinstance(columns, Unset):
        json_columns = columns

    params["columns"] = json_columns

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/datasets/{dataset_id}/rows".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> DatasetRows:
    response_200 = DatasetRows.from_dict(response.json())

    return response_200
