from typing import Any
from urllib.parse import quote

import httpx

from ...models.project import Project


def request(
    project_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/projects/{project_id}".format(
            project_id=quote(str(project_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> Project:
    response_200 = Project.from_dict(response.json())

    return response_200
