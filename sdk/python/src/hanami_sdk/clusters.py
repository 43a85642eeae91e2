"""Clusters: networks that live and grow on the server."""

from uuid import UUID

from hanami_sdk._http import AsyncHttpClient, HttpClient
from hanami_sdk.generated.api import clusters as generated
from hanami_sdk.tasks import AsyncTask, AsyncTasks, Columns, Task, Tasks


class Clusters(generated.Clusters):
    """Growing networks."""

    def __init__(self, http: HttpClient) -> None:
        super().__init__(http)
        self._tasks = Tasks(http)

    def train(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, outputs: Columns, epochs: int = 1) -> Task:
        """Start a training; see `Tasks.train`."""
        return self._tasks.train(cluster_id, dataset_id, inputs=inputs, outputs=outputs, epochs=epochs)

    def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> Task:
        """Start a request; see `Tasks.request`."""
        return self._tasks.request(cluster_id, dataset_id, inputs=inputs, result_name=result_name)


class AsyncClusters(generated.AsyncClusters):
    """Growing networks; see `Clusters`."""

    def __init__(self, http: AsyncHttpClient) -> None:
        super().__init__(http)
        self._tasks = AsyncTasks(http)

    async def train(
        self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, outputs: Columns, epochs: int = 1
    ) -> AsyncTask:
        """Start a training; see `Tasks.train`."""
        return await self._tasks.train(cluster_id, dataset_id, inputs=inputs, outputs=outputs, epochs=epochs)

    async def request(self, cluster_id: UUID, dataset_id: UUID, *, inputs: Columns, result_name: str) -> AsyncTask:
        """Start a request; see `Tasks.request`."""
        return await self._tasks.request(cluster_id, dataset_id, inputs=inputs, result_name=result_name)
