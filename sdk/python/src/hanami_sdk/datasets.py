"""Uploads and datasets: samples on the server."""

import asyncio
import io
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx

from hanami_sdk._http import AsyncHttpClient, HttpClient, backoff
from hanami_sdk._transfer import (
    AsyncSource,
    Source,
    TransferProgress,
    append,
    append_async,
    download,
    download_async,
    large_file,
    read_part,
    send,
    send_async,
)
from hanami_sdk.errors import BadRequestError, ConflictError, HanamiError, NoAnswerError
from hanami_sdk.frames import Frame, Kind, as_csv, as_frame
from hanami_sdk.generated import models
from hanami_sdk.generated.api import datasets as generated
from hanami_sdk.generated.api import uploads as generated_uploads
from hanami_sdk.generated.types import UNSET, Unset

Numbers = list[list[float | None]]  # of one column, row by row
Columns = Sequence[str] | None
UPLOADS = "/v1/uploads"
BROKEN = (NoAnswerError, BadRequestError, ConflictError)  # the line, or what is left of an earlier try over it
ATTEMPTS = 3  # without a byte getting through


class Table(dict[str, Numbers]):
    """Values of columns by their names, row by row."""

    def add(self, part: models.DatasetRows) -> int:
        """Add the rows that come next; gives the row after them."""
        for column in part.columns:
            self.setdefault(column.name, []).extend(column.values)
        return part.stop


