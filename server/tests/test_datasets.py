"""Uploads and datasets through the API: what goes in, what comes out, and what is left behind when it fails."""

import gzip
import io
import struct

import numpy as np
import pyarrow as pa
import pytest


def idx(array, dtype_code=8):
    array = np.asarray(array)
    header = bytes([0, 0, dtype_code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


IMAGES = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3)
LABELS = np.array([0, 1, 2, 1, 0], np.uint8)


def upload(client, content):
    answer = client.post("/v1/uploads", content=content, headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def make_idx(client, images, labels, name="digits"):
    source = {"kind": "idx", "images": upload(client, images), "labels": upload(client, labels)}
    return client.post("/v1/datasets", json={"name": name, "source": source})


def make_csv(client, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    source = {"kind": "csv", "file": upload(client, content)} | more
    return client.post("/v1/datasets", json={"name": "table", "source": source})


def table_of(client, dataset):
    content = client.get(f"/v1/datasets/{dataset['id']}/content")
    assert content.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in content.headers["Content-Disposition"]
    return pa.ipc.open_file(io.BytesIO(content.content)).read_all()


@pytest.fixture
def kept(server):
    """What lies in the folders of uploads and datasets."""
    return lambda: {
        path.relative_to(server.data_dir)
        for name in ("uploads", "datasets")
        for path in (server.data_dir / name).iterdir()
    }


def range_of(values):
    return {"minimum": int(values.min()), "maximum": int(values.max()), "missing": 0}


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_files_become_a_dataset(member, kept, pack):
    before = kept()
    answer = make_idx(member, pack(idx(IMAGES)), pack(idx(LABELS)))
    assert answer.status_code == 201, answer.text
    dataset = answer.json()
    assert dataset["rows"] == 5
    assert dataset["columns"] == [
        {"name": "image", "dtype": "uint8", "width": 6, **range_of(IMAGES)},
        {"name": "label", "dtype": "uint8", "width": 1, **range_of(LABELS)},
    ]
    table = table_of(member, dataset)
    assert table["image"].to_pylist() == IMAGES.reshape(5, 6).tolist()
    assert table["label"].to_pylist() == [[label] for label in LABELS]
    assert len(kept() - before) == 1  # the uploads are used up
    details = member.get(f"/v1/datasets/{dataset['id']}").json()
    preview = details.pop("preview")
    assert details == dataset
    assert preview == {
        "start": 0,
        "stop": 5,
        "columns": [
            {"name": "image", "values": IMAGES.reshape(5, 6).tolist()},
            {"name": "label", "values": LABELS.reshape(5, 1).tolist()},
        ],
    }
    assert dataset in member.get("/v1/datasets").json()["items"]
    assert member.delete(f"/v1/datasets/{dataset['id']}").status_code == 204
    assert kept() == before
    assert member.get(f"/v1/datasets/{dataset['id']}").status_code == 404


def test_tables_become_a_dataset(member):
    dataset = make_csv(member, "a,b\n1,2.5\n-3,4e6\n").json()
    kind = {"dtype": "float32", "width": 1, "missing": 0}
    assert dataset["columns"] == [
        {"name": "a", "minimum": -3, "maximum": 1, **kind},
        {"name": "b", "minimum": 2.5, "maximum": 4e6, **kind},
    ]
    assert table_of(member, dataset)["b"].to_pylist() == [[2.5], [4e6]]
    dataset = make_csv(member, "1;2\n3;4\n", header=False, delimiter=";").json()
    assert [column["name"] for column in dataset["columns"]] == ["c0", "c1"]


def test_an_empty_cell_is_a_missing_reading(member):
    dataset = make_csv(member, 'a,b\n1,\n,4\n"",\n').json()
    found = {column["name"]: (column["minimum"], column["maximum"], column["missing"]) for column in dataset["columns"]}
    assert found == {"a": (1, 1, 2), "b": (4, 4, 2)}
    rows = member.get(f"/v1/datasets/{dataset['id']}/rows").json()
    assert rows["columns"] == [
        {"name": "a", "values": [[1], [None], [None]]},
        {"name": "b", "values": [[None], [4], [None]]},
    ]


BAD_IDX = {
    "wrong magic": (b"\x00\x01" + idx(IMAGES)[2:], idx(LABELS), "source.images"),
    "not IDX at all": (b"hello", idx(LABELS), "source.images"),
    "empty": (b"", idx(LABELS), "source.images"),
    "labels as images": (idx(LABELS), idx(LABELS), "source.images"),
    "floats": (idx(IMAGES, 13), idx(LABELS), "source.images"),
    "truncated": (idx(IMAGES)[:-1], idx(LABELS), "source.images"),
    "truncated gzip": (gzip.compress(idx(IMAGES))[:-9], idx(LABELS), "source.images"),
    "damaged gzip": (b"\x1f\x8b" + bytes(40), idx(LABELS), "source.images"),
    "trailing": (idx(IMAGES) + b"x", idx(LABELS), "source.images"),
    "absurd header": (b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 2**31, 2**31), idx(LABELS), "source.images"),
    "more rows than bytes": (b"\0\0\x08\x03" + struct.pack(">3I", 10**6, 28, 28), idx(LABELS), "source."),
    "no rows": (idx(np.zeros((0, 2, 3))), idx(np.zeros(0)), "source.images"),
    "fewer labels": (idx(IMAGES), idx(LABELS[:-1]), "source.labels"),
    "more labels": (idx(IMAGES), idx(np.zeros(6)), "source.labels"),
    "truncated labels": (idx(IMAGES), idx(LABELS)[:-1], "source.labels"),
    "bomb": (
        gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 5, 2, 3) + bytes(50 << 20)),
        idx(LABELS),
        "source.images",
    ),
}


