"""Models of datasets: typed columns of samples, and how well two of them agree."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict
from typing_extensions import TypeAliasType

from hanami_server.contract.base import Answer, Name, Owned, Page, Query, Request, columns

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=160), Field(examples=["image"])]

UPLOAD: JsonDict = {"x-of": "uploads"}  # what the id of a field is of, where its name does not say


class IdxSource(Request):
    """Images and labels in the format of MNIST, plain or gzip."""

    kind: Literal["idx"]
    images: UUID = Field(description="Upload with the images; becomes the column `image`.", json_schema_extra=UPLOAD)
    labels: UUID = Field(description="Upload with the labels; becomes the column `label`.", json_schema_extra=UPLOAD)


class CsvSource(Request):
    """A table of numbers in UTF-8; an empty cell is a missing reading."""

    kind: Literal["csv"]
    file: UUID = Field(description="Upload with the table.", json_schema_extra=UPLOAD)
    header: bool = Field(default=True, description="The first line names the columns; else they are `c0`, `c1`, …")
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","


DatasetSource = TypeAliasType(
    "DatasetSource",
    Annotated[IdxSource | CsvSource, Field(discriminator="kind", description="What a dataset is made from.")],
)


class DatasetCreate(Request):
    """A dataset to be; its uploads are used up when it is made."""

    name: Name
    source: DatasetSource


class ColumnType(StrEnum):
    """Type of the numbers of a column."""

    UINT8 = "uint8"
    INT32 = "int32"
    UINT64 = "uint64"
    FLOAT32 = "float32"


class Column(Answer):
    """A named block of numbers: `width` of them per row."""

    name: ColumnName
    dtype: ColumnType
    width: int
    minimum: float | None = Field(default=None, description="Smallest finite value; null where there is none.")
    maximum: float | None = Field(default=None, description="Largest finite value; null where there is none.")
    missing: int | None = Field(default=None, description="Readings that are missing; null where nobody counted.")


class Dataset(Owned):
    """Rows of samples, kept as an Arrow IPC file."""

    name: Name
    rows: int
    bytes: int = Field(description="Size of the file.")
    columns: list[Column]


class ColumnRows(Answer):
    """Rows of one column."""

    name: ColumnName
    values: list[list[float | None]] = Field(
        description="The numbers of each row; null for a missing reading.", examples=[[[5.0], [0.0]]]
    )


class DatasetRows(Answer):
    """Rows of a dataset, column by column."""

    start: int = Field(description="The first row, counted from 0.")
    stop: int = Field(description="The row after the last; the dataset ends where this is its number of rows.")
    columns: list[ColumnRows]


class DatasetDetails(Dataset):
    """A dataset and how it begins."""

    preview: DatasetRows = Field(description="Up to 5 rows, of each column up to 16 numbers.")


class RowsQuery(Query):
    """Which rows of which columns."""

    start: int = Field(default=0, ge=0, le=2**53 - 1, description="The first row, counted from 0.")
    stop: int | None = Field(
        default=None, ge=1, le=2**53 - 1, description="The row after the last; left out, as far as it goes."
    )
    columns: list[ColumnName] | None = Field(
        default=None, min_length=1, max_length=4096, description="By name, each once; left out, all of them."
    )


class ExportFormat(StrEnum):
    """A table in UTF-8, a Parquet file, or an Arrow IPC file."""

    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


class ExportQuery(RowsQuery):
    """Which rows of which columns, and how."""

    format: ExportFormat = Field(default=ExportFormat.CSV, description="Of the file.")


class DatasetPage(Page[Dataset]):
    """Part of the datasets."""

    model_config = columns("id name rows bytes owner_id created_at")


class AccuracyCheck(Request):
    """Which column of this dataset to compare with which truth, row by row."""

    column: ColumnName
    reference_dataset_id: UUID
    reference_column: ColumnName


class Confusion(Answer):
    """How often each class was taken for each other."""

    labels: list[int] = Field(description="The classes, in order.")
    counts: list[list[int]] = Field(description="`counts[truth][answer]`, in the order of `labels`.")


class ClassAccuracy(Answer):
    """Agreement of classes."""

    kind: Literal["class"]
    rows: int
    correct: int
    accuracy: float = Field(description="`correct / rows`.")
    confusion: Confusion | None = Field(description="Null where more than 256 classes occur.")


class RealAccuracy(Answer):
    """Distance of real values."""

    kind: Literal["real"]
    rows: int
    mean_absolute_error: float
    root_mean_square_error: float


AccuracyReport = TypeAliasType(
    "AccuracyReport",
    Annotated[ClassAccuracy | RealAccuracy, Field(discriminator="kind", description="How well two columns agree.")],
)
