"""Files up and down, datasets, and lists of more than one page."""

import gzip
import struct

import pyarrow as pa
import pytest
from hanami_sdk import (
    Client,
    ContentTooLargeError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
)

PIXELS, LABELS = bytes(range(24)), bytes([3, 1, 2])


def idx(data: bytes, *shape: int) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + data


@pytest.fixture
def idx_files(tmp_path):
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx(PIXELS, 3, 2, 4)))
    (tmp_path / "labels").write_bytes(idx(LABELS, 3))
    return tmp_path / "images.gz", tmp_path / "labels"


def test_idx_up_and_arrow_down(client, idx_files, tmp_path):
    images, labels = idx_files
    seen = []
    dataset = client.datasets.upload_idx("tiny", images=images, labels=labels, progress=lambda *now: seen.append(now))
    assert [(column.name, column.width) for column in dataset.columns] == [("image", 8), ("label", 1)]
    assert seen == [(images.stat().st_size, images.stat().st_size), (labels.stat().st_size, labels.stat().st_size)]
    received = []
    path = client.datasets.download(dataset.id, tmp_path / "tiny.arrow", lambda *now: received.append(now))
    assert received[-1] == (path.stat().st_size, path.stat().st_size)
    with pa.ipc.open_file(path) as file:
        table = file.read_all()
    assert table["image"].to_pylist() == [list(PIXELS[:8]), list(PIXELS[8:16]), list(PIXELS[16:])]
    assert table["label"].to_pylist() == [[3], [1], [2]]


def test_csv_from_an_iterator_and_from_an_open_file(client, tmp_path):
    (tmp_path / "table.csv").write_text("1;2\n3;4\n")
    with (tmp_path / "table.csv").open("rb") as file:
        opened = client.datasets.upload_csv("opened", file, header=False, delimiter=";")
    pieces = client.datasets.upload_csv("pieces", iter([b"a,", b"b\n1,2", b"\n3,4\n"]))
    assert [column.name for column in opened.columns] == ["c0", "c1"]
    assert [column.name for column in pieces.columns] == ["a", "b"]
    assert opened.rows == pieces.rows == 2


def test_rows_in_every_way(client, tmp_path):
    dataset = client.datasets.upload_csv("rows", [b"a,b\n1,2\n,4\n5,6\n"])
    assert client.datasets.table(dataset.id) == {"a": [[1], [None], [5]], "b": [[2], [4], [6]]}
    assert client.datasets.table(dataset.id, 1, 2, ["b"]) == {"b": [[4]]}
    path = client.datasets.export(dataset.id, tmp_path / "rows.csv", start=1, columns=["b", "a"])
    assert path.read_text() == '"b","a"\n4,\n6,5\n'
    arrow = client.datasets.export(dataset.id, tmp_path / "rows.arrow", "arrow", stop=2)
    with pa.ipc.open_file(arrow) as file:
        assert file.read_all()["b"].to_pylist() == [[2.0], [4.0]]
    details = client.datasets.get(dataset.id)
    assert [(column.minimum, column.maximum, column.missing) for column in details.columns] == [(1, 5, 1), (2, 6, 0)]
    assert details.preview.columns[0].values == [[1], [None], [5]]
    with pytest.raises(ValidationFailedError, match="there is no column"):
        client.datasets.table(dataset.id, columns=["c"])


def test_rows_of_more_than_one_answer(client):
    lines = "".join(f"{row},{row}\n" for row in range(60_000))
    dataset = client.datasets.upload_csv("long", [b"a,b\n", lines.encode()])
    assert client.datasets.table(dataset.id, columns=["b", "a"])["b"][-1] == [59_999]


def test_a_dataset_is_renamed(client):
    dataset = client.datasets.upload_csv("first", [b"a\n1\n"])
    assert client.datasets.update(dataset.id, "second", version=dataset.version).name == "second"
    with pytest.raises(PreconditionFailedError):
        client.datasets.update(dataset.id, "third", version=dataset.version)


def test_accuracy(client):
    one = client.datasets.upload_csv("one", [b"v\n1.5\n2.5\n"])
    other = client.datasets.upload_csv("other", [b"w\n1.5\n3.5\n"])
    report = client.datasets.accuracy(one.id, "v", reference_dataset_id=other.id, reference_column="w")
    assert (report.kind, report.rows, report.mean_absolute_error) == ("real", 2, 0.5)


def test_what_cannot_be_used_is_removed_again(client, idx_files, server):
    images, _ = idx_files
    uploads = server.data_dir / "uploads"
    before = set(uploads.iterdir())
    with pytest.raises(ValidationFailedError) as caught:
        client.datasets.upload_idx("tiny", images=images, labels=images)
    assert caught.value.errors[0].field.startswith("source.")
    assert set(uploads.iterdir()) == before


def test_too_large(client, tmp_path):
    (tmp_path / "large").write_bytes(bytes(5 << 20))
    with pytest.raises(ContentTooLargeError):
        client.uploads.create(tmp_path / "large")
    with pytest.raises(ContentTooLargeError):
        client.uploads.create(bytes(1 << 20) for _ in range(5))


def test_deleted_is_missing(client):
    dataset = client.datasets.upload_csv("short-lived", [b"a\n1\n"])
    client.datasets.delete(dataset.id)
    with pytest.raises(NotFoundError):
        client.datasets.get(dataset.id)
    upload = client.uploads.create([b"x"])
    client.uploads.delete(upload.id)
    with pytest.raises(NotFoundError):
        client.uploads.delete(upload.id)


def test_a_download_of_nothing_leaves_nothing(client, tmp_path):
    with pytest.raises(NotFoundError):
        client.datasets.download("00000000-0000-4000-8000-000000000000", tmp_path / "missing.arrow")
    assert list(tmp_path.iterdir()) == []


def test_lists_go_on_over_pages(client):
    made = [client.projects.create(f"page-{number}", "A page").id for number in range(53)]
    assert [project.id for project in client.projects.list() if project.id in made] == made


def test_names_are_kept(client):
    dataset = client.datasets.upload_csv("Blüte 🌸", [b"a\n1\n"])
    assert client.datasets.get(dataset.id).name == "Blüte 🌸"
    assert dataset.id in [other.id for other in client.datasets.list()]


def test_members_of_projects(client, server):
    client.users.create("ann", "Ann", "a long password")
    client.projects.create("lab", "Laboratory")
    assert client.projects.set_member("lab", "ann", "member").role == "member"
    assert "ann" in [user.id for user in client.users.list()]
    with Client(server.url, user="ann", password="a long password") as ann:
        assert [project.id for project in ann.projects.list()] == ["lab"]
        assert ann.projects.get("lab").name == "Laboratory"
        with pytest.raises(ForbiddenError):
            ann.projects.create("other", "Other")
