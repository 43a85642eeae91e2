import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hanami_examples import digits
from sklearn.datasets import load_digits


@pytest.fixture
def no_mnist(monkeypatch, tmp_path):
    monkeypatch.setenv("HANAMI_MNIST_DIR", str(tmp_path / "nothing"))


def test_small_digits_stand_in_where_mnist_is_missing(no_mnist, tmp_path):
    found = digits.find(tmp_path)
    arrays = digits.load(found)
    assert found.name == "scikit-learn digits"
    assert "MNIST is not at hand" in found.note
    assert [array.shape for array in arrays] == [(1437, 64), (1437,), (360, 64), (360,)]
    assert all(array.dtype == np.uint8 for array in arrays)
    assert arrays.train_images.max() == 16


def test_every_small_digit_is_in_exactly_one_part(no_mnist, tmp_path):
    arrays = digits.load(digits.find(tmp_path))
    written = np.concatenate([arrays.train_images, arrays.test_images])
    labels = np.concatenate([arrays.train_labels, arrays.test_labels])
    original = load_digits()
    rows = np.column_stack([written, labels])
    expected = np.column_stack([original.data.astype(np.uint8), original.target.astype(np.uint8)])
    assert sorted(map(bytes, rows)) == sorted(map(bytes, expected))


def test_writing_twice_gives_the_same_bytes(no_mnist, tmp_path):
    def hashes(directory: Path) -> list[str]:
        directory.mkdir()
        digits.find(directory)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())]

    first = hashes(tmp_path / "first")
    assert len(first) == 4
    assert first == hashes(tmp_path / "second")


def test_mnist_is_taken_from_the_named_directory(no_mnist, monkeypatch, tmp_path):
    small = digits.find(tmp_path)
    mnist = tmp_path / "mnist"
    mnist.mkdir()
    for key, name in digits.MNIST_FILES.items():
        (mnist / name).write_bytes(getattr(small, key).read_bytes())
    monkeypatch.setenv("HANAMI_MNIST_DIR", str(mnist))
    found = digits.find(tmp_path / "must not be written to")
    assert found.name == "MNIST"
    assert found.test_labels.parent == mnist
    np.testing.assert_array_equal(digits.load(found).test_labels, digits.load(small).test_labels)


def test_incomplete_mnist_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("HANAMI_MNIST_DIR", str(tmp_path))
    (tmp_path / digits.MNIST_FILES["train_images"]).write_bytes(b"alone")
    assert digits.find(tmp_path).name == "scikit-learn digits"


def test_another_file_is_refused(no_mnist, tmp_path):
    found = digits.find(tmp_path)
    found.test_labels.write_bytes(gzip.compress(b"not an IDX file"))
    with pytest.raises(ValueError, match=r"digits-test-labels\.idx\.gz is not an IDX file"):
        digits.load(found)
