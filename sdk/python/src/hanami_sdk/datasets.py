"""Uploads and datasets: samples on the server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx

from hanami_sdk._answers import every, new_key, success, tag_of
from hanami_sdk._transfer import Source, TransferProgress, download, upload
from hanami_sdk.errors import HanamiError
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.datasets import (
    check_dataset_accuracy,
    create_dataset,
    delete_dataset,
    get_dataset,
    list_datasets,
    read_dataset_rows,
    update_dataset,
)
from hanami_sdk.generated.api.uploads import delete_upload, list_uploads
from hanami_sdk.generated.types import UNSET

Numbers = list[list[float | None]]  # of one column, row by row


class Uploads:
    """Files on their way to becoming a dataset."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, source: Source, progress: TransferProgress | None = None) -> models.Upload:
        """Send a file.

        Parameters
        ----------
        source
            A path, an open binary file, or an iterable of bytes; it is read in pieces.
        progress
            Is called after each piece with the bytes sent so far and, for a path, the bytes to send.
        """
        return upload(self._api.get_httpx_client(), source, progress)

    def list(self) -> Iterator[models.Upload]:
        """Yield the files that no dataset was made of yet, oldest first."""
        return every(lambda cursor: list_uploads.sync(client=self._api, cursor=cursor))

    def delete(self, upload_id: UUID) -> None:
        """Remove a file that is not wanted after all."""
        delete_upload.sync_detailed(upload_id, client=self._api)


class Datasets:
    """Typed columns of samples."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api
        self._uploads = Uploads(api)

    def upload_idx(
        self, name: str, *, images: Source, labels: Source, progress: TransferProgress | None = None
    ) -> models.Dataset:
        """Make a dataset with the columns `image` and `label` from files in the format of MNIST, plain or gzip."""
        with self._sent(images, labels, progress=progress) as (image_id, label_id):
            return self.create(name, models.IdxSource(kind="idx", images=image_id, labels=label_id))

    def upload_csv(
        self,
        name: str,
        file: Source,
        *,
        header: bool = True,
        delimiter: str = ",",
        progress: TransferProgress | None = None,
    ) -> models.Dataset:
        """Make a dataset from a table of numbers; without a header, its columns are `c0`, `c1`, …."""
        with self._sent(file, progress=progress) as (file_id,):
            return self.create(name, models.CsvSource(kind="csv", file=file_id, header=header, delimiter=delimiter))

    def create(self, name: str, source: models.IdxSource | models.CsvSource) -> models.Dataset:
        """Make a dataset from uploads, which are used up by it."""
        return success(
            create_dataset.sync(
                client=self._api, idempotency_key=new_key(), body=models.DatasetCreate(name=name, source=source)
            )
        )

    def get(self, dataset_id: UUID) -> models.DatasetDetails:
        """Get one dataset, with the ranges of its columns and how it begins."""
        return success(get_dataset.sync(dataset_id, client=self._api))

    def list(self) -> Iterator[models.Dataset]:
        """Yield all datasets that the user may see, oldest first."""
        return every(lambda cursor: list_datasets.sync(client=self._api, cursor=cursor))

    def rename(self, dataset_id: UUID, name: str, *, version: int | None = None) -> models.Dataset:
        """Give a dataset another name; with `version`, only if nobody changed it since."""
        wish = models.Rename(name=name)
        return success(update_dataset.sync(dataset_id, client=self._api, body=wish, if_match=tag_of(version)))

    def rows(
        self, dataset_id: UUID, start: int = 0, stop: int | None = None, columns: Sequence[str] | None = None
    ) -> dict[str, Numbers]:
        """Read rows: for each column a list of numbers per row, None for a missing reading.

        Parameters
        ----------
        start, stop
            The first row, and the one after the last; without it, to the end.
        columns
            By name; left out, all of them.
        """
        wanted = UNSET if columns is None else list(columns)
        found: dict[str, Numbers] = {}
        at = start
        while True:
            part = success(
                read_dataset_rows.sync(
                    dataset_id, client=self._api, start=at, stop=UNSET if stop is None else stop, columns=wanted
                )
            )
            for column in part.columns:
                found.setdefault(column.name, []).extend(column.values)
            at = part.stop
            if at == (stop or self.get(dataset_id).rows):
                return found

    def export(
        self,
        dataset_id: UUID,
        path: str | Path,
        file_format: str = "csv",
        *,
        start: int = 0,
        stop: int | None = None,
        columns: Sequence[str] | None = None,
        progress: TransferProgress | None = None,
    ) -> Path:
        """Fetch rows as a file of the format `csv`, `parquet` or `arrow`; it appears only when it is whole."""
        query: dict[str, str | int | list[str]] = {"start": start, "format": file_format}
        query |= ({} if stop is None else {"stop": stop}) | ({} if columns is None else {"columns": list(columns)})
        url = str(httpx.URL(f"/v1/datasets/{dataset_id}/rows/export", params=query))
        return download(self._api.get_httpx_client(), url, Path(path), progress)

    def delete(self, dataset_id: UUID) -> None:
        """Remove a dataset."""
        delete_dataset.sync_detailed(dataset_id, client=self._api)

    def download(self, dataset_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a dataset as an Arrow IPC file, which appears under `path` only when it is whole."""
        return download(self._api.get_httpx_client(), f"/v1/datasets/{dataset_id}/content", Path(path), progress)

    def accuracy(
        self, dataset_id: UUID, column: str, *, reference_id: UUID, reference_column: str
    ) -> models.ClassAccuracy | models.RealAccuracy:
        """Compare a column with the truth in another dataset, row by row."""
        check = models.AccuracyCheck(
            column=column, reference_dataset_id=reference_id, reference_column=reference_column
        )
        report = check_dataset_accuracy.sync(dataset_id, client=self._api, body=check)
        # The detour is for mypy, which cannot take two of four members out of a union at once.
        return report if isinstance(report, models.RealAccuracy) else success(report)

    @contextmanager
    def _sent(self, *sources: Source, progress: TransferProgress | None) -> Iterator[Sequence[UUID]]:
        """Send files; remove them again when the block cannot use them."""
        sent: list[UUID] = []
        try:
            for source in sources:
                sent.append(self._uploads.create(source, progress).id)  # noqa: PERF401 -- a failure leaves a part
            yield sent
        except BaseException:
            for upload_id in sent:
                with suppress(HanamiError):
                    self._uploads.delete(upload_id)
            raise
