"""Direct sessions as others see them; `Client.session` opens one."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from hanami_sdk.generated import models
from hanami_sdk.generated.api import sessions as generated
from hanami_sdk.tasks import events, events_async


class Sessions(generated.Sessions):
    """Direct sessions as others see them."""

    def events(self, cluster_id: UUID, session_id: UUID) -> Iterator[models.Session]:
        """Yield how a session goes on, until it ends."""
        return events(self._http, _place(cluster_id, session_id), models.Session.from_dict)


class AsyncSessions(generated.AsyncSessions):
    """Direct sessions as others see them."""

    def events(self, cluster_id: UUID, session_id: UUID) -> AsyncIterator[models.Session]:
        """Yield how a session goes on, until it ends."""
        return events_async(self._http, _place(cluster_id, session_id), models.Session.from_dict)


def _place(cluster_id: UUID, session_id: UUID) -> str:
    return f"/v1/clusters/{cluster_id}/sessions/{session_id}/events"
