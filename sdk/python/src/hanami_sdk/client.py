"""The client: one object for all that a server offers."""

import os
from typing import Self
from uuid import UUID

import httpx

from hanami_sdk._auth import FixedToken, Login
from hanami_sdk._http import HttpClient, RetryTransport
from hanami_sdk.accounts import Projects, Users
from hanami_sdk.checkpoints import Checkpoints
from hanami_sdk.clusters import Clusters
from hanami_sdk.datasets import Datasets, Uploads
from hanami_sdk.devices import DeviceKeys
from hanami_sdk.errors import ConfigurationError
from hanami_sdk.generated import AuthenticatedClient
from hanami_sdk.generated.models import TokenCreate
from hanami_sdk.generated.types import UNSET
from hanami_sdk.samples import Samples, Sessions
from hanami_sdk.sessions import RESEND, AsyncSession, Resend, Session
from hanami_sdk.sessions.connecting import Door
from hanami_sdk.system import System
from hanami_sdk.tasks import Tasks
from hanami_sdk.templates import Templates


class Client:
    """A connection to a Hanami server; usable from several threads, and as a context manager.

    What is left out is taken from the environment.

    Parameters
    ----------
    url
        Address of the server; else ``HANAMI_URL``.
    user, password
        Who to log in as, at the first request; else ``HANAMI_USER`` and ``HANAMI_PASSWORD``.
    token
        A token instead of user and password; else ``HANAMI_TOKEN``. It is not renewed.
    project
        The project to work in; left out, the first of the user's.
    timeout
        Seconds to wait for the server to connect, take or send something.
    retries
        How often a request is sent again that failed without doing anything, or may be done twice.

    Raises
    ------
    ConfigurationError
        Without an address, or without anything to log in with.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        project: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
    ) -> None:
        base_url = _setting(url, "HANAMI_URL").rstrip("/")
        if not base_url:
            raise ConfigurationError("the address of a server is needed: Client(url) or HANAMI_URL")
        self._http = HttpClient(
            base_url=base_url,
            auth=_auth(base_url, user, password, token, project),
            transport=RetryTransport(httpx.HTTPTransport(), retries),
            timeout=timeout,
        )
        api = AuthenticatedClient(base_url=base_url, token="", raise_on_unexpected_status=True)
        api.set_httpx_client(self._http)
        self.system = System(api)
        self.users = Users(api)
        self.projects = Projects(api)
        self.uploads = Uploads(api)
        self.datasets = Datasets(api)
        self.tasks = Tasks(api)
        self.templates = Templates(api)
        self.clusters = Clusters(api, self.tasks)
        self.samples = Samples(api)
        self.sessions = Sessions(api)
        self.checkpoints = Checkpoints(api)
        self.device_keys = DeviceKeys(api)

    def session(self, cluster_id: UUID, *, resend: Resend = RESEND) -> Session:
        """Speak to a network directly, sample by sample: ``with client.session(cluster.id) as session: …``.

        Raises
        ------
        NotFoundError, ForbiddenError, NoAnswerError
            On entering: there is no such cluster, one may not use it, or no server answers.
        """
        return Session(Door(self._http, cluster_id), resend)

    def async_session(self, cluster_id: UUID, *, resend: Resend = RESEND) -> AsyncSession:
        """Do the same on an event loop: ``async with client.async_session(cluster.id) as session: …``."""
        return AsyncSession(Door(self._http, cluster_id), resend)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _auth(base_url: str, user: str | None, password: str | None, token: str | None, project: str | None) -> httpx.Auth:
    given = user is not None or password is not None
    token = token if given else _setting(token, "HANAMI_TOKEN")
    if token:
        return FixedToken(token)
    user, password = _setting(user, "HANAMI_USER"), _setting(password, "HANAMI_PASSWORD")
    if not user or not password:
        raise ConfigurationError(
            "user and password, or a token, are needed: as arguments, "
            "or in the environment as HANAMI_USER and HANAMI_PASSWORD, or HANAMI_TOKEN"
        )
    return Login(base_url, TokenCreate(user_id=user, password=password, project_id=project or UNSET))


def _setting(given: str | None, variable: str) -> str:
    return os.environ.get(variable, "") if given is None else given
