"""Lists in every order, filtered, page by page: nothing twice, nothing missing, whatever the database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hanami_server.store.tables import Dataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.both_databases

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["b", "B", "a%", "a_", "ab", "ä", "Ä", "z\\", '"', "\U0001f33a", "x" * 120, "\U0001f33a" * 120, "a%"]


@pytest.fixture(scope="session")
def listed(new_user, in_database):
    """A user with datasets of all names and some moments in common; and the rows."""
    account = new_user()
    rows = [
        {
            "id": uuid4(),
            "name": name,
            "created_at": START + timedelta(days=index // 3),
            "updated_at": START + timedelta(days=(index * 5) % 7),
        }
        for index, name in enumerate(NAMES)
    ]

    def insert(session):
        common = {"owner_id": account.id, "project_id": account.project_id, "rows": 1, "bytes": 1, "columns": []}
        session.add_all([Dataset(**row, **common) for row in rows])

    in_database(insert)
    return account.client, rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.sampled_from(["created_at", "updated_at", "name"]),
    descending=st.booleans(),
    limit=st.integers(1, 15),
    name=st.sampled_from([None, "b", "B", "%", "_", "a_", "\\", '"', "ä", "\U0001f33a", "nowhere"]),
    after=st.none() | st.integers(-1, 6),
    before=st.none() | st.integers(-1, 6),
)
def test_a_list_is_what_was_asked_for(listed, order, descending, limit, name, after, before):
    client, rows = listed
    wanted = [
        row
        for row in rows
        if (name is None or name.lower() in row["name"].lower() or (name == "ä" and "ä" in row["name"]))
        and (after is None or row["created_at"] >= START + timedelta(days=after))
        and (before is None or row["created_at"] < START + timedelta(days=before))
    ]
    query = {"order": order, "descending": descending, "limit": limit}
    if name is not None:
        query["name"] = name
    for key, days in (("created_after", after), ("created_before", before)):
        if days is not None:
            query[key] = (START + timedelta(days=days)).isoformat()
    found, cursor = [], {}
    while True:
        answer = client.get("/v1/datasets", params=query | cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert 0 < len(page["items"]) <= limit or not found
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    if name == "ä":  # whether Ä is the same letter is up to the database
        found = [item for item in found if "ä" in item["name"]]
        wanted = [row for row in wanted if "ä" in row["name"]]
    expected = sorted(wanted, key=lambda row: (row[order], row["id"]), reverse=descending)
    assert [UUID(item["id"]) for item in found] == [row["id"] for row in expected]


def test_a_cursor_is_for_one_order(listed):
    client, _ = listed
    cursor = client.get("/v1/datasets", params={"order": "name", "limit": 1}).json()["next_cursor"]
    answer = client.get("/v1/datasets", params={"order": "created_at", "cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "query",
    [
        {"order": "owner_id"},
        {"order": "name", "descending": "maybe"},
        {"created_after": "yesterday"},
        {"created_after": "2026-01-01T00:00:00"},  # of which zone?
        {"name": ""},
        {"name": "x" * 121},
    ],
)
def test_no_such_order_or_filter(listed, query):
    client, _ = listed
    answer = client.get("/v1/datasets", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in query


def test_users_by_name(admin, new_user):
    made = [new_user().id for _ in range(3)]
    for user_id, name in zip(made, ["list-c", "list-a", "list-b"], strict=True):
        assert admin.patch(f"/v1/users/{user_id}", json={"name": name}).status_code == 200
    found = admin.get("/v1/users", params={"name": "LIST-", "order": "name"}).json()["items"]
    assert [item["id"] for item in found] == [made[1], made[2], made[0]]


def test_tasks_by_state_and_type(member):
    cluster = member.post("/v1/clusters", json={"name": "c"}).json()["id"]
    upload = member.post(
        "/v1/uploads", content=b"a,b\n1,2\n3,4\n", headers={"Content-Type": "application/octet-stream"}
    ).json()
    dataset = member.post("/v1/datasets", json={"name": "d", "source": {"kind": "csv", "file": upload["id"]}}).json()
    wish = {"type": "train", "dataset_id": dataset["id"], "inputs": ["a"], "outputs": ["b"]}
    task = member.post(f"/v1/clusters/{cluster}/tasks", json=wish).json()["id"]
    with member.stream("GET", f"/v1/tasks/{task}/events") as events:
        assert events.read()
    tasks = f"/v1/clusters/{cluster}/tasks"
    for query, number in (
        ({"state": "finished"}, 1),
        ({"state": "failed"}, 0),
        ({"type": "train", "state": "finished", "order": "updated_at"}, 1),
        ({"type": "request"}, 0),
    ):
        assert len(member.get(tasks, params=query).json()["items"]) == number
    assert member.get(tasks, params={"order": "name"}).status_code == 422
