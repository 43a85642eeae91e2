"""Datasets: what goes in comes out, and nothing bad goes in."""

import gzip
import struct
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hanami_server.blobs import writer
from hanami_server.blobs.columns import Column
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.idx import convert_idx
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.results import append_answers, result_columns
from hanami_server.blobs.table import convert_csv
from hanami_server.blobs.writer import writing_dataset
from hanami_server.fleet.host import Answers
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

LIMIT = 1 << 26
IMAGES = np.arange(5 * 3 * 4, dtype=np.uint8).reshape(5, 3, 4)
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def read_idx(folder, images, labels, limit=LIMIT):
    (folder / "images").write_bytes(images)
    (folder / "labels").write_bytes(labels)
    convert_idx(folder / "images", folder / "labels", folder / "dataset", limit)
    return DatasetReader(folder / "dataset")


def read_csv(folder, text, *, header=True, delimiter=","):
    (folder / "table").write_bytes(text if isinstance(text, bytes) else text.encode())
    convert_csv(folder / "table", folder / "dataset", header=header, delimiter=delimiter)
    return DatasetReader(folder / "dataset")


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(max_examples=50, deadline=None)
@given(images=arrays.arrays(np.uint8, arrays.array_shapes(min_dims=3, max_dims=3, max_side=9)), packed=st.booleans())
def test_idx_round_trip(images, packed):
    labels = images[:, 0, 0].copy()
    pack = gzip.compress if packed else bytes
    with tempfile.TemporaryDirectory() as name:
        reader = read_idx(Path(name), pack(idx(images)), pack(idx(labels)))
        assert (reader.read(["image"], 0, reader.rows) == images.reshape(len(images), -1)).all()
        assert (reader.read(["label"], 0, reader.rows)[:, 0] == labels).all()
        assert reader.read(["image"], 0, reader.rows).dtype == np.uint8


@settings(max_examples=200, deadline=None)
@given(data=st.data(), packed=st.booleans())
def test_a_damaged_idx_is_refused_or_still_a_dataset(data, packed):
    content = bytearray((gzip.compress if packed else bytes)(idx(IMAGES)))
    if data.draw(st.booleans(), "cut"):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with tempfile.TemporaryDirectory() as name:
        try:
            reader = read_idx(Path(name), bytes(content), idx(LABELS))
        except BlobError:
            assert not (Path(name) / "dataset").exists()
        else:
            assert reader.read(["image"], 0, reader.rows).shape == (5, 12)


BAD_IMAGES = {
    "empty": b"",
    "labels": idx(LABELS),
    "another type": b"\0\0\x0d\x03" + idx(IMAGES)[4:],
    "not IDX": b"\x89PNG\r\n\x1a\n",
    "cut in the header": idx(IMAGES)[:9],
    "cut": idx(IMAGES)[:-1],
    "goes on": idx(IMAGES) + b"\0",
    "no images": idx(IMAGES[:0]),
    "no pixels": idx(IMAGES[:, :0]),
    "absurd header": struct.pack(">HBB3I", 0, 8, 3, 10**9, 1000, 1000),
    "absurd image": struct.pack(">HBB3I", 0, 8, 3, 1, 2**32 - 1, 2**32 - 1),
    "gzip of nothing": gzip.compress(b""),
    "gzip cut": gzip.compress(idx(IMAGES))[:-9],
    "gzip with rubbish behind": gzip.compress(idx(IMAGES)) + b"rubbish",
    "gzip of the wrong thing": gzip.compress(gzip.compress(idx(IMAGES))),
}


@pytest.mark.parametrize("content", BAD_IMAGES.values(), ids=BAD_IMAGES)
def test_bad_images(folder, content):
    with pytest.raises(BlobError) as caught:
        read_idx(folder, content, idx(LABELS))
    assert caught.value.field == "images"
    assert {path.name for path in folder.iterdir()} == {"images", "labels"}


@pytest.mark.parametrize(
    "content",
    [idx(LABELS[:4]), idx(IMAGES), gzip.compress(idx(LABELS))[:-3], b""],
    ids=["too few", "images", "gzip cut", "empty"],
)
def test_bad_labels(folder, content):
    with pytest.raises(BlobError) as caught:
        read_idx(folder, idx(IMAGES), content)
    assert caught.value.field == "labels"
    assert {path.name for path in folder.iterdir()} == {"images", "labels"}


