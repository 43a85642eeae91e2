"""The server itself."""

from collections.abc import Iterator

from hanami_sdk._answers import every, success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.logs import list_audit_log
from hanami_sdk.generated.api.system import get_system_info, reload_policy
from hanami_sdk.generated.api.tokens import get_identity
from hanami_sdk.generated.types import UNSET


class System:
    """What is running there."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def info(self) -> models.SystemInfo:
        """Return versions, and what the server may use of its machine."""
        return success(get_system_info.sync(client=self._api))

    def identity(self) -> models.Identity:
        """Return whom the token, or the device key, of this client stands for."""
        return success(get_identity.sync(client=self._api))

    def reload_policy(self) -> models.PolicyState:
        """Let the server read its policy again; only admins may."""
        return success(reload_policy.sync(client=self._api))

    def audit_log(
        self, *, user_id: str | None = None, operation: str | None = None, resource: str | None = None
    ) -> Iterator[models.AuditEntry]:
        """Yield what was changed or refused, newest first; of one user, operation or resource where it is named."""
        return every(
            lambda cursor: list_audit_log.sync(
                client=self._api,
                cursor=cursor,
                user_id=user_id or UNSET,
                operation=operation or UNSET,
                resource=resource or UNSET,
            )
        )
