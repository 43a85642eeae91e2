"""Datasets: made of uploads, downloaded, compared."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from uuid import UUID, uuid4

from quart import Blueprint, Response

from hanami_server.access.guard import viewer
from hanami_server.blobs.accuracy import ClassAgreement, RealAgreement, compare
from hanami_server.blobs.files import Blobs
from hanami_server.blobs.idx import convert_idx
from hanami_server.blobs.ranges import DatasetInfo, describe
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.table import convert_csv
from hanami_server.contract.base import EXAMPLE_ID, NamedQuery, Rename
from hanami_server.contract.datasets import (
    AccuracyCheck,
    AccuracyReport,
    CsvSource,
    Dataset,
    DatasetCreate,
    DatasetDetails,
    DatasetPage,
    IdxSource,
)
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.op import BINARY, NO_CONTENT, Body, Rate, Reply, op
from hanami_server.routes.conditions import get_for_change
from hanami_server.routes.files import content_faults, deleted_meanwhile, download
from hanami_server.routes.references import get_referenced
from hanami_server.routes.rows import read_preview
from hanami_server.services import Services, services
from hanami_server.store import datasets, tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import Viewer, get_visible, select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("datasets", __name__)


@blueprint.post("/v1/datasets")
@op(
    id="createDataset",
    tag="datasets",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Make a dataset of uploads",
    description="Every byte is checked; the uploads are used up, or stay as they are where the dataset fails.",
    body=Body(
        DatasetCreate,
        example={"name": "digits", "source": {"kind": "idx", "images": EXAMPLE_ID, "labels": EXAMPLE_ID}},
    ),
    reply=Reply(201, Dataset, description="The new dataset."),
    errors=(404, 409),
)
async def create_dataset(body: DatasetCreate) -> tables.Dataset:
    """Convert the uploads, then keep the row; goes on to its end although the client goes away."""
    return await asyncio.shield(_create(services(), viewer(), viewer().home(), body))


async def _create(parts: Services, who: Viewer, project_id: str, body: DatasetCreate) -> tables.Dataset:
    uploads = await _find_uploads(parts, who, body.source)
    item = uuid4()
    with parts.blobs.datasets.adding(item) as target:
        with content_faults("source."), deleted_meanwhile():
            made = await asyncio.to_thread(_convert, parts, body.source, target)
        row = tables.Dataset(id=item, owner_id=who.user_id, project_id=project_id, name=body.name, **asdict(made))
        async with change(item) as session:
            await datasets.use_up(session, uploads)
            await parts.quotas.expect_room(session, who.user_id, project_id, dataset_bytes=row.bytes)
            session.add(row)
    await asyncio.to_thread(parts.blobs.uploads.delete, *uploads)
    return row


async def _find_uploads(parts: Services, who: Viewer, source: IdxSource | CsvSource) -> list[UUID]:
    named = (
        {"images": source.images, "labels": source.labels} if isinstance(source, IdxSource) else {"file": source.file}
    )
    if len(set(named.values())) < len(named):
        raise ValidationFailedError.of("source.labels", "expected another upload than that of the images")
    async with parts.database.reading() as session:
        for field, upload_id in named.items():
            upload = await get_referenced(session, tables.Upload, who, upload_id, f"source.{field}")
            if upload.received < upload.size:
                told = f"expected a whole file; {upload.received} of {upload.size} bytes have arrived"
                raise ValidationFailedError.of(f"source.{field}", told)
    return list(named.values())


def _convert(parts: Services, source: IdxSource | CsvSource, target: Path) -> DatasetInfo:
    path = parts.blobs.uploads.path
    if isinstance(source, IdxSource):
        convert_idx(path(source.images), path(source.labels), target, parts.settings.max_upload_bytes)
    else:
        convert_csv(path(source.file), target, header=source.header, delimiter=source.delimiter)
    return describe(target)


@blueprint.get("/v1/datasets")
@op(
    id="listDatasets",
    tag="datasets",
    summary="List the datasets",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, DatasetPage, description="Part of the datasets."),
)
async def list_datasets(query: NamedQuery) -> Page[tables.Dataset]:
    """Read a page of datasets."""
    async with services().database.reading() as session:
        return await read_page(session, select_visible(tables.Dataset, viewer()), tables.Dataset, query)


@blueprint.get("/v1/datasets/<uuid:dataset_id>")
@op(
    id="getDataset",
    tag="datasets",
    summary="Get a dataset",
    description="Its size, its columns with their ranges, and how it begins.",
    reply=Reply(200, DatasetDetails, description="The dataset."),
)
async def get_dataset(dataset_id: UUID) -> DatasetDetails:
    """Read one dataset, and its first rows."""
    parts = services()
    async with parts.database.reading() as session:
        row = await get_visible(session, tables.Dataset, viewer(), dataset_id)
    with deleted_meanwhile():
        preview = await asyncio.to_thread(read_preview, parts.blobs.datasets.path(dataset_id))
    return DatasetDetails(**Dataset.model_validate(row).model_dump(), preview=preview)


@blueprint.patch("/v1/datasets/<uuid:dataset_id>")
@op(
    id="updateDataset",
    tag="datasets",
    conditional=True,
    summary="Rename a dataset",
    description="What it holds stays as it is.",
    body=Body(Rename, example={"name": "of 2026"}),
    reply=Reply(200, Dataset, description="The dataset as it is now."),
    errors=(409,),
)
async def update_dataset(dataset_id: UUID, body: Rename) -> tables.Dataset:
    """Give it another name."""
    async with change() as session:
        row = await get_for_change(session, tables.Dataset, viewer(), dataset_id)
        row.name = body.name
        await session.flush()
    return row


@blueprint.delete("/v1/datasets/<uuid:dataset_id>")
@op(
    id="deleteDataset",
    tag="datasets",
    conditional=True,
    summary="Delete a dataset",
    description="A task that reads it at this moment goes on to its end.",
    reply=NO_CONTENT,
)
async def delete_dataset(dataset_id: UUID) -> None:
    """Take away the row, then the file."""
    parts = services()
    async with change() as session:
        await session.delete(await get_for_change(session, tables.Dataset, viewer(), dataset_id))
    await asyncio.to_thread(parts.blobs.datasets.delete, dataset_id)


@blueprint.get("/v1/datasets/<uuid:dataset_id>/content")
@op(
    id="downloadDataset",
    tag="datasets",
    rate=Rate.COSTLY,
    summary="Download a dataset",
    description="An Arrow IPC file: one fixed-size list of numbers per column. The header `Range` asks for a part of "
    "it (206), and `If-Range` for the whole where it is another file by now.",
    reply=Reply(200, media=BINARY, description="The file."),
    errors=(416,),
)
async def download_dataset(dataset_id: UUID) -> Response:
    """Stream the file."""
    parts = services()
    async with parts.database.reading() as session:
        await get_visible(session, tables.Dataset, viewer(), dataset_id)
    return await download(parts.blobs.datasets, dataset_id)


@blueprint.post("/v1/datasets/<uuid:dataset_id>/accuracy")
@op(
    id="checkDatasetAccuracy",
    tag="datasets",
    verb="accuracy",
    rate=Rate.COSTLY,
    summary="Compare two columns",
    description="Row by row: columns of whole numbers as classes, columns of real numbers by their distance.",
    body=Body(
        AccuracyCheck,
        example={"column": "label", "reference_dataset_id": EXAMPLE_ID, "reference_column": "label"},
    ),
    reply=Reply(200, AccuracyReport, description="How well they agree."),
)
async def check_dataset_accuracy(dataset_id: UUID, body: AccuracyCheck) -> ClassAgreement | RealAgreement:
    """Compare on a thread."""
    parts, who = services(), viewer()
    async with parts.database.reading() as session:
        await get_visible(session, tables.Dataset, who, dataset_id)
        await get_referenced(session, tables.Dataset, who, body.reference_dataset_id, "reference_dataset_id")
    with content_faults(), deleted_meanwhile():
        return await asyncio.to_thread(_compare, parts.blobs, dataset_id, body)


def _compare(blobs: Blobs, dataset_id: UUID, check: AccuracyCheck) -> ClassAgreement | RealAgreement:
    answers, truth = (DatasetReader(blobs.datasets.path(item)) for item in (dataset_id, check.reference_dataset_id))
    return compare(answers, check.column, truth, check.reference_column)
