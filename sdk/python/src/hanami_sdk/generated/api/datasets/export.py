from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.export_format import ExportFormat
from ...types import UNSET, File, Unset


def request(
    dataset_id: UUID,
    *,
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
    format_: ExportFormat | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["start"] = start

    params["stop"] = stop

    json_columns: list[str] | Unset = UNSET
    if not isinstance(columns, Unset):
        json_columns = columns

    params["columns"] = json_columns

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/datasets/{dataset_id}/rows/export".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> File:
    response_200 = File(payload=BytesIO(response.content))

    return response_200
