from typing import Any
from urllib.parse import quote

import httpx

from ...models.project import Project
from ...models.project_update import ProjectUpdate
from ...types import UNSET, Unset


def request(
    project_id: str,
    *,
    body: ProjectUpdate,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/projects/{project_id}".format(
            project_id=quote(str(project_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> Project:
    response_200 = Project.from_dict(response.json())

    return response_200