def test_item_19_a_bomb_is_unpacked_no_further_than_its_header_says(folder):
    header = struct.pack(">HBB3I", 0, 8, 3, 5, 3, 4)
    bomb = gzip.compress(header + bytes(64 << 20))
    tracemalloc.start()
    with pytest.raises(BlobError, match="goes on after"):
        read_idx(folder, bomb, idx(LABELS))
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()


def test_an_honest_bomb_is_held_against_the_limit(folder):
    with pytest.raises(BlobError, match="at most 1000 bytes"):
        read_idx(folder, gzip.compress(idx(np.zeros((100, 10, 10), np.uint8))), idx(LABELS), limit=1000)


NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@settings(max_examples=50, deadline=None)
@given(
    table=arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=NUMBERS),
    header=st.booleans(),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_csv_round_trip(table, header, delimiter, end):
    names = [f"column {index}" for index in range(table.shape[1])] if header else []
    lines = [names] * header + [[repr(float(value)) for value in row] for row in table]
    text = end.join(delimiter.join(line) for line in lines) + end
    with tempfile.TemporaryDirectory() as name:
        reader = read_csv(Path(name), text, header=header, delimiter=delimiter)
        assert list(reader.columns) == (names or [f"c{index}" for index in range(table.shape[1])])
        assert (reader.read(list(reader.columns), 0, len(table)) == table).all()


LONG = "a,b\n" + "1,2\n" * 400_000
BAD_TABLES = {
    "": "empty",
    "\n1,2\n": "empty",
    "a,b": "no rows",
    "a,b\n": "no rows",
    "a,b\n1,2\n3\n": "row 3: expected 2 columns, got 1",
    "a,b\n1,2\n3,4,5\n": "row 3: expected 2 columns, got 3",
    "a,b\n1,2\n3,x\n": "row 3, column 'b': expected a number, got 'x'",
    "a,b\n1,nan\n": "row 2, column 'b': expected a finite number",
    "a,b\n1,-inf\n": "row 2, column 'b': expected a finite number",
    "a,b\n1,1e39\n": "row 2, column 'b': expected a finite number",
    LONG + "3,x\n": "row 400002, column 'b'",
    LONG + "3,nan\n": "row 400002, column 'b'",
    "a,b\n1,\0\n": "row 2, column 'b'",
    "a,a\n1,2\n": "2 columns are named 'a'",
    "a,\n1,2\n": "column 2: expected a name",
    "a,\x07\n1,2\n": "column 2: expected a name",
    "a" * 121 + "\n1\n": "column 1: expected a name",
    ",".join(f"c{index}" for index in range(5000)) + "\n": "at most 4096 columns",
    "a" * (2 << 20): "shorter than",
    "a,b\n1," + "x" * (3 << 20): "shorter than",
    'a,"b\n1,2\n': "row 1",
    "\ufeffa,b\n1,2\n": "byte order mark",
}


@pytest.mark.parametrize("text", ["a\n1\n\n2\n", 'a\n1\n""\n2\n', "a\r\n1\r\n\r\n2"])
def test_an_empty_cell_is_a_missing_reading(folder, text):
    reader = read_csv(folder, text)
    assert np.array_equal(reader.read(["a"], 0, 3)[:, 0], [1, np.nan, 2], equal_nan=True)


@pytest.mark.parametrize(("text", "message"), BAD_TABLES.items(), ids=range(len(BAD_TABLES)))
def test_bad_tables(folder, text, message):
    with pytest.raises(BlobError, match=message) as caught:
        read_csv(folder, text)
    assert caught.value.field == "file"
    assert len(caught.value.message) < 300
    assert [path.name for path in folder.iterdir()] == ["table"]


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"a,\xe4\n1,2\n", b"a,b\n1,\xe4\n", b"\x1f\x8b\x08\x00rest"])
def test_tables_that_are_not_utf8(folder, content):
    with pytest.raises(BlobError) as caught:
        read_csv(folder, content)
    assert caught.value.field == "file"


@pytest.mark.parametrize("delimiter", ["\n", "\r", '"', "\0", "é"])
def test_bad_delimiters(folder, delimiter):
    with pytest.raises(BlobError) as caught:
        read_csv(folder, "a,b\n1,2\n", delimiter=delimiter)
    assert caught.value.field == "delimiter"


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(writer, "BATCH_BYTES", 64)


