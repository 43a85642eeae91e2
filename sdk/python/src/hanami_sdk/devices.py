"""Keys of devices: what a sensor shows instead of a token."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from hanami_sdk._answers import every, success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.devices import create_device_key, delete_device_key, get_device_key, list_device_keys
from hanami_sdk.generated.types import UNSET


class DeviceKeys:
    """Keys that are good for one cluster."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(
        self,
        cluster_id: UUID,
        name: str,
        scopes: Sequence[str] = ("learn", "request"),
        expires_at: datetime | None = None,
    ) -> models.NewDeviceKey:
        """Make a key; its `key` is told this once, and is used as `Client(url, token=key)`.

        Parameters
        ----------
        scopes
            What it is good for: `learn`, `request`.
        expires_at
            A moment with a time zone; without one, the key is good for ever.
        """
        wish = models.DeviceKeyCreate(
            name=name, scopes=[models.Scope(scope) for scope in scopes], expires_at=expires_at or UNSET
        )
        return success(create_device_key.sync(cluster_id, client=self._api, body=wish))

    def get(self, device_key_id: UUID) -> models.DeviceKey:
        """Get one key, without what it is."""
        return success(get_device_key.sync(device_key_id, client=self._api))

    def list(self, cluster_id: UUID) -> Iterator[models.DeviceKey]:
        """Yield the keys of a cluster, oldest first."""
        return every(lambda cursor: list_device_keys.sync(cluster_id, client=self._api, cursor=cursor))

    def delete(self, device_key_id: UUID) -> None:
        """Take a key away; it is refused from the next request on."""
        delete_device_key.sync_detailed(device_key_id, client=self._api)
