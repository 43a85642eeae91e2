"""Takes away what is left of rows that are gone: running tasks, networks, files."""

import asyncio

from hanami_server.services import Services
from hanami_server.store.removal import Removed


async def clear(parts: Services, removed: Removed) -> None:
    """Stop and forget networks, then delete files; what a crash leaves behind is swept away at the next start."""
    for cluster_id in removed.clusters:
        await parts.fleet.remove(cluster_id)
        parts.sessions.forget_cluster(cluster_id)
    folders = {
        parts.blobs.checkpoints: removed.checkpoints,
        parts.blobs.clusters: removed.clusters,
        parts.blobs.datasets: removed.datasets,
        parts.blobs.uploads: removed.uploads,
    }
    for folder, items in folders.items():
        await asyncio.to_thread(folder.delete, *items)
