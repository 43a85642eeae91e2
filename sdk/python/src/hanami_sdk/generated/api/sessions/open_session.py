from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.session_terms import SessionTerms
from ...types import Response


def _get_kwargs(
    cluster_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/clusters/{cluster_id}/session".format(
            cluster_id=quote(str(cluster_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SessionTerms | None:
    if response.status_code == 200:
        response_200 = SessionTerms.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[Problem | SessionTerms]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    cluster_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | SessionTerms]:
    """Open a direct session

     A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
    network learns in the same breath. Browsers, which cannot set headers, show their token as a second
    subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
    openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
    would begin with.

    Args:
        cluster_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SessionTerms]
    """

    kwargs = _get_kwargs(
        cluster_id=cluster_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cluster_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Problem | SessionTerms | None:
    """Open a direct session

     A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
    network learns in the same breath. Browsers, which cannot set headers, show their token as a second
    subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
    openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
    would begin with.

    Args:
        cluster_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SessionTerms
    """

    return sync_detailed(
        cluster_id=cluster_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    cluster_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | SessionTerms]:
    """Open a direct session

     A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
    network learns in the same breath. Browsers, which cannot set headers, show their token as a second
    subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
    openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
    would begin with.

    Args:
        cluster_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SessionTerms]
    """

    kwargs = _get_kwargs(
        cluster_id=cluster_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cluster_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Problem | SessionTerms | None:
    """Open a direct session

     A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
    network learns in the same breath. Browsers, which cannot set headers, show their token as a second
    subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
    openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
    would begin with.

    Args:
        cluster_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SessionTerms
    """

    return (
        await asyncio_detailed(
            cluster_id=cluster_id,
            client=client,
        )
    ).parsed
