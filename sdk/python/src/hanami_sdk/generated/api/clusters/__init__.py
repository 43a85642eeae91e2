"""Operations about clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.cluster import Cluster
    from ...models.cluster_copy import ClusterCopy
    from ...models.cluster_create import ClusterCreate
    from ...models.cluster_growth import ClusterGrowth
    from ...models.cluster_host import ClusterHost
    from ...models.cluster_move import ClusterMove
    from ...models.cluster_summary import ClusterSummary
    from ...models.name_order import NameOrder, check_name_order
    from ...models.rename import Rename
    from ...models.restore_create import RestoreCreate


class Clusters(Calls):
    """Operations about clusters."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[ClusterSummary]:
        """List the clusters.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    def create(
        self,
        name: str,
        *,
        template: None | str | Unset = UNSET,
        template_id: None | Unset | UUID = UNSET,
        seed: int | Unset = 0,
        idempotency_key: str | Unset = UNSET,
    ) -> Cluster:
        """Create a cluster.

        A network after this template, or one that suits its first data; connected to nothing yet.
        """
        from ...models import ClusterCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=ClusterCreate(
                    name=name,
                    template=template,
                    template_id=template_id,
                    seed=seed,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        cluster_id: UUID,
    ) -> Cluster:
        """Get a cluster.

        With what has grown up to now, also in the middle of a task.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        cluster_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a cluster.

        With its tasks, which are stopped, and its checkpoints; the datasets of its answers stay.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        cluster_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Cluster:
        """Rename a cluster.

        The network stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def copy(
        self,
        cluster_id: UUID,
        name: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Cluster:
        """Copy a cluster.

        As it is now; in the middle of a task, between two of its samples. The copy lies in the same project
        and belongs to whoever made it; it has the same past. Tasks and checkpoints stay with the original.
        """
        from ...models import ClusterCopy
        from . import copy as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=ClusterCopy(
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def growth(
        self,
        cluster_id: UUID,
    ) -> ClusterGrowth:
        """How a cluster grew.

        Points of its past: its creation, then about one a second while a task learns, more of them at the
        beginning; where they become too many, some in between are dropped. A cluster that is put back to a
        checkpoint has the past of the checkpoint's cluster up to there; a copy begins with the past of its
        original.
        """
        from . import growth as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def host(
        self,
        cluster_id: UUID,
    ) -> ClusterHost:
        """Where a cluster lives.

        On which host its network is, or will be when it is needed, and whether somebody chose that.
        """
        from . import host as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def move(
        self,
        cluster_id: UUID,
        host: str,
        *,
        version: int | None = None,
    ) -> ClusterHost:
        """Move a cluster to a host.

        It stays there until it is moved again. In the middle of a task or of a direct session it moves
        between two slices of samples, and nothing is lost; where the host cannot take it, it stays where it
        was. With `auto`, the default, it lives on the processors of the machine, and learns on a GPU while
        so many clusters learn at the same time that this is worth it.
        """
        from ...models import ClusterMove
        from . import move as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=ClusterMove(
                    host=host,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def picture(
        self,
        cluster_id: UUID,
    ) -> str:
        """Draw a cluster.

        The hexagons of its template, layer by layer, and what each of them can reach.
        """
        from . import picture as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def restore(
        self,
        cluster_id: UUID,
        checkpoint_id: UUID,
    ) -> Cluster:
        """Go back to a checkpoint.

        Of this cluster, or of another one with the same hexagons and settings; no task may wait or run.
        """
        from ...models import RestoreCreate
        from . import restore as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=RestoreCreate(
                    checkpoint_id=checkpoint_id,
                ),
            ),
            _operation.answer,
        )

    def template(
        self,
        cluster_id: UUID,
    ) -> str:
        """Download the template of a cluster.

        The text that the cluster was made from.
        """
        from . import template as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )


class AsyncClusters(AsyncCalls):
    """Operations about clusters, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[ClusterSummary]:
        """List the clusters.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    async def create(
        self,
        name: str,
        *,
        template: None | str | Unset = UNSET,
        template_id: None | Unset | UUID = UNSET,
        seed: int | Unset = 0,
        idempotency_key: str | Unset = UNSET,
    ) -> Cluster:
        """Create a cluster.

        A network after this template, or one that suits its first data; connected to nothing yet.
        """
        from ...models import ClusterCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=ClusterCreate(
                    name=name,
                    template=template,
                    template_id=template_id,
                    seed=seed,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        cluster_id: UUID,
    ) -> Cluster:
        """Get a cluster.

        With what has grown up to now, also in the middle of a task.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        cluster_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a cluster.

        With its tasks, which are stopped, and its checkpoints; the datasets of its answers stay.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        cluster_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Cluster:
        """Rename a cluster.

        The network stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def copy(
        self,
        cluster_id: UUID,
        name: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Cluster:
        """Copy a cluster.

        As it is now; in the middle of a task, between two of its samples. The copy lies in the same project
        and belongs to whoever made it; it has the same past. Tasks and checkpoints stay with the original.
        """
        from ...models import ClusterCopy
        from . import copy as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=ClusterCopy(
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def growth(
        self,
        cluster_id: UUID,
    ) -> ClusterGrowth:
        """How a cluster grew.

        Points of its past: its creation, then about one a second while a task learns, more of them at the
        beginning; where they become too many, some in between are dropped. A cluster that is put back to a
        checkpoint has the past of the checkpoint's cluster up to there; a copy begins with the past of its
        original.
        """
        from . import growth as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    async def host(
        self,
        cluster_id: UUID,
    ) -> ClusterHost:
        """Where a cluster lives.

        On which host its network is, or will be when it is needed, and whether somebody chose that.
        """
        from . import host as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    async def move(
        self,
        cluster_id: UUID,
        host: str,
        *,
        version: int | None = None,
    ) -> ClusterHost:
        """Move a cluster to a host.

        It stays there until it is moved again. In the middle of a task or of a direct session it moves
        between two slices of samples, and nothing is lost; where the host cannot take it, it stays where it
        was. With `auto`, the default, it lives on the processors of the machine, and learns on a GPU while
        so many clusters learn at the same time that this is worth it.
        """
        from ...models import ClusterMove
        from . import move as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=ClusterMove(
                    host=host,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def picture(
        self,
        cluster_id: UUID,
    ) -> str:
        """Draw a cluster.

        The hexagons of its template, layer by layer, and what each of them can reach.
        """
        from . import picture as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    async def restore(
        self,
        cluster_id: UUID,
        checkpoint_id: UUID,
    ) -> Cluster:
        """Go back to a checkpoint.

        Of this cluster, or of another one with the same hexagons and settings; no task may wait or run.
        """
        from ...models import RestoreCreate
        from . import restore as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=RestoreCreate(
                    checkpoint_id=checkpoint_id,
                ),
            ),
            _operation.answer,
        )

    async def template(
        self,
        cluster_id: UUID,
    ) -> str:
        """Download the template of a cluster.

        The text that the cluster was made from.
        """
        from . import template as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )
