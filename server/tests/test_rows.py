"""Rows of datasets, in every format: what comes out is what is in it."""

import io
import tempfile
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hanami_server.blobs import export as export_room
from hanami_server.blobs.columns import Column
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.export import export
from hanami_server.blobs.ranges import describe
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.table import convert_csv
from hanami_server.blobs.writer import writing_dataset
from hanami_server.store.tables import Dataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pyarrow import parquet

OCTETS = {"Content-Type": "application/octet-stream"}
DTYPES = ["uint8", "int32", "uint64", "float32"]


@st.composite
def tables(draw):
    """Columns of all types, with names that are hard on CSV, and rows of them."""
    rows = draw(st.integers(1, 12))
    names = draw(st.lists(st.sampled_from(["a", "b,c", 'q"', "ä", "n_0", "x y"]), min_size=1, max_size=4, unique=True))
    found = {}
    for name in names:
        dtype, width = draw(st.sampled_from(DTYPES)), draw(st.integers(1, 3))
        elements = {"allow_infinity": False} if dtype == "float32" else None
        found[name] = draw(arrays.arrays(dtype, (rows, width), elements=elements))
    start = draw(st.integers(0, rows - 1))
    return found, start, draw(st.integers(start + 1, rows))


def write(folder, found):
    columns = [Column(name, values.dtype.name, values.shape[1]) for name, values in found.items()]
    with writing_dataset(folder / "d", columns) as writer:
        writer.append(list(found.values()))
    return DatasetReader(folder / "d")


def read_lists(form, content):
    source = io.BytesIO(content)
    return parquet.read_table(source) if form == "parquet" else pa.ipc.open_file(source).read_all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables(), form=st.sampled_from(["parquet", "arrow"]), piece=st.integers(1, 100))
def test_lists_of_any_rows_are_as_they_were(table, form, piece):
    found, start, stop = table
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_room, "PIECE_BYTES", piece)
        read = read_lists(form, b"".join(export(write(Path(name), found), list(found), start, stop, form)))
    assert read.column_names == list(found)
    for column, values in found.items():
        kept = np.array(read[column].to_pylist(), dtype=values.dtype)
        assert np.array_equal(kept, values[start:stop], equal_nan=values.dtype.kind == "f")


@settings(max_examples=60, deadline=None)
@given(table=tables(), piece=st.integers(1, 100))
def test_csv_of_any_rows_can_be_uploaded_again(table, piece):
    found, start, stop = table
    cells = {
        (f"{name}_{cell}" if values.shape[1] > 1 else name): values[start:stop, cell].astype(np.float32)
        for name, values in found.items()
        for cell in range(values.shape[1])
    }
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_room, "PIECE_BYTES", piece)
        folder = Path(name)
        reader = write(folder, found)
        if len(cells) < sum(values.shape[1] for values in found.values()):
            with pytest.raises(BlobError, match="would be called"):
                export(reader, list(found), start, stop, "csv")
            return
        (folder / "csv").write_bytes(b"".join(export(reader, list(found), start, stop, "csv")))
        convert_csv(folder / "csv", folder / "again", header=True, delimiter=",")
        again = DatasetReader(folder / "again")
        assert list(again.columns) == list(cells)
        for column, values in cells.items():
            assert np.array_equal(again.read([column], 0, again.rows)[:, 0], values, equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(table=tables())
def test_ranges_are_of_what_is_finite(table):
    found, _, _ = table
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), found)
        for info in describe(Path(name) / "d").columns:
            values = found[info.name].astype(float)
            finite = values[np.isfinite(values)]
            assert info.missing == np.isnan(values).sum()
            assert (info.minimum, info.maximum) == ((finite.min(), finite.max()) if finite.size else (None, None))


@pytest.fixture(scope="module")
def table(new_user):
    """A member with a dataset of 40,000 rows of 3 columns, one of them with gaps."""
    client = new_user().client
    lines = "\n".join(f"{row},{row % 7 or ''},{row / 8}" for row in range(40_000))
    upload = client.post("/v1/uploads", content=f"a,b,c\n{lines}\n".encode(), headers=OCTETS).json()["id"]
    source = {"kind": "csv", "file": upload}
    return client, client.post("/v1/datasets", json={"name": "d", "source": source}).json()["id"]


def rows_of(table, suffix="", **query):
    client, dataset = table
    return client.get(f"/v1/datasets/{dataset}/rows{suffix}", params=query)


def test_rows_are_read_part_by_part(table):
    start, seen = 0, []
    while start < 40_000:
        answer = rows_of(table, start=start).json()
        assert answer["start"] == start < answer["stop"]
        seen += [value for (value,) in answer["columns"][0]["values"]]
        start = answer["stop"]
    assert seen == list(range(40_000))


def test_some_rows_of_some_columns(table):
    answer = rows_of(table, start=6, stop=9, columns=["c", "b"]).json()
    assert answer == {
        "start": 6,
        "stop": 9,
        "columns": [
            {"name": "c", "values": [[0.75], [0.875], [1.0]]},
            {"name": "b", "values": [[6.0], [None], [1.0]]},
        ],
    }


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow"])
def test_rows_are_downloaded(table, form):
    answer = rows_of(table, "/export", start=6, stop=9, columns=["b", "a"], format=form)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={table[1]}.{form}"
    if form == "csv":
        assert answer.text == '"b","a"\n6,6\n,7\n1,8\n'
    else:
        assert read_lists(form, answer.content)["a"].to_pylist() == [[6.0], [7.0], [8.0]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": 40_000}, "start"),
        ({"start": -1}, "start"),
        ({"start": 5, "stop": 5}, "stop"),
        ({"stop": 40_001}, "stop"),
        ({"columns": ["a", "no"]}, "columns"),
        ({"columns": ["a", "a"]}, "columns"),
        ({"columns": [""]}, "columns.0"),
        ({"rows": 1}, "rows"),
    ],
)
@pytest.mark.parametrize("suffix", ["", "/export"])
def test_rows_that_there_are_not(table, suffix, query, field):
    answer = rows_of(table, suffix, **query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_other_formats_are_refused(table):
    answer = rows_of(table, "/export", format="xlsx")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "format"


def test_a_dataset_from_before_ranges_were_kept(table, in_database):
    client, dataset = table

    def forget(session):
        row = session.get(Dataset, UUID(dataset))
        row.columns = [{name: column[name] for name in ("name", "dtype", "width")} for column in row.columns]

    in_database(forget)
    columns = client.get(f"/v1/datasets/{dataset}").json()["columns"]
    assert {(column["minimum"], column["maximum"], column["missing"]) for column in columns} == {(None, None, None)}


def test_targets_that_are_missing_are_told(table):
    client, dataset = table
    cluster = client.post("/v1/clusters", json={"name": "c"}).json()["id"]
    wish = {"type": "train", "dataset_id": dataset, "inputs": ["b"], "outputs": ["c"]}
    assert client.post(f"/v1/clusters/{cluster}/tasks", json=wish).status_code == 202  # inputs may be missing
    text = "version: 1\nhexagons:\n" + "".join(
        f"  - {{position: [{place}, 1, 1], type: {kind}}}\n"
        for place, kind in ((1, "input"), (2, "internal, size: 16"), (3, "output, size: 7, values: class"))
    )
    cluster = client.post("/v1/clusters", json={"name": "c", "template": text}).json()["id"]
    answer = client.post(f"/v1/clusters/{cluster}/tasks", json=wish | {"inputs": ["a"], "outputs": ["b"]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "field": "outputs",
        "message": "row 1: expected a class from 0 to 6, got nan",
    }
