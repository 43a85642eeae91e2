"""Clusters: networks that live and grow on the server."""

from collections.abc import Iterator
from uuid import UUID

from hanami_sdk._answers import every, new_key, success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.clusters import (
    create_cluster,
    delete_cluster,
    get_cluster,
    list_clusters,
    restore_checkpoint,
)
from hanami_sdk.tasks import Columns, Task, Tasks


class Clusters:
    """Growing networks."""

    def __init__(self, api: AuthenticatedClient, tasks: Tasks) -> None:
        self._api = api
        self._tasks = tasks

    def create(self, name: str, template: str | None = None, *, seed: int = 0) -> models.Cluster:
        """Make a network from the text of a template, or one that suits its first data.

        The same template, seed and samples give the same network.
        """
        wish = models.ClusterCreate(name=name, template=template, seed=seed)
        return success(create_cluster.sync(client=self._api, idempotency_key=new_key(), body=wish))

    def get(self, cluster_id: UUID) -> models.Cluster:
        """Get one cluster, with what has grown so far."""
        return success(get_cluster.sync(cluster_id, client=self._api))

    def list(self) -> Iterator[models.ClusterSummary]:
        """Yield all clusters that the user may see, oldest first."""
        return every(lambda cursor: list_clusters.sync(client=self._api, cursor=cursor))

    def delete(self, cluster_id: UUID) -> None:
        """Remove a cluster; its tasks are cancelled."""
        delete_cluster.sync_detailed(cluster_id, client=self._api)

    def restore(self, cluster_id: UUID, checkpoint_id: UUID) -> models.Cluster:
        """Make a cluster what it was when the checkpoint was taken."""
        wish = models.RestoreCreate(checkpoint_id=checkpoint_id)
        return success(restore_checkpoint.sync(cluster_id, client=self._api, body=wish))

    def train(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, outputs: Columns, epochs: int = 1) -> Task:
        """Start a training; see `Tasks.train`."""
        return self._tasks.train(cluster_id, dataset_id, inputs=inputs, outputs=outputs, epochs=epochs)

    def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> Task:
        """Start a request; see `Tasks.request`."""
        return self._tasks.request(cluster_id, dataset_id, inputs=inputs, result_name=result_name)
