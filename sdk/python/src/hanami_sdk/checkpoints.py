"""Checkpoints: kept states of clusters."""

from pathlib import Path
from uuid import UUID

from hanami_sdk._transfer import AsyncSource, Source, TransferProgress, download, download_async, send, send_async
from hanami_sdk.generated import models
from hanami_sdk.generated.api import checkpoints as generated


class Checkpoints(generated.Checkpoints):
    """States of clusters that one can go back to."""

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
        return models.Checkpoint.from_dict(send(self._http, _place(cluster_id), {"name": name}, source, progress))

    def download(self, checkpoint_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a checkpoint, which appears under `path` only when it is whole."""
        return download(self._http, _content(checkpoint_id), Path(path), progress)


class AsyncCheckpoints(generated.AsyncCheckpoints):
    """States of clusters that one can go back to; see `Checkpoints`."""

    async def upload(
        self, cluster_id: UUID, name: str, source: AsyncSource, progress: TransferProgress | None = None
    ) -> models.Checkpoint:
        """Send a state that was downloaded, or saved by the engine."""
        answer = await send_async(self._http, _place(cluster_id), {"name": name}, source, progress)
        return models.Checkpoint.from_dict(answer)

    async def download(self, checkpoint_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a checkpoint, which appears under `path` only when it is whole."""
        return await download_async(self._http, _content(checkpoint_id), Path(path), progress)


def _place(cluster_id: UUID) -> str:
    return f"/v1/clusters/{cluster_id}/checkpoints/upload"


def _content(checkpoint_id: UUID) -> str:
    return f"/v1/checkpoints/{checkpoint_id}/content"
