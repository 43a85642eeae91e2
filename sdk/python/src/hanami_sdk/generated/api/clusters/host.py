from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.cluster_host import ClusterHost


def request(
    cluster_id: UUID,
) -> dict[str, Any]:

    kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/clusters/{cluster_id}/host".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }
    return kwargs


def answer(response: httpx.Response) -> ClusterHost:
    response_200 = ClusterHost.from_dict(response.json())

    return response_200
