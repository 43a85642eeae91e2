"""Operations about datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.accuracy_check import AccuracyCheck
    from ...models.class_accuracy import ClassAccuracy
    from ...models.csv_source import CsvSource
    from ...models.dataset import Dataset
    from ...models.dataset_create import DatasetCreate
    from ...models.dataset_details import DatasetDetails
    from ...models.dataset_rows import DatasetRows
    from ...models.idx_source import IdxSource
    from ...models.name_order import NameOrder, check_name_order
    from ...models.real_accuracy import RealAccuracy
    from ...models.rename import Rename


class Datasets(Calls):
    """Operations about datasets."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[Dataset]:
        """List the datasets.

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
        source: CsvSource | IdxSource,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Dataset:
        """Make a dataset of uploads.

        Every byte is checked; the uploads are used up, or stay as they are where the dataset fails.
        """
        from ...models import DatasetCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=DatasetCreate(
                    name=name,
                    source=source,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        dataset_id: UUID,
    ) -> DatasetDetails:
        """Get a dataset.

        Its size, its columns with their ranges, and how it begins.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                dataset_id=dataset_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        dataset_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a dataset.

        A task that reads it at this moment goes on to its end.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                dataset_id=dataset_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        dataset_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Dataset:
        """Rename a dataset.

        What it holds stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return self._call(
            _operation.request(
                dataset_id=dataset_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def accuracy(
        self,
        dataset_id: UUID,
        column: str,
        reference_dataset_id: UUID,
        reference_column: str,
    ) -> ClassAccuracy | RealAccuracy:
        """Compare two columns.

        Row by row: columns of whole numbers as classes, columns of real numbers by their distance.
        """
        from ...models import AccuracyCheck
        from . import accuracy as _operation

        return self._call(
            _operation.request(
                dataset_id=dataset_id,
                body=AccuracyCheck(
                    column=column,
                    reference_dataset_id=reference_dataset_id,
                    reference_column=reference_column,
                ),
            ),
            _operation.answer,
        )

    def rows(
        self,
        dataset_id: UUID,
        *,
        start: int | Unset = 0,
        stop: int | Unset = UNSET,
        columns: builtins.list[str] | Unset = UNSET,
    ) -> DatasetRows:
        """Read rows of a dataset.

        As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
        it stopped, for the next to begin there. See `exportDatasetRows` for files.
        """
        from . import rows as _operation

        return self._call(
            _operation.request(
                dataset_id=dataset_id,
                start=start,
                stop=stop,
                columns=columns,
            ),
            _operation.answer,
        )


class AsyncDatasets(AsyncCalls):
    """Operations about datasets, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[Dataset]:
        """List the datasets.

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
        source: CsvSource | IdxSource,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Dataset:
        """Make a dataset of uploads.

        Every byte is checked; the uploads are used up, or stay as they are where the dataset fails.
        """
        from ...models import DatasetCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=DatasetCreate(
                    name=name,
                    source=source,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        dataset_id: UUID,
    ) -> DatasetDetails:
        """Get a dataset.

        Its size, its columns with their ranges, and how it begins.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                dataset_id=dataset_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        dataset_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a dataset.

        A task that reads it at this moment goes on to its end.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                dataset_id=dataset_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        dataset_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Dataset:
        """Rename a dataset.

        What it holds stays as it is.
        """
        from ...models import Rename
        from . import update as _operation

        return await self._call(
            _operation.request(
                dataset_id=dataset_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def accuracy(
        self,
        dataset_id: UUID,
        column: str,
        reference_dataset_id: UUID,
        reference_column: str,
    ) -> ClassAccuracy | RealAccuracy:
        """Compare two columns.

        Row by row: columns of whole numbers as classes, columns of real numbers by their distance.
        """
        from ...models import AccuracyCheck
        from . import accuracy as _operation

        return await self._call(
            _operation.request(
                dataset_id=dataset_id,
                body=AccuracyCheck(
                    column=column,
                    reference_dataset_id=reference_dataset_id,
                    reference_column=reference_column,
                ),
            ),
            _operation.answer,
        )

    async def rows(
        self,
        dataset_id: UUID,
        *,
        start: int | Unset = 0,
        stop: int | Unset = UNSET,
        columns: builtins.list[str] | Unset = UNSET,
    ) -> DatasetRows:
        """Read rows of a dataset.

        As many as are asked for, but at most 100,000 numbers, and at least one row: the answer tells where
        it stopped, for the next to begin there. See `exportDatasetRows` for files.
        """
        from . import rows as _operation

        return await self._call(
            _operation.request(
                dataset_id=dataset_id,
                start=start,
                stop=stop,
                columns=columns,
            ),
            _operation.answer,
        )
