"""Operations about tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.order import Order, check_order
    from ...models.request_task_create import RequestTaskCreate
    from ...models.task import Task
    from ...models.task_state import TaskState, check_task_state
    from ...models.task_type import TaskType, check_task_type
    from ...models.train_task_create import TrainTaskCreate


class Tasks(Calls):
    """Operations about tasks."""

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: Order | Unset = UNSET,
        descending: bool | Unset = False,
        state: TaskState | Unset = UNSET,
        type_: TaskType | Unset = UNSET,
    ) -> Iterator[Task]:
        """List the tasks of a cluster.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    state=state,
                    type_=type_,
                ),
                _operation.answer,
            )
        )

    def create(
        self,
        cluster_id: UUID,
        body: RequestTaskCreate | TrainTaskCreate,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Task:
        """Give a cluster work.

        Tasks of a cluster run one after the other, in the order of their creation. What a training learned
        is kept when it ends, also when it is cancelled. Where a template has several input or output
        hexagons, columns are dealt to them by name, or else their values by the sizes of the template, in
        its order. The answers of a request become a dataset: the column `output`, for classes also `label`
        with the likeliest, and `novelty`; of several output hexagons, the columns of each begin with its
        name, as in `flow_output`.
        """
        from . import create as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        task_id: UUID,
    ) -> Task:
        """Get a task.

        With its progress up to about 100 ms ago.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                task_id=task_id,
            ),
            _operation.answer,
        )

    def cancel(
        self,
        task_id: UUID,
    ) -> Task:
        """Stop a task.

        At the next look around, within some 50 ms of work; one that is over stays as it is.
        """
        from . import cancel as _operation

        return self._call(
            _operation.request(
                task_id=task_id,
            ),
            _operation.answer,
        )


class AsyncTasks(AsyncCalls):
    """Operations about tasks, for programs with an event loop."""

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: Order | Unset = UNSET,
        descending: bool | Unset = False,
        state: TaskState | Unset = UNSET,
        type_: TaskType | Unset = UNSET,
    ) -> AsyncIterator[Task]:
        """List the tasks of a cluster.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    state=state,
                    type_=type_,
                ),
                _operation.answer,
            )
        )

    async def create(
        self,
        cluster_id: UUID,
        body: RequestTaskCreate | TrainTaskCreate,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Task:
        """Give a cluster work.

        Tasks of a cluster run one after the other, in the order of their creation. What a training learned
        is kept when it ends, also when it is cancelled. Where a template has several input or output
        hexagons, columns are dealt to them by name, or else their values by the sizes of the template, in
        its order. The answers of a request become a dataset: the column `output`, for classes also `label`
        with the likeliest, and `novelty`; of several output hexagons, the columns of each begin with its
        name, as in `flow_output`.
        """
        from . import create as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=body,
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        task_id: UUID,
    ) -> Task:
        """Get a task.

        With its progress up to about 100 ms ago.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                task_id=task_id,
            ),
            _operation.answer,
        )

    async def cancel(
        self,
        task_id: UUID,
    ) -> Task:
        """Stop a task.

        At the next look around, within some 50 ms of work; one that is over stays as it is.
        """
        from . import cancel as _operation

        return await self._call(
            _operation.request(
                task_id=task_id,
            ),
            _operation.answer,
        )
