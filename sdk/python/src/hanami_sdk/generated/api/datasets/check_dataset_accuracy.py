from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.accuracy_check import AccuracyCheck
from ...models.class_accuracy import ClassAccuracy
from ...models.problem import Problem
from ...models.real_accuracy import RealAccuracy
from ...types import Response


def _get_kwargs(
    dataset_id: UUID,
    *,
    body: AccuracyCheck,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/datasets/{dataset_id}/accuracy".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ClassAccuracy | RealAccuracy | Problem | None:
    if response.status_code == 200:

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

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ClassAccuracy | RealAccuracy | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccuracyCheck,
) -> Response[ClassAccuracy | RealAccuracy | Problem]:
    """Compare two columns

     Row by row: columns of whole numbers as classes, columns of real numbers by their distance.

    Args:
        dataset_id (UUID):
        body (AccuracyCheck): Which column of this dataset to compare with which truth, row by
            row.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ClassAccuracy | RealAccuracy | Problem]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccuracyCheck,
) -> ClassAccuracy | RealAccuracy | Problem | None:
    """Compare two columns

     Row by row: columns of whole numbers as classes, columns of real numbers by their distance.

    Args:
        dataset_id (UUID):
        body (AccuracyCheck): Which column of this dataset to compare with which truth, row by
            row.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ClassAccuracy | RealAccuracy | Problem
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccuracyCheck,
) -> Response[ClassAccuracy | RealAccuracy | Problem]:
    """Compare two columns

     Row by row: columns of whole numbers as classes, columns of real numbers by their distance.

    Args:
        dataset_id (UUID):
        body (AccuracyCheck): Which column of this dataset to compare with which truth, row by
            row.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ClassAccuracy | RealAccuracy | Problem]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccuracyCheck,
) -> ClassAccuracy | RealAccuracy | Problem | None:
    """Compare two columns

     Row by row: columns of whole numbers as classes, columns of real numbers by their distance.

    Args:
        dataset_id (UUID):
        body (AccuracyCheck): Which column of this dataset to compare with which truth, row by
            row.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ClassAccuracy | RealAccuracy | Problem
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            body=body,
        )
    ).parsed
