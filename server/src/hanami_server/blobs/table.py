"""CSV: a table of numbers in UTF-8 becomes a dataset with one float32 column per column of the table.

An empty cell is a missing reading: NaN.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hanami_server.blobs import arrow as pa
from hanami_server.blobs.columns import Column, from_arrow
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.writer import writing_dataset

MAX_LINE_BYTES = 1 << 20
MAX_COLUMNS = 4096
MAX_NAME = 120
MAX_SHOWN = 40  # characters of a faulty cell in a message
WRONG_LENGTH = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
WRONG_CELL = re.compile(r"column #(\d+): Row #(\d+): .*invalid value '(.*)'", re.DOTALL)
BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def convert_csv(file: Path, target: Path, *, header: bool, delimiter: str) -> None:
    """Write a table as a dataset.

    Parameters
    ----------
    file : Path
    target : Path
        The dataset.
    header : bool
        Whether the first line names the columns; else they are `c0`, `c1`, …
    delimiter : str
        One ASCII character.

    Raises
    ------
    BlobError
        For `file` or `delimiter`; rows are those of the file, the header is row 1.
    """
    if not delimiter.isascii() or delimiter in '"\r\n\0':
        raise BlobError("delimiter", "expected an ASCII character that is neither a quote nor the end of a line")
    cells = _first_line(file, delimiter)
    names = _checked_names(cells) if header else [f"c{index}" for index in range(len(cells))]
    columns = [Column(name, "float32", 1) for name in names]
    with writing_dataset(target, columns) as dataset:
        for batch in _batches(file, names, delimiter, skip_rows=int(header)):
            found = [from_arrow(values) for values in batch.columns]
            for name, (numbers, missing) in zip(names, found, strict=True):
                good = np.isfinite(numbers) | missing
                if not good.all():
                    row = dataset.rows + int(header) + int(np.argmin(good)) + 1
                    raise BlobError(
                        "file",
                        f"row {row}, column '{name}': expected a finite number in the range of float32, or nothing for "
                        "a missing reading",
                    )
            dataset.append([numbers.reshape(-1, 1) for numbers, _ in found])
        if not dataset.rows:
            raise BlobError("file", "has no rows")


def _first_line(file: Path, delimiter: str) -> list[str]:
    with file.open("rb") as raw:
        line = raw.readline(MAX_LINE_BYTES)
    if line.startswith(BYTE_ORDER_MARKS):
        raise BlobError("file", "starts with a byte order mark; expected plain UTF-8")
    if len(line) == MAX_LINE_BYTES:
        raise BlobError("file", f"row 1: expected a line shorter than {MAX_LINE_BYTES} bytes")
    try:
        cells = next(csv.reader([line.decode()], delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        raise BlobError("file", "row 1: not UTF-8") from error
    except csv.Error as error:
        raise BlobError("file", f"row 1: {error}") from error
    if not cells:
        raise BlobError("file", "row 1 is empty")
    if len(cells) > MAX_COLUMNS:
        raise BlobError("file", f"row 1: expected at most {MAX_COLUMNS} columns, got {len(cells)}")
    return cells


def _checked_names(cells: list[str]) -> list[str]:
    for index, name in enumerate(cells, start=1):
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise BlobError("file", f"row 1, column {index}: expected a name of 1 to {MAX_NAME} printable characters")
    name, times = Counter(cells).most_common(1)[0]
    if times > 1:
        raise BlobError("file", f"row 1: {times} columns are named '{name}'")
    return cells


def _batches(file: Path, names: list[str], delimiter: str, skip_rows: int) -> Iterator[pa.RecordBatch]:
    """Read the rows; one thread, for only then Arrow knows the number of a faulty row."""
    reading = pa.csv.ReadOptions(use_threads=False, column_names=names, skip_rows=skip_rows)
    reading.block_size = MAX_LINE_BYTES
    parsing = pa.csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=len(names) > 1)
    converting = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.float32()), null_values=[""], strings_can_be_null=False
    )
    try:
        with pa.csv.open_csv(file, reading, parsing, converting) as batches:
            yield from batches
    except pa.ArrowInvalid as error:
        raise BlobError("file", _explain(str(error), names)) from error


def _explain(problem: str, names: list[str]) -> str:
    """Say in our words what Arrow found."""
    if found := WRONG_LENGTH.search(problem):
        row, expected, got = found.groups()
        return f"row {row}: expected {expected} columns, got {got}"
    if found := WRONG_CELL.search(problem):
        column, row, cell = found.groups()
        return f"row {row}, column '{names[int(column)]}': expected a number, got {cell[:MAX_SHOWN]!a}"
    if "Empty CSV file" in problem or "Could not skip initial" in problem:
        return "has no rows"
    return f"expected a table of numbers with lines shorter than {MAX_LINE_BYTES} bytes"
