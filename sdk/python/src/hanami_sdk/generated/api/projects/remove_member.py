from typing import Any
from urllib.parse import quote

import httpx


def request(
    project_id: str,
    user_id: str,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/projects/{project_id}/members/{user_id}".format(
            project_id=quote(str(project_id), safe=""),
            user_id=quote(str(user_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> None:
    return None
