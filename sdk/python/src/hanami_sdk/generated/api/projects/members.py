from typing import Any
from urllib.parse import quote

import httpx

from ...models.member_page import MemberPage
from ...types import UNSET, Unset


def request(
    project_id: str,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/projects/{project_id}/members".format(
            project_id=quote(str(project_id), safe=""),
        ),
        "params": params,
    }
    return kwargs


def answer(response: httpx.Response) -> MemberPage:
    response_200 = MemberPage.from_dict(response.json())

    return response_200
