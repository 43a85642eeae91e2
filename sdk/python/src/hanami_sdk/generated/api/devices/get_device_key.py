from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_key import DeviceKey
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    device_key_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/device-keys/{device_key_id}".format(
            device_key_id=quote(str(device_key_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DeviceKey | Problem | None:
    if response.status_code == 200:
        response_200 = DeviceKey.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DeviceKey | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    device_key_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[DeviceKey | Problem]:
    """Get a device key

     What it is good for, not the key itself.

    Args:
        device_key_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceKey | Problem]
    """

    kwargs = _get_kwargs(
        device_key_id=device_key_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    device_key_id: UUID,
    *,
    client: AuthenticatedClient,
) -> DeviceKey | Problem | None:
    """Get a device key

     What it is good for, not the key itself.

    Args:
        device_key_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceKey | Problem
    """

    return sync_detailed(
        device_key_id=device_key_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    device_key_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[DeviceKey | Problem]:
    """Get a device key

     What it is good for, not the key itself.

    Args:
        device_key_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeviceKey | Problem]
    """

    kwargs = _get_kwargs(
        device_key_id=device_key_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    device_key_id: UUID,
    *,
    client: AuthenticatedClient,
) -> DeviceKey | Problem | None:
    """Get a device key

     What it is good for, not the key itself.

    Args:
        device_key_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeviceKey | Problem
    """

    return (
        await asyncio_detailed(
            device_key_id=device_key_id,
            client=client,
        )
    ).parsed