@pytest.fixture
def mixed(folder, small_batches):
    """10 rows in batches of 3: two bytes, one float, another byte."""
    columns = [Column("pair", "uint8", 2), Column("real", "float32", 4), Column("byte", "uint8", 1)]
    blocks = [np.arange(20).reshape(10, 2), np.arange(40).reshape(10, 4) / 8, np.arange(10).reshape(10, 1)]
    with writing_dataset(folder / "dataset", columns) as dataset:
        for start in (0, 1, 5):
            dataset.append([block[start : {0: 1, 1: 5, 5: 10}[start]] for block in blocks])
    return DatasetReader(folder / "dataset"), dict(zip(["pair", "real", "byte"], blocks, strict=True))


def test_every_range_of_rows(mixed):
    reader, blocks = mixed
    for start in range(10):
        for stop in range(start + 1, 11):
            for name, block in blocks.items():
                assert (reader.read([name], start, stop) == block[start:stop]).all()


def test_columns_side_by_side(mixed):
    reader, blocks = mixed
    bytes_only = reader.read(["byte", "pair"], 2, 8)
    assert bytes_only.dtype == np.uint8
    assert (bytes_only == np.hstack([blocks["byte"], blocks["pair"]])[2:8]).all()
    everything = reader.read(["pair", "real"], 2, 8)
    assert everything.dtype == np.float32
    assert everything.flags.c_contiguous
    assert (everything == np.hstack([blocks["pair"], blocks["real"]])[2:8]).all()


def test_one_column_of_one_batch_is_not_copied(mixed):
    reader, _ = mixed
    for name in ("pair", "real", "byte"):
        rows = reader.read([name], 3, 6)
        assert rows.flags.c_contiguous
        assert not rows.flags.writeable
        assert np.shares_memory(rows, reader.read([name], 3, 4))


def test_others_read_the_file(mixed, folder):
    with pa.memory_map(str(folder / "dataset")) as file:
        table = pa.ipc.open_file(file).read_all()
    assert table.num_rows == 10
    assert table.column("byte").to_pylist() == [[value] for value in range(10)]
    assert str(table.schema.field("real").type).startswith("fixed_size_list")


def test_a_deleted_dataset_stays_readable(mixed, folder):
    reader, blocks = mixed
    (folder / "dataset").unlink()
    assert (reader.read(["real"], 0, 10) == blocks["real"]).all()


@pytest.mark.parametrize(("classes", "dtype"), [(3, "uint8"), (300, "int32")])
def test_answers_for_classes(folder, classes, dtype):
    answers = np.random.default_rng(0).random((20, classes), np.float32)
    parts = [Answers("label", answers, "class")]
    with writing_dataset(folder / "dataset", result_columns(parts)) as dataset:
        append_answers(dataset, parts, np.arange(parts[0].values.shape[0]))
    reader = DatasetReader(folder / "dataset")
    assert (reader.read(["output"], 0, 20) == answers).all()
    assert reader.read(["novelty"], 0, 20)[:, 0].tolist() == list(range(20))
    assert (reader.read(["label"], 0, 20)[:, 0] == answers.argmax(axis=1)).all()
    assert reader.columns["label"] == Column("label", dtype, 1)


def test_answers_of_real_values(folder):
    parts = [Answers("value", np.ones((4, 2), np.float32))]
    with writing_dataset(folder / "dataset", result_columns(parts)) as dataset:
        append_answers(dataset, parts, np.arange(parts[0].values.shape[0]))
    assert list(DatasetReader(folder / "dataset").columns) == ["output", "novelty"]


def test_answers_of_several_hexagons_of_every_kind(folder):
    parts = [
        Answers("kind", np.array([[0.1, 0.9]], np.float32), "class"),
        Answers("flags", np.array([[True, False, True]])),
        Answers("count", np.array([[2**64 - 1]], np.uint64)),
    ]
    with writing_dataset(folder / "dataset", result_columns(parts)) as dataset:
        append_answers(dataset, parts, np.arange(parts[0].values.shape[0]))
    reader = DatasetReader(folder / "dataset")
    assert list(reader.columns) == ["kind_output", "kind_label", "flags_output", "count_output", "novelty"]
    assert reader.read(["kind_label"], 0, 1).tolist() == [[1]]
    assert reader.read(["flags_output"], 0, 1).tolist() == [[1, 0, 1]]
    assert reader.read(["count_output"], 0, 1).tolist() == [[2**64 - 1]]
