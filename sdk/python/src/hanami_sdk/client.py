"""The clients: one object for all that a server offers."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import httpx

from hanami_sdk._http import AsyncHttpClient, AsyncRetryTransport, HttpClient, RetryTransport
from hanami_sdk._profile import find_access

if TYPE_CHECKING:
    from hanami_sdk.checkpoints import AsyncCheckpoints, Checkpoints
    from hanami_sdk.clusters import AsyncClusters, Clusters
    from hanami_sdk.datasets import AsyncDatasets, AsyncUploads, Datasets, Uploads
    from hanami_sdk.generated.api.device_keys import AsyncDeviceKeys, DeviceKeys
    from hanami_sdk.generated.api.hosts import AsyncHosts, Hosts
    from hanami_sdk.generated.api.logs import AsyncLogs, Logs
    from hanami_sdk.generated.api.projects import AsyncProjects, Projects
    from hanami_sdk.generated.api.system import AsyncSystem, System
    from hanami_sdk.generated.api.templates import AsyncTemplates, Templates
    from hanami_sdk.generated.api.tokens import AsyncTokens, Tokens
    from hanami_sdk.generated.api.users import AsyncUsers, Users
    from hanami_sdk.samples import AsyncSamples, Samples
    from hanami_sdk.sessions import AsyncSession, Resend, Session
    from hanami_sdk.sessions.listed import AsyncSessions, Sessions
    from hanami_sdk.tasks import AsyncTasks, Tasks

GROUPS = {  # where the class of each is that is more than what is generated
    "checkpoints": "hanami_sdk.checkpoints",
    "clusters": "hanami_sdk.clusters",
    "datasets": "hanami_sdk.datasets",
    "samples": "hanami_sdk.samples",
    "sessions": "hanami_sdk.sessions.listed",
    "tasks": "hanami_sdk.tasks",
    "uploads": "hanami_sdk.datasets",
}


class _Client:
    """What both clients have: groups of operations, each imported when it is first used."""

    _prefix = ""

    def __init__(
        self,
        url: str | None = None,
        *,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        device_key: str | None = None,
        project: str | None = None,
        profile: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
    ) -> None:
        given = {"url": url, "user": user, "password": password, "token": token, "device_key": device_key}
        access = find_access(profile, given | {"project": project})
        self._http = self._connect(access.url, access.auth, timeout, retries)

    def _connect(self, url: str, auth: httpx.Auth, timeout: float, retries: int) -> Any:  # noqa: ANN401 -- either kind
        raise NotImplementedError

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            if name.startswith("_"):
                raise AttributeError(name)
            try:
                module = import_module(GROUPS.get(name, f"hanami_sdk.generated.api.{name}"))
            except ModuleNotFoundError:
                raise AttributeError(f"{type(self).__name__} has no {name}") from None
            group = getattr(module, self._prefix + name.title().replace("_", ""))(self._http)
            setattr(self, name, group)
            return group


class Client(_Client):
    """A connection to a Hanami server; usable from several threads, and as a context manager.

    What is left out is taken from the environment, or from a profile (see `hanami_sdk._profile`).

    Parameters
    ----------
    url
        Address of the server; else ``HANAMI_URL``.
    user, password
        Who to log in as, at the first request; else ``HANAMI_USER`` and ``HANAMI_PASSWORD``.
    token
        A token instead of user and password; else ``HANAMI_TOKEN``. It is not renewed.
    device_key
        The key of a device instead; else ``HANAMI_DEVICE_KEY``.
    project
        The project to work in; else ``HANAMI_PROJECT``; left out, the first of the user's.
    profile
        The profile to take the rest from; else ``HANAMI_PROFILE``, else the current one.
    timeout
        Seconds to wait for the server to connect, take or send something.
    retries
        How often a request is sent again that failed without doing anything, or may be done twice.

    Raises
    ------
    ConfigurationError
        Without an address, or without anything to log in with.
    """

    if TYPE_CHECKING:
        checkpoints: Checkpoints
        clusters: Clusters
        datasets: Datasets
        device_keys: DeviceKeys
        hosts: Hosts
        logs: Logs
        projects: Projects
        samples: Samples
        sessions: Sessions
        system: System
        tasks: Tasks
        templates: Templates
        tokens: Tokens
        uploads: Uploads
        users: Users

    def _connect(self, url: str, auth: httpx.Auth, timeout: float, retries: int) -> HttpClient:
        transport = RetryTransport(httpx.HTTPTransport(), retries)
        return HttpClient(base_url=url, auth=auth, transport=transport, timeout=timeout)

    def session(self, cluster_id: UUID, *, resend: "Resend | None" = None) -> "Session":
        """Speak to a network directly, sample by sample: ``with client.session(cluster.id) as session: …``.

        Raises
        ------
        NotFoundError, ForbiddenError, NoAnswerError
            On entering: there is no such cluster, one may not use it, or no server answers.
        """
        from hanami_sdk.sessions import RESEND, Session  # noqa: PLC0415 -- NumPy takes longer than all the rest

        return Session(self._http, cluster_id, resend or RESEND)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Client):
    """A connection to a Hanami server for programs with an event loop; see `Client`, which takes the same."""

    _prefix = "Async"

    if TYPE_CHECKING:
        checkpoints: AsyncCheckpoints
        clusters: AsyncClusters
        datasets: AsyncDatasets
        device_keys: AsyncDeviceKeys
        hosts: AsyncHosts
        logs: AsyncLogs
        projects: AsyncProjects
        samples: AsyncSamples
        sessions: AsyncSessions
        system: AsyncSystem
        tasks: AsyncTasks
        templates: AsyncTemplates
        tokens: AsyncTokens
        uploads: AsyncUploads
        users: AsyncUsers

    def _connect(self, url: str, auth: httpx.Auth, timeout: float, retries: int) -> AsyncHttpClient:
        transport = AsyncRetryTransport(httpx.AsyncHTTPTransport(), retries)
        return AsyncHttpClient(base_url=url, auth=auth, transport=transport, timeout=timeout)

    def session(self, cluster_id: UUID, *, resend: "Resend | None" = None) -> "AsyncSession":
        """Speak to a network directly: ``async with client.session(cluster.id) as session:``; see `Client.session`."""
        from hanami_sdk.sessions import RESEND, AsyncSession  # noqa: PLC0415 -- NumPy takes longer than all the rest

        return AsyncSession(self._http, cluster_id, resend or RESEND)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
