"""Clusters: networks that live and grow on the server."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from hanami_sdk._answers import every, new_key, success, tag_of
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.clusters import (
    copy_cluster,
    create_cluster,
    delete_cluster,
    download_cluster_template,
    draw_cluster,
    get_cluster,
    list_clusters,
    read_cluster_growth,
    restore_checkpoint,
    update_cluster,
)
from hanami_sdk.tasks import Columns, Task, Tasks


class Clusters:
    """Growing networks."""

    def __init__(self, api: AuthenticatedClient, tasks: Tasks) -> None:
        self._api = api
        self._tasks = tasks

    def create(
        self, name: str, template: str | None = None, *, template_id: UUID | None = None, seed: int = 0
    ) -> models.Cluster:
        """Make a network from the text of a template, from a kept one, or one that suits its first data.

        The same template, seed and samples give the same network.
        """
        wish = models.ClusterCreate(name=name, template=template, template_id=template_id, seed=seed)
        return success(create_cluster.sync(client=self._api, idempotency_key=new_key(), body=wish))

    def get(self, cluster_id: UUID) -> models.Cluster:
        """Get one cluster, with what has grown so far."""
        return success(get_cluster.sync(cluster_id, client=self._api))

    def list(self) -> Iterator[models.ClusterSummary]:
        """Yield all clusters that the user may see, oldest first."""
        return every(lambda cursor: list_clusters.sync(client=self._api, cursor=cursor))

    def copy(self, cluster_id: UUID, name: str) -> models.Cluster:
        """Make another cluster that is what this one is now; also in the middle of a task."""
        return success(copy_cluster.sync(cluster_id, client=self._api, body=models.ClusterCopy(name=name)))

    def rename(self, cluster_id: UUID, name: str, *, version: int | None = None) -> models.Cluster:
        """Give a cluster another name; with `version`, only if nobody changed it since."""
        wish = models.Rename(name=name)
        return success(update_cluster.sync(cluster_id, client=self._api, body=wish, if_match=tag_of(version)))

    def growth(self, cluster_id: UUID) -> Sequence[models.GrowthPoint]:
        """Tell how a cluster grew: what it was made of after some of its samples, in their order."""
        return success(read_cluster_growth.sync(cluster_id, client=self._api)).points

    def template(self, cluster_id: UUID) -> str:
        """Return the text of the template that a cluster was made from."""
        return success(download_cluster_template.sync(cluster_id, client=self._api))

    def picture(self, cluster_id: UUID) -> str:
        """Draw the hexagons of a cluster; gives the text of an SVG file."""
        return success(draw_cluster.sync(cluster_id, client=self._api))

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