@pytest.mark.parametrize("name", BAD_IDX)
def test_bad_idx_files_are_refused_and_leave_nothing(member, kept, name):
    images, labels, field = BAD_IDX[name]
    before = kept()
    answer = make_idx(member, images, labels)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert member.get("/v1/datasets").json()["items"] == []
    assert len(kept() - before) == 2  # the uploads stay as they were


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n3\n", "row 3"),
        ("a,b\n1,2\n3,4,5\n", "row 3"),
        ("a,b\n1,x\n", "row 2"),
        ("a,b\n1,nan\n", "row 2"),
        ("a,b\n1,inf\n", "row 2"),
        ("a,b\n1,1e39\n", "row 2"),
        ("a,b\n", "no rows"),
        ("", ""),
        ("a,a\n1,2\n", "a"),
        (b"a,b\n\xff,2\n", ""),
        (b"\xef\xbb\xbfa,b\n1,2\n", "byte order mark"),
    ],
)
def test_item_19_bad_tables_are_refused_and_leave_nothing(member, kept, text, words):
    before = kept()
    answer = make_csv(member, text)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "source.file"
    assert words in fault["message"].lower()
    assert member.get("/v1/datasets").json()["items"] == []
    assert len(kept() - before) == 1


def test_uploads_of_others_and_used_ones_are_as_missing_as_unknown(member, new_user, kept):
    foreign = upload(new_user().client, idx(IMAGES))
    own = upload(member, idx(LABELS))
    source = {"kind": "idx", "images": foreign, "labels": own}
    answer = member.post("/v1/datasets", json={"name": "d", "source": source})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "source.images", "message": "there is no such upload"}]
    answer = member.post("/v1/datasets", json={"name": "d", "source": {"kind": "idx", "images": own, "labels": own}})
    assert answer.json()["errors"][0]["field"] == "source.labels"
    before = kept()
    assert member.delete(f"/v1/uploads/{own}").status_code == 204
    assert len(before - kept()) == 1
    assert member.delete(f"/v1/uploads/{own}").status_code == 404


@pytest.mark.parametrize("chunked", [False, True])
def test_item_16_item_17_oversize_uploads_are_refused_and_leave_nothing(member, kept, chunked):
    before = kept()
    block = bytes(1 << 20)
    body = (block for _ in range(80)) if chunked else block * 80
    answer = member.post("/v1/uploads", content=body, headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 413
    assert kept() == before


def test_uploads_are_listed_until_they_are_used(member):
    first, second = upload(member, b"a,b\n1,2\n"), upload(member, b"x")
    listed = member.get("/v1/uploads").json()["items"]
    assert [(item["id"], item["size"]) for item in listed] == [(first, 8), (second, 1)]
    assert member.get(f"/v1/uploads/{second}").json() == listed[1]
    newest = member.get("/v1/uploads", params={"descending": True, "limit": 1}).json()["items"]
    assert [item["id"] for item in newest] == [second]
    source = {"kind": "csv", "file": first}
    assert member.post("/v1/datasets", json={"name": "d", "source": source}).status_code == 201
    assert [item["id"] for item in member.get("/v1/uploads").json()["items"]] == [second]


def test_classes_are_compared_as_classes(member):
    first = make_idx(member, idx(IMAGES), idx(LABELS)).json()
    second = make_idx(member, idx(IMAGES), idx([0, 1, 2, 2, 2])).json()
    check = {"column": "label", "reference_dataset_id": second["id"], "reference_column": "label"}
    report = member.post(f"/v1/datasets/{first['id']}/accuracy", json=check).json()
    assert report == {
        "kind": "class",
        "rows": 5,
        "correct": 3,
        "accuracy": 0.6,
        "confusion": {"labels": [0, 1, 2], "counts": [[1, 0, 0], [0, 1, 0], [1, 1, 1]]},
    }


def test_real_values_are_compared_by_distance(member):
    first, second = (make_csv(member, f"v\n0\n{value}\n").json() for value in (3, 7))
    check = {"column": "v", "reference_dataset_id": second["id"], "reference_column": "v"}
    report = member.post(f"/v1/datasets/{first['id']}/accuracy", json=check).json()
    assert report["kind"] == "real"
    assert report["mean_absolute_error"] == 2
    assert report["root_mean_square_error"] == pytest.approx(8**0.5)


def test_columns_that_do_not_fit_are_named(member, new_user):
    first = make_idx(member, idx(IMAGES), idx(LABELS)).json()
    shorter = make_idx(member, idx(IMAGES[:3]), idx(LABELS[:3])).json()
    foreign = make_idx(new_user().client, idx(IMAGES), idx(LABELS)).json()
    good = {"column": "label", "reference_dataset_id": first["id"], "reference_column": "label"}
    for change, field in [
        ({"column": "nothing"}, "column"),
        ({"reference_column": "nothing"}, "reference_column"),
        ({"reference_column": "image"}, "reference_column"),
        ({"reference_dataset_id": shorter["id"]}, "reference_dataset_id"),
        ({"reference_dataset_id": foreign["id"]}, "reference_dataset_id"),
    ]:
        answer = member.post(f"/v1/datasets/{first['id']}/accuracy", json=good | change)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
