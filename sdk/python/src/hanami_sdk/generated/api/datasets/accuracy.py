from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...models.accuracy_check import AccuracyCheck
from ...models.class_accuracy import ClassAccuracy
from ...models.real_accuracy import RealAccuracy


def request(
    dataset_id: UUID,
    *,
    body: AccuracyCheck,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/datasets/{dataset_id}/accuracy".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"
    kwargs["headers"] = headers
    return kwargs


def answer(response: httpx.Response) -> ClassAccuracy | RealAccuracy:
    def _parse_response_200(data: object) -> ClassAccuracy | RealAccuracy:
        try:
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_accuracy_report_type_0 = ClassAccuracy.from_dict(data)

            return componentsschemas_accuracy_report_type_0
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
        if not isinstance(data, dict):
            raise TypeError()
        componentsschemas_accuracy_report_type_1 = RealAccuracy.from_dict(data)

        return componentsschemas_accuracy_report_type_1

    response_200 = _parse_response_200(response.json())

    return response_200
