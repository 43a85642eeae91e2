"""Rows of datasets: as JSON, and as files in other formats."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from quart import Blueprint, Response

from hanami_server.access.guard import viewer
from hanami_server.blobs.columns import Column
from hanami_server.blobs.export import export
from hanami_server.blobs.reader import DatasetReader
from hanami_server.contract.datasets import ColumnRows, DatasetRows, ExportQuery, RowsQuery
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.op import BINARY, Rate, Reply, op
from hanami_server.routes.files import content_faults, deleted_meanwhile
from hanami_server.services import services
from hanami_server.store import tables
from hanami_server.store.visibility import get_visible

blueprint = Blueprint("rows", __name__)

MOST_NUMBERS = 100_000  # of one answer in JSON
PREVIEW_ROWS, PREVIEW_WIDTH = 5, 16


@blueprint.get("/v1/datasets/<uuid:dataset_id>/rows")
@op(
    id="readDatasetRows",
    tag="datasets",
    verb="rows",
    summary="Read rows of a dataset",
    description=(
        f"As many as are asked for, but at most {MOST_NUMBERS:,} numbers, and at least one row: the answer tells where "
        "it stopped, for the next to begin there. See `exportDatasetRows` for files."
    ),
    query=RowsQuery,
    reply=Reply(200, DatasetRows, description="The rows."),
)
async def read_dataset_rows(dataset_id: UUID, query: RowsQuery) -> DatasetRows:
    """Read on a thread."""
    path = await _find(dataset_id)
    with deleted_meanwhile():
        return await asyncio.to_thread(_read, path, query)


@blueprint.get("/v1/datasets/<uuid:dataset_id>/rows/export")
@op(
    id="exportDatasetRows",
    tag="datasets",
    verb="export",
    rate=Rate.COSTLY,
    summary="Download rows of a dataset",
    description=(
        "As a CSV, Parquet or Arrow IPC file. In CSV a column of several numbers per row becomes `name_0`, `name_1`, … "
        "and a missing reading is an empty cell; in the others there is one list of numbers per row and column."
    ),
    query=ExportQuery,
    reply=Reply(200, media=BINARY, description="The file."),
)
async def export_dataset_rows(dataset_id: UUID, query: ExportQuery) -> Response:
    """Write the file piece by piece while it is sent."""
    path = await _find(dataset_id)
    with deleted_meanwhile(), content_faults():
        pieces = await asyncio.to_thread(_export, path, query)
    name = f"attachment; filename={dataset_id}.{query.format.value}"
    return Response(_stream(pieces), content_type=BINARY, headers={"Content-Disposition": name})


async def _find(dataset_id: UUID) -> Path:
    parts = services()
    async with parts.database.reading() as session:
        await get_visible(session, tables.Dataset, viewer(), dataset_id)
    return parts.blobs.datasets.path(dataset_id)


def read_preview(path: Path) -> DatasetRows:
    """Read how a dataset begins; wide columns are cut short."""
    reader = DatasetReader(path)
    stop = min(PREVIEW_ROWS, reader.rows)
    columns = [_column(reader, column, 0, stop, PREVIEW_WIDTH) for column in reader.columns.values()]
    return DatasetRows(start=0, stop=stop, columns=columns)


def _read(path: Path, query: RowsQuery) -> DatasetRows:
    reader = DatasetReader(path)
    columns = _chosen(reader, query.columns)
    stop = _stop(reader, query)
    stop = min(stop, query.start + max(1, MOST_NUMBERS // sum(column.width for column in columns)))
    read = [_column(reader, column, query.start, stop, column.width) for column in columns]
    return DatasetRows(start=query.start, stop=stop, columns=read)


def _export(path: Path, query: ExportQuery) -> Iterator[bytes]:
    reader = DatasetReader(path)
    names = [column.name for column in _chosen(reader, query.columns)]
    return export(reader, names, query.start, _stop(reader, query), query.format.value)


def _chosen(reader: DatasetReader, names: Sequence[str] | None) -> list[Column]:
    if names is None:
        return list(reader.columns.values())
    for name in names:
        if name not in reader.columns:
            raise ValidationFailedError.of("columns", f"there is no column '{name}'")
    if len(set(names)) < len(names):
        raise ValidationFailedError.of("columns", "expected each column once")
    return [reader.columns[name] for name in names]


def _stop(reader: DatasetReader, query: RowsQuery) -> int:
    stop = reader.rows if query.stop is None else query.stop
    if query.start >= reader.rows:
        raise ValidationFailedError.of("start", f"expected a row below {reader.rows}, the number of rows")
    if not query.start < stop <= reader.rows:
        raise ValidationFailedError.of("stop", f"expected a row from {query.start + 1} to {reader.rows}")
    return stop


def _column(reader: DatasetReader, column: Column, start: int, stop: int, width: int) -> ColumnRows:
    values = reader.read([column.name], start, stop)[:, :width]
    rows = values.astype(object)
    if values.dtype.kind == "f":
        rows[~np.isfinite(values)] = None
    return ColumnRows(name=column.name, values=rows.tolist())


async def _stream(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        if piece:
            yield piece
