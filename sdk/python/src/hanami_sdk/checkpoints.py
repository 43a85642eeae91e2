"""Checkpoints: kept states of clusters."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from hanami_sdk._answers import every, new_key, success, tag_of
from hanami_sdk._transfer import Source, TransferProgress, download, send
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.checkpoints import (
    create_checkpoint,
    delete_checkpoint,
    get_checkpoint,
    list_checkpoints,
    update_checkpoint,
)


class Checkpoints:
    """States of clusters that one can go back to."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, cluster_id: UUID, name: str) -> models.Checkpoint:
        """Keep what a cluster is now."""
        wish = models.CheckpointCreate(name=name)
        return success(create_checkpoint.sync(cluster_id, client=self._api, idempotency_key=new_key(), body=wish))

    def upload(
        self, cluster_id: UUID, name: str, source: Source, progress: TransferProgress | None = None
    ) -> models.Checkpoint:
        """Send a state that was downloaded, or saved by the engine; see `Uploads.create` for `source` and `progress`.

        Raises
        ------
        ValidationFailedError
            It is not such a file, or a damaged one.
        ConflictError
            It belongs to another template; the message names the difference.
        """
        url = f"/v1/clusters/{cluster_id}/checkpoints/upload"
        answer = send(self._api.get_httpx_client(), url, {"name": name}, source, progress)
        return models.Checkpoint.from_dict(answer.json())

    def rename(self, checkpoint_id: UUID, name: str, *, version: int | None = None) -> models.Checkpoint:
        """Give a checkpoint another name; with `version`, only if nobody changed it since."""
        wish = models.Rename(name=name)
        return success(update_checkpoint.sync(checkpoint_id, client=self._api, body=wish, if_match=tag_of(version)))

    def get(self, checkpoint_id: UUID) -> models.Checkpoint:
        """Get one checkpoint."""
        return success(get_checkpoint.sync(checkpoint_id, client=self._api))

    def list(self, cluster_id: UUID) -> Iterator[models.Checkpoint]:
        """Yield the checkpoints of a cluster, oldest first."""
        return every(lambda cursor: list_checkpoints.sync(cluster_id, client=self._api, cursor=cursor))

    def delete(self, checkpoint_id: UUID) -> None:
        """Remove a checkpoint."""
        delete_checkpoint.sync_detailed(checkpoint_id, client=self._api)

    def download(self, checkpoint_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a checkpoint, which appears under `path` only when it is whole."""
        return download(self._api.get_httpx_client(), f"/v1/checkpoints/{checkpoint_id}/content", Path(path), progress)
