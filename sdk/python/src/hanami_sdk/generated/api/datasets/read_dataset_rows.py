from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.dataset_rows import DatasetRows
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
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

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/datasets/{dataset_id}/rows".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DatasetRows | Problem | None:
    if response.status_code == 200:
        response_200 = DatasetRows.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[DatasetRows | Problem]:
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
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
) -> Response[DatasetRows | Problem]:
    """Read rows of a dataset

     As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
    it stopped, for the next to begin there. See `exportDatasetRows` for files.

    Args:
        dataset_id (UUID):
        start (int | Unset):  Default: 0.
        stop (int | Unset):
        columns (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetRows | Problem]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        start=start,
        stop=stop,
        columns=columns,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
) -> DatasetRows | Problem | None:
    """Read rows of a dataset

     As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
    it stopped, for the next to begin there. See `exportDatasetRows` for files.

    Args:
        dataset_id (UUID):
        start (int | Unset):  Default: 0.
        stop (int | Unset):
        columns (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetRows | Problem
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        start=start,
        stop=stop,
        columns=columns,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
) -> Response[DatasetRows | Problem]:
    """Read rows of a dataset

     As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
    it stopped, for the next to begin there. See `exportDatasetRows` for files.

    Args:
        dataset_id (UUID):
        start (int | Unset):  Default: 0.
        stop (int | Unset):
        columns (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatasetRows | Problem]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        start=start,
        stop=stop,
        columns=columns,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    start: int | Unset = 0,
    stop: int | Unset = UNSET,
    columns: list[str] | Unset = UNSET,
) -> DatasetRows | Problem | None:
    """Read rows of a dataset

     As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
    it stopped, for the next to begin there. See `exportDatasetRows` for files.

    Args:
        dataset_id (UUID):
        start (int | Unset):  Default: 0.
        stop (int | Unset):
        columns (list[str] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatasetRows | Problem
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            start=start,
            stop=stop,
            columns=columns,
        )
    ).parsed
