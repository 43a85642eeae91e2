"""How well two columns agree."""

import numpy as np
import pytest
from hanami_server.blobs import accuracy
from hanami_server.blobs.accuracy import ClassAgreement, Confusion, RealAgreement, compare
from hanami_server.blobs.columns import Column
from hanami_server.blobs.errors import BlobError
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.writer import writing_dataset


@pytest.fixture
def dataset(tmp_path):
    """Make a dataset of one column `x`."""

    def make(values, dtype):
        block = np.array(values, dtype)
        block = block.reshape(len(block), -1)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        with writing_dataset(path, [Column("x", dtype, block.shape[1])]) as writer:
            writer.append([block])
        return DatasetReader(path)

    return make


@pytest.mark.parametrize("kind", ["uint8", "float32", "int32"])
def test_classes(dataset, kind, monkeypatch):
    monkeypatch.setattr(accuracy, "CHUNK_VALUES", 2)
    answers, truth = dataset([1, 1, 7, 2, 2], "uint8"), dataset([1, 2, 7, 2, 1], kind)
    found = compare(answers, "x", truth, "x")
    assert found == ClassAgreement(5, 3, Confusion([1, 2, 7], [[1, 1, 0], [1, 1, 0], [0, 0, 1]]))
    assert found.accuracy == 0.6


def test_integers_have_a_distance(dataset):
    answers, truth = dataset([5, 2**40], "uint64"), dataset([6, 2**40], "float32")
    assert compare(answers, "x", truth, "x") == RealAgreement(2, 0.5, np.sqrt(0.5))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_has_no_distance(dataset, value, monkeypatch):
    monkeypatch.setattr(accuracy, "CHUNK_VALUES", 2)
    good, bad = dataset([1, 2, 3], "float32"), dataset([1, 2, value], "float32")
    for answers, truth, field in [(bad, good, "column"), (good, bad, "reference_column")]:
        with pytest.raises(BlobError, match="row 3: expected finite numbers") as caught:
            compare(answers, "x", truth, "x")
        assert caught.value.field == field


def test_many_classes_have_no_confusion(dataset):
    answers = dataset(range(300), "int32")
    assert compare(answers, "x", answers, "x") == ClassAgreement(300, 300, None)


def test_real_values(dataset, monkeypatch):
    monkeypatch.setattr(accuracy, "CHUNK_VALUES", 2)
    answers, truth = dataset([[0, 1], [2, 3], [4, 5]], "float32"), dataset([[0, 1], [2, 0], [4, 9]], "float32")
    found = compare(answers, "x", truth, "x")
    assert isinstance(found, RealAgreement)
    assert found.mean_absolute_error == pytest.approx(7 / 6)
    assert found.root_mean_square_error == pytest.approx(np.sqrt(25 / 6))


@pytest.mark.parametrize(
    ("truth", "kind", "column", "field"),
    [
        ([1, 2], "uint8", "x", "reference_dataset_id"),
        ([[1, 2]] * 3, "uint8", "x", "reference_column"),
        ([1, 2, 2.5], "float32", "x", "reference_column"),
        ([1, 2, -1], "float32", "x", "reference_column"),
        ([1, 2, 1e9], "float32", "x", "reference_column"),
        ([1, 2, 3], "uint8", "y", "reference_column"),
    ],
)
def test_what_cannot_be_compared(dataset, truth, kind, column, field):
    with pytest.raises(BlobError) as caught:
        compare(dataset([1, 2, 3], "uint8"), "x", dataset(truth, kind), column)
    assert caught.value.field == field


def test_a_column_that_is_not_there(dataset):
    answers = dataset([1], "uint8")
    with pytest.raises(BlobError) as caught:
        compare(answers, "y", answers, "x")
    assert caught.value.field == "column"