class Uploads(generated_uploads.Uploads):
    """Files on their way to becoming a dataset."""

    def create(self, source: Source, progress: TransferProgress | None = None) -> models.Upload:
        """Send a file.

        Parameters
        ----------
        source
            A path, an open binary file, or an iterable of bytes; it is read in pieces.
        progress
            Is called after each piece with the bytes sent so far and, for a path, the bytes to send.

        Notes
        -----
        A large file that is given by its path is sent in parts; where the line breaks, from where it broke off. Where
        that fails, what was sent is removed; `start` and `resume` let another program go on.
        """
        path = large_file(source)
        if path is not None:
            begun = self.start(path.stat().st_size).id
            try:
                return self.resume(begun, path, progress)
            except BaseException:  # nobody knows what to go on with
                with suppress(HanamiError):
                    self.delete(begun)
                raise
        return models.Upload.from_dict(send(self._http, UPLOADS, {}, source, progress))

    def append(self, upload_id: UUID, content: bytes, *, offset: int = 0) -> models.Upload:
        """Send the next bytes of an upload that was begun by `start`."""
        return models.Upload.from_dict(append(self._http, upload_id, offset, content))

    def resume(self, upload_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> models.Upload:
        """Send what is missing of an upload that was begun by `start`, maybe by another program."""
        upload, failures = self.get(upload_id), 0
        while upload.received < upload.size:
            try:
                part = read_part(Path(path), upload.received)
                upload, failures = self.append(upload_id, part, offset=upload.received), 0
            except BROKEN:
                failures += 1
                if failures > ATTEMPTS:
                    raise
                time.sleep(backoff(failures))
                upload = self.get(upload_id)
            if progress is not None:
                progress(upload.received, upload.size)
        return upload


class AsyncUploads(generated_uploads.AsyncUploads):
    """Files on their way to becoming a dataset; see `Uploads`."""

    async def create(self, source: AsyncSource, progress: TransferProgress | None = None) -> models.Upload:
        """Send a file: a path, an open binary file, or bytes from an iterable, which may be asynchronous."""
        path = large_file(source)
        if path is not None:
            size = await asyncio.to_thread(lambda: path.stat().st_size)
            begun = (await self.start(size)).id
            try:
                return await self.resume(begun, path, progress)
            except BaseException:
                with suppress(HanamiError):
                    await self.delete(begun)
                raise
        return models.Upload.from_dict(await send_async(self._http, UPLOADS, {}, source, progress))

    async def append(self, upload_id: UUID, content: bytes, *, offset: int = 0) -> models.Upload:
        """Send the next bytes of an upload that was begun by `start`."""
        return models.Upload.from_dict(await append_async(self._http, upload_id, offset, content))

    async def resume(
        self, upload_id: UUID, path: str | Path, progress: TransferProgress | None = None
    ) -> models.Upload:
        """Send what is missing of an upload that was begun by `start`, maybe by another program."""
        upload, failures = await self.get(upload_id), 0
        while upload.received < upload.size:
            try:
                part = await asyncio.to_thread(read_part, Path(path), upload.received)
                upload, failures = await self.append(upload_id, part, offset=upload.received), 0
            except BROKEN:
                failures += 1
                if failures > ATTEMPTS:
                    raise
                await asyncio.sleep(backoff(failures))
                upload = await self.get(upload_id)
            if progress is not None:
                progress(upload.received, upload.size)
        return upload


class Datasets(generated.Datasets):
    """Typed columns of samples."""

    def __init__(self, http: HttpClient) -> None:
        super().__init__(http)
        self._uploads = Uploads(http)

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

    def upload_frame(
        self,
        name: str,
        frame: Frame,
        *,
        columns: Columns = None,
        progress: TransferProgress | None = None,
    ) -> models.Dataset:
        """Make a dataset from a data frame of pandas or polars, or from an array [rows, columns] of NumPy."""
        return self.upload_csv(name, io.BytesIO(as_csv(frame, columns)), progress=progress)

    def frame(
        self,
        dataset_id: UUID,
        kind: Kind = "pandas",
        *,
        start: int = 0,
        stop: int | None = None,
        columns: Columns = None,
    ) -> Frame:
        """Read rows as a data frame of pandas or polars, or as an array of NumPy; NaN for a missing reading."""
        return as_frame(self.table(dataset_id, start, stop, columns), kind)

    def table(self, dataset_id: UUID, start: int = 0, stop: int | None = None, columns: Columns = None) -> Table:
        """Read rows, however many: for each column a list of numbers per row, None for a missing reading.

        Parameters
        ----------
        start, stop
            The first row, and the one after the last; without it, to the end.
        columns
            By name; left out, all of them.
        """
        wanted, found, at = _wanted(columns), Table(), start
        while True:
            part = self.rows(dataset_id, start=at, stop=UNSET if stop is None else stop, columns=wanted)
            at = found.add(part)
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
        columns: Columns = None,
        progress: TransferProgress | None = None,
    ) -> Path:
        """Fetch rows as a file of the format `csv`, `parquet` or `arrow`; it appears only when it is whole."""
        url = _export(dataset_id, file_format, start, stop, columns)
        return download(self._http, url, Path(path), progress)

    def download(self, dataset_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a dataset as an Arrow IPC file, which appears under `path` only when it is whole."""
        return download(self._http, _content(dataset_id), Path(path), progress)

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


class AsyncDatasets(generated.AsyncDatasets):
    """Typed columns of samples; see `Datasets`."""

    def __init__(self, http: AsyncHttpClient) -> None:
        super().__init__(http)
        self._uploads = AsyncUploads(http)

    async def upload_idx(
        self, name: str, *, images: AsyncSource, labels: AsyncSource, progress: TransferProgress | None = None
    ) -> models.Dataset:
        """Make a dataset with the columns `image` and `label` from files in the format of MNIST, plain or gzip."""
        async with self._sent(images, labels, progress=progress) as (image_id, label_id):
            return await self.create(name, models.IdxSource(kind="idx", images=image_id, labels=label_id))

    async def upload_csv(
        self,
        name: str,
        file: AsyncSource,
        *,
        header: bool = True,
        delimiter: str = ",",
        progress: TransferProgress | None = None,
    ) -> models.Dataset:
        """Make a dataset from a table of numbers; without a header, its columns are `c0`, `c1`, …."""
        async with self._sent(file, progress=progress) as (file_id,):
            source = models.CsvSource(kind="csv", file=file_id, header=header, delimiter=delimiter)
            return await self.create(name, source)

    async def upload_frame(
        self,
        name: str,
        frame: Frame,
        *,
        columns: Columns = None,
        progress: TransferProgress | None = None,
    ) -> models.Dataset:
        """Make a dataset from a data frame of pandas or polars, or from an array [rows, columns] of NumPy."""
        return await self.upload_csv(name, io.BytesIO(as_csv(frame, columns)), progress=progress)

    async def frame(
        self,
        dataset_id: UUID,
        kind: Kind = "pandas",
        *,
        start: int = 0,
        stop: int | None = None,
        columns: Columns = None,
    ) -> Frame:
        """Read rows as a data frame of pandas or polars, or as an array of NumPy; NaN for a missing reading."""
        return as_frame(await self.table(dataset_id, start, stop, columns), kind)

    async def table(self, dataset_id: UUID, start: int = 0, stop: int | None = None, columns: Columns = None) -> Table:
        """Read rows, however many; see `Datasets.table`."""
        wanted, found, at = _wanted(columns), Table(), start
        while True:
            part = await self.rows(dataset_id, start=at, stop=UNSET if stop is None else stop, columns=wanted)
            at = found.add(part)
            if at == (stop or (await self.get(dataset_id)).rows):
                return found

    async def export(
        self,
        dataset_id: UUID,
        path: str | Path,
        file_format: str = "csv",
        *,
        start: int = 0,
        stop: int | None = None,
        columns: Columns = None,
        progress: TransferProgress | None = None,
    ) -> Path:
        """Fetch rows as a file of the format `csv`, `parquet` or `arrow`; it appears only when it is whole."""
        url = _export(dataset_id, file_format, start, stop, columns)
        return await download_async(self._http, url, Path(path), progress)

    async def download(self, dataset_id: UUID, path: str | Path, progress: TransferProgress | None = None) -> Path:
        """Fetch a dataset as an Arrow IPC file, which appears under `path` only when it is whole."""
        return await download_async(self._http, _content(dataset_id), Path(path), progress)

    @asynccontextmanager
    async def _sent(self, *sources: AsyncSource, progress: TransferProgress | None) -> AsyncIterator[Sequence[UUID]]:
        """Send files; remove them again when the block cannot use them."""
        sent: list[UUID] = []
        try:
            for source in sources:
                sent.append((await self._uploads.create(source, progress)).id)  # noqa: PERF401 -- a failure leaves a part
            yield sent
        except BaseException:
            for upload_id in sent:
                with suppress(HanamiError):
                    await self._uploads.delete(upload_id)
            raise


def _wanted(columns: Columns) -> list[str] | Unset:
    return UNSET if columns is None else list(columns)


def _content(dataset_id: UUID) -> str:
    return f"/v1/datasets/{dataset_id}/content"


def _export(dataset_id: UUID, file_format: str, start: int, stop: int | None, columns: Columns) -> str:
    query: dict[str, str | int | list[str]] = {"start": start, "format": file_format}
    query |= ({} if stop is None else {"stop": stop}) | ({} if columns is None else {"columns": list(columns)})
    return str(httpx.URL(f"/v1/datasets/{dataset_id}/rows/export", params=query))
