"""The server itself."""

from hanami_sdk._answers import success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.system import get_system_info


class System:
    """What is running there."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def info(self) -> models.SystemInfo:
        """Return versions, and what the server may use of its machine."""
        return success(get_system_info.sync(client=self._api))
