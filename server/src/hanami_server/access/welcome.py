"""Whether clients of open sessions are still who they were, and may still do what they do."""

from hanami_server.access.policy import Policy
from hanami_server.access.viewers import Viewers
from hanami_server.contract.errors import UnauthorizedError
from hanami_server.sessions.connection import NOT_ALLOWED, UNKNOWN, Connection, Ending
from hanami_server.store.tables import Cluster
from hanami_server.store.visibility import may_see

OPERATION = "openSession"


class Welcome:
    """Looks again at whoever opened a session; cheap where no account has changed."""

    def __init__(self, viewers: Viewers, policy: Policy) -> None:
        self._viewers, self._policy = viewers, policy

    async def look(self, connection: Connection) -> Ending | None:
        """Tell why a session must end; None where it may go on."""
        client = connection.client
        try:
            viewer = await self._viewers.find(client.token)
        except UnauthorizedError:
            return UNKNOWN
        cluster = Cluster(id=connection.live.cluster_id, owner_id=client.owner_id, project_id=client.project_id)
        if self._policy.allows(OPERATION, viewer.roles) and may_see(cluster, viewer):
            return None
        return NOT_ALLOWED
