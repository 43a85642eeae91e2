from typing import Any
from urllib.parse import quote

import httpx

from ...models.member import Member
from ...models.member_set import MemberSet


def request(
    project_id: str,
    user_id: str,
    *,
    body: MemberSet,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/projects/{project_id}/members/{user_id}".format(
            project_id=quote(str(project_id), safe=""),
            user_id=quote(str(user_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Member:
    response_200 = Member.from_dict(response.json())

    return response_200
