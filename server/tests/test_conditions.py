"""Renaming, and changes that hold only while nobody else changed the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hanami_server.contract.templates import TEMPLATE_EXAMPLE

from .operations import every_operation

pytestmark = pytest.mark.both_databases

BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture(params=["clusters", "datasets", "templates", "checkpoints"])
def address(request, member):
    """A resource of each kind that has a name."""
    if request.param == "datasets":
        upload = member.post("/v1/uploads", content=b"a,b\n1,2\n", headers=BYTES).json()["id"]
        made = member.post("/v1/datasets", json={"name": "d", "source": {"kind": "csv", "file": upload}}).json()
        return f"/v1/datasets/{made['id']}"
    if request.param == "templates":
        made = member.post("/v1/templates", json={"name": "t", "text": TEMPLATE_EXAMPLE}).json()
        return f"/v1/templates/{made['id']}"
    cluster = member.post("/v1/clusters", json={"name": "c"}).json()["id"]
    if request.param == "clusters":
        return f"/v1/clusters/{cluster}"
    return f"/v1/checkpoints/{member.post(f'/v1/clusters/{cluster}/checkpoints', json={'name': 'k'}).json()['id']}"


def test_a_resource_is_renamed(member, address):
    before = member.get(address)
    after = member.patch(address, json={"name": "größer"})
    assert (after.status_code, after.json()["name"]) == (200, "größer")
    assert after.json()["version"] == before.json()["version"] + 1
    assert after.json()["updated_at"] > before.json()["updated_at"]
    now = member.get(address).json()
    now.pop("preview", None)  # which only a dataset has, that is asked for
    assert now == after.json()
    kept = {"name", "version", "updated_at"}
    assert all(after.json()[name] == value for name, value in before.json().items() if name not in kept | {"preview"})


def test_the_tag_names_the_version(member, address):
    first = member.get(address).headers["ETag"]
    assert first == f'"{member.get(address).json()["version"]}"'
    second = member.patch(address, json={"name": "other"}, headers={"If-Match": first}).headers["ETag"]
    assert second == member.get(address).headers["ETag"] != first


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_was_changed_meanwhile_stays(member, address, method):
    old = member.get(address).headers["ETag"]
    member.patch(address, json={"name": "newer"})
    body = {"json": {"name": "mine"}} if method == "PATCH" else {}
    answer = member.request(method, address, headers={"If-Match": old}, **body)
    assert (answer.status_code, answer.json()["title"]) == (412, "Precondition failed")
    assert member.get(address).json()["name"] == "newer"
    now = member.get(address).headers["ETag"]
    for tag in (f"{old}, {now}", "*"):
        assert member.request(method, address, headers={"If-Match": tag}, **body).status_code in {200, 204, 404}


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"x"', '"-1"', "", '"1" "2"', '"1', f'"{"9" * 40}"'])
def test_other_tags_are_refused(member, address, tag):
    answer = member.patch(address, json={"name": "x"}, headers={"If-Match": tag})
    assert (answer.status_code, "If-Match" in answer.json()["detail"]) == (400, True)


@every_operation(lambda case: case.method in {"PATCH", "DELETE"} and case.path.count("{") == 1)
def test_changes_of_single_resources_obey_the_header(case):
    if case.id != "deleteUpload":  # which never change
        assert {400, 412} <= case.statuses


def test_one_of_many_writers_at_a_time_wins(member, address):
    tag = member.get(address).headers["ETag"]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(
                lambda number: (
                    member.patch(address, json={"name": f"n{number}"}, headers={"If-Match": tag}).status_code
                ),
                range(16),
            )
        )
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}


def test_users_and_projects_have_tags_too(admin, new_user):
    account = new_user()
    for path, body in (
        (f"/v1/users/{account.id}", {"name": "A"}),
        (f"/v1/projects/{account.project_id}", {"name": "A"}),
    ):
        tag = admin.get(path).headers["ETag"]
        assert admin.patch(path, json=body, headers={"If-Match": '"999"'}).status_code == 412
        assert admin.patch(path, json=body, headers={"If-Match": tag}).status_code == 200
        assert admin.delete(path, headers={"If-Match": tag}).status_code == 412
