"""Every call that changes something or is refused leaves one row: who, what, where, the outcome, the request id."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from hanami_server.app import create_app
from hanami_server.contract.op import page
from hanami_server.settings import Settings
from hanami_server.store.database import Database
from hanami_server.store.logs import forget_old
from hanami_server.store.tables import AuditEntry, ErrorEntry
from sqlalchemy import select

from .operations import every_operation

pytestmark = pytest.mark.both_databases

PASSWORD = "a long enough password"


@pytest.fixture
def rows(admin):
    """Rows of the log that a request left, or that fit some filters."""

    def read(answer: httpx.Response | None = None, **query: object) -> list[dict[str, object]]:
        if answer is not None:
            query["request_id"] = answer.headers["X-Request-Id"]
        log = admin.get("/v1/audit-log", params=query)
        assert log.status_code == 200, log.text
        return log.json()["items"]

    return read


@pytest.fixture
def new_guest(admin, connect):
    """Create an admin for a single call, who may log out and lose rights."""

    def make():
        user = f"guest-{uuid4().hex[:8]}"
        admin.post("/v1/users", json={"id": user, "name": "A guest", "password": PASSWORD, "is_admin": True})
        return connect(user)

    return make


@every_operation(lambda case: case.method != "GET")
def test_item_38_every_change_leaves_a_row_whatever_became_of_it(case, new_guest, rows):
    answer = new_guest().request(case.method, case.url(), **case.body())
    found = rows(answer)
    if answer.status_code < 300 and case.id in {"checkDatasetAccuracy", "checkTemplate"}:
        assert found == []
        return
    (row,) = found
    assert (row["operation"], row["status"]) == (case.id, answer.status_code), answer.text
    assert row["address"] == "127.0.0.1"
    assert (row["user_id"] is None) == (case.id == "exchangeToken")  # which says who only when it is good


@every_operation(lambda case: case.method == "GET" and "{" in case.path and case.access != "public")
def test_reads_leave_a_row_only_where_they_were_refused(case, admin, anonymous, rows):
    (missing,) = rows(admin.get(case.url()))
    assert (missing["operation"], missing["status"], missing["user_id"]) == (case.id, 404, "root")
    (refused,) = rows(anonymous.get(case.url()))
    assert (refused["status"], refused["user_id"]) == (401, None)
    assert rows(admin.get("/v1/projects")) == []


def test_the_row_of_a_change_names_what_was_made(member, rows):
    answer = member.post("/v1/clusters", json={"name": "c"})
    (row,) = rows(answer)
    assert row["resource"] == answer.json()["id"]
    assert (row["user_id"], row["project_id"]) == (answer.json()["owner_id"], answer.json()["project_id"])
    (gone,) = rows(member.delete(f"/v1/clusters/{answer.json()['id']}"))
    assert (gone["resource"], gone["status"]) == (answer.json()["id"], 204)


def test_what_was_rolled_back_leaves_only_its_failure(admin, new_project, rows):
    project = new_project()
    answer = admin.post("/v1/projects", json={"id": project, "name": "Again"})
    assert [row["status"] for row in rows(answer)] == [409]
    assert sorted(row["status"] for row in rows(resource=project, operation="createProject")) == [201]


@pytest.mark.parametrize("user", ["root\n2026-11-23 fake line", 'root", "status": 200', "\u202eroot", "r" * 63])
def test_logins_that_fail_leave_a_row_that_says_what_was_tried(user, anonymous, rows):
    answer = anonymous.post("/v1/tokens", json={"user_id": user, "password": secrets.token_hex()})
    (row,) = rows(answer)
    assert (row["operation"], row["status"], row["user_id"]) == ("createToken", 401, user)


def test_logins_leave_a_row(new_user, rows):
    account = new_user()
    answer = account.client.post("/v1/tokens", json={"user_id": account.id, "password": PASSWORD})
    (row,) = rows(answer)
    assert (row["status"], row["user_id"], row["project_id"]) == (201, account.id, None)


def test_denied_access_leaves_a_row(member, rows):
    (row,) = rows(member.get("/v1/users"))
    assert (row["operation"], row["status"]) == ("listUsers", 403)
    member.headers["Authorization"] = "Bearer x.y.z"
    assert [row["status"] for row in rows(member.get("/v1/clusters"))] == [401]


def test_project_admins_read_what_happened_in_their_project(new_user):
    boss, other = new_user(role="project-admin"), new_user(role="project-admin")
    one = new_user(boss.project_id)
    clusters = {client.post("/v1/clusters", json={"name": "c"}).json()["id"] for client in (one.client, boss.client)}
    foreign = other.client.post("/v1/clusters", json={"name": "c"}).json()["id"]
    seen = boss.client.get("/v1/audit-log", params={"limit": 200}).json()["items"]
    assert clusters <= {row["resource"] for row in seen}
    assert foreign not in {row["resource"] for row in seen}
    assert {row["project_id"] for row in seen} == {boss.project_id}
    assert one.client.get("/v1/audit-log").status_code == 403


def test_the_log_is_read_from_its_end_page_by_page(new_user, rows, admin):
    account = new_user()
    made = [account.client.post("/v1/clusters", json={"name": "c"}).json()["id"] for _ in range(5)]
    query = {"user_id": account.id, "operation": "createCluster", "limit": 2}
    found, cursor = [], None
    while True:
        page_of = admin.get("/v1/audit-log", params=query | ({"cursor": cursor} if cursor else {})).json()
        found += [row["resource"] for row in page_of["items"]]
        cursor = page_of["next_cursor"]
        if cursor is None:
            break
    assert found == made[::-1]
    for cursor in ("x", "-1", "9" * 30, "\u0663"):
        assert admin.get("/v1/audit-log", params={"cursor": cursor}).status_code == 422


def test_the_log_is_filtered_by_time(admin, member, rows):
    answer = member.post("/v1/clusters", json={"name": "c"})
    (row,) = rows(answer)
    moment = datetime.fromisoformat(row["created_at"])
    for query, there in (
        ({"created_after": moment - timedelta(seconds=1)}, True),
        ({"created_after": moment + timedelta(seconds=1)}, False),
        ({"created_before": moment + timedelta(seconds=1)}, True),
        ({"created_before": moment - timedelta(seconds=1)}, False),
    ):
        text = {name: value.isoformat() for name, value in query.items()}
        assert bool(rows(answer, **text)) is there
    assert admin.get("/v1/audit-log", params={"created_after": "2026-01-01T00:00:00"}).status_code == 422


async def test_a_fault_is_kept_under_the_id_that_the_client_was_told(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, admin_user="root", admin_password=PASSWORD))

    @app.get("/fault")
    @page
    async def fault() -> str:
        raise RuntimeError(f"canary-{4700 + 11}")

    async with app.test_app() as running:
        client = running.test_client()
        answer = await client.get("/fault")
        token = await (await client.post("/v1/tokens", json={"user_id": "root", "password": PASSWORD})).get_json()
        log = await client.get("/v1/error-log", headers={"Authorization": f"Bearer {token['token']}"})
    (entry,) = (await log.get_json())["items"]
    assert entry["request_id"] == answer.headers["X-Request-Id"] == (await answer.get_json())["request_id"]
    assert (entry["kind"], "in fault" in entry["trace"]) == ("RuntimeError", True)
    assert "canary-4711" not in await log.get_data(as_text=True) + await answer.get_data(as_text=True)


async def test_old_entries_are_forgotten(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}")
    await database.migrate()
    ages = (0, 50, 100)
    async with database.writing() as session:
        for days in ages:
            moment = datetime.now(UTC) - timedelta(days=days)
            common = {"created_at": moment, "request_id": str(days)}
            session.add(AuditEntry(**common, operation="x", status=200))
            session.add(ErrorEntry(**common, kind="x", trace=""))
    async with database.writing() as session:
        await forget_old(session, audit_days=60, error_days=30)
    async with database.reading() as session:
        kept = [set(await session.scalars(select(table.request_id))) for table in (AuditEntry, ErrorEntry)]
    await database.close()
    assert kept == [{"0", "50"}, {"0"}]
