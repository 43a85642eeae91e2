"""Tables, pages and visibility on a real database of each kind."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hanami_server.contract.base import ListQuery
from hanami_server.contract.errors import ConflictError, ForbiddenError, NotFoundError, ValidationFailedError
from hanami_server.contract.projects import MemberRole
from hanami_server.store import projects, users
from hanami_server.store.database import Database, insert
from hanami_server.store.paging import read_page
from hanami_server.store.tables import Cluster, Membership, Project, Task, User
from hanami_server.store.visibility import Viewer, get_visible, select_visible
from sqlalchemy import delete, func, select, text

pytestmark = pytest.mark.both_databases

ANN = Viewer("ann", False, "p", MemberRole.MEMBER)
BOB = Viewer("bob", False, "p", MemberRole.MEMBER)
BOSS = Viewer("boss", False, "p", MemberRole.PROJECT_ADMIN)
OTHER = Viewer("boss", False, "q", MemberRole.PROJECT_ADMIN)
ROOT = Viewer("root", True, None, None)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.migrate()
    async with database.writing() as session:
        session.add_all([User(id=name, name=name, password_hash="", is_admin=name == "root") for name in USERS])
        session.add_all([Project(id=name, name=name) for name in ("p", "q")])
    yield database
    await database.close()


USERS = ("ann", "bob", "boss", "root")


def cluster_of(viewer: Viewer, **more: object) -> Cluster:
    return Cluster(owner_id=viewer.user_id, project_id=viewer.project_id, name="c", template="t", seed=0, **more)


async def test_database_is_set_up(database, database_url):
    async with database.writing() as session:
        if database_url.startswith("sqlite"):
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert await session.scalar(text("PRAGMA foreign_keys")) == 1
        else:
            assert await session.scalar(text("SHOW lock_timeout")) == "10s"
            assert await session.scalar(text("SHOW transaction_isolation")) == "read committed"


async def test_a_reader_sees_one_state(database):
    async with database.reading() as reader:
        before = await reader.scalar(select(func.count()).select_from(Project))
        async with database.writing() as writer:
            writer.add(Project(id="late", name="late"))
        assert await reader.scalar(select(func.count()).select_from(Project)) == before
    async with database.reading() as reader:
        assert await reader.scalar(select(func.count()).select_from(Project)) == before + 1


async def test_writers_take_turns(database):
    """What a writer has counted is still so when it commits."""

    async def add_up_to_five(name: str) -> None:
        async with database.writing() as session:
            if await session.scalar(select(func.count()).select_from(Cluster)) < 5:
                await asyncio.sleep(0)
                session.add(cluster_of(ANN))

    await asyncio.gather(*(add_up_to_five(str(number)) for number in range(12)))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Cluster)) == 5


async def test_many_writers_leave_readers_their_connections(database):
    """As when a fleet has learned: all write at once, each in its turn, and nobody who reads waits for them."""
    written = []

    async def write(number: int) -> None:
        async with database.writing() as session:
            session.add(Project(id=f"many-{number}", name="m"))
            await asyncio.sleep(0.01)
            written.append(number)

    writers = [asyncio.create_task(write(number)) for number in range(100)]
    await asyncio.sleep(0)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Project)) < 2 + len(writers)
    assert len(written) < len(writers)
    await asyncio.gather(*writers)
    assert written == list(range(100))


async def test_an_error_leaves_nothing(database):
    async def fail() -> None:
        async with database.writing() as session:
            session.add(Project(id="half", name="half"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.writing() as session:
        assert await session.get(Project, "half") is None


async def test_moments_keep_their_zone(database):
    async with database.writing() as session:
        session.add(cluster_of(ANN))
    async with database.writing() as session:
        cluster = (await session.scalars(select(Cluster))).one()
    assert cluster.created_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - cluster.created_at) < timedelta(minutes=1)


async def test_taken_key_is_a_conflict(database):
    async def again() -> None:
        async with database.writing() as session:
            await insert(session, Project(id="p", name="again"), "taken")

    with pytest.raises(ConflictError, match="taken"):
        await again()


@pytest.mark.parametrize(("viewer", "seen"), [(ANN, True), (BOB, False), (BOSS, True), (OTHER, False), (ROOT, True)])
async def test_who_sees_a_row(database, viewer, seen):
    async with database.writing() as session:
        cluster = cluster_of(ANN)
        session.add(cluster)
        await session.flush()
        rows = (await session.scalars(select_visible(Cluster, viewer))).all()
        assert (cluster in rows) == seen
        if seen:
            assert await get_visible(session, Cluster, viewer, cluster.id) is cluster
        else:
            with pytest.raises(NotFoundError):
                await get_visible(session, Cluster, viewer, cluster.id)


def test_without_a_project_nothing_is_created():
    assert ANN.home() == "p"
    with pytest.raises(ForbiddenError):
        ROOT.home()


async def test_viewer_is_looked_up_anew(database):
    async with database.writing() as session:
        await projects.set_member(session, "p", "ann", MemberRole.MEMBER)
        assert await users.find_viewer(session, "ann", "p") == ANN
        await projects.set_member(session, "p", "ann", MemberRole.PROJECT_ADMIN)
        assert (await users.find_viewer(session, "ann", "p")).role is MemberRole.PROJECT_ADMIN
        await session.execute(delete(Membership))
        session.expire_all()
        assert await users.find_viewer(session, "ann", "p") is None
        assert await users.find_viewer(session, "ann", None) == Viewer("ann", False, None, None)
        assert await users.find_viewer(session, "root", "p") == Viewer("root", True, "p", None)
        assert await users.find_viewer(session, "root", "no such project") is None


async def test_pages_are_whole_and_in_order(database):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.writing() as session:
        # three rows share each moment, so that the id has to decide
        session.add_all([cluster_of(ANN, created_at=moment + timedelta(seconds=n // 3)) for n in range(10)])
        session.add(cluster_of(BOB, created_at=moment))
    seen, cursor = [], None
    async with database.writing() as session:
        while True:
            query = ListQuery(limit=4, cursor=cursor)
            page = await read_page(session, select_visible(Cluster, ANN), Cluster, query)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
            assert len(page.items) == 4
    assert len({row.id for row in seen}) == len(seen) == 10
    assert [row.created_at for row in seen] == sorted(row.created_at for row in seen)


JSON_OF_NO_CURSOR = [
    b"1",
    b"{}",
    b"[1]",
    b"[1, 2]",
    b'["x", "y"]',
    b'["2026-01-01T00:00:00+00:00", 5]',
    b'["created_at", 5, "x"]',
    b'["created_at", "2026-01-01T00:00:00+00:00", 5]',
    b'["name", "x", "00000000-0000-4000-8000-000000000000"]',
]


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "====", *(base64.b64encode(text).decode() for text in JSON_OF_NO_CURSOR)]
)
async def test_forged_cursors_are_refused(database, cursor):
    async with database.writing() as session:
        with pytest.raises(ValidationFailedError):
            await read_page(session, select(Cluster), Cluster, ListQuery(cursor=cursor))


async def test_page_that_is_just_full_is_the_last(database):
    async with database.writing() as session:
        page = await read_page(session, select(Project), Project, ListQuery(limit=2))
    assert [project.id for project in page.items] == ["p", "q"]
    assert page.next_cursor is None


async def test_tasks_go_with_their_cluster(database):
    async with database.writing() as session:
        cluster = cluster_of(ANN)
        session.add(cluster)
        await session.flush()
        common = {"owner_id": "ann", "project_id": "p", "cluster_id": cluster.id}
        session.add(Task(**common, type="train", state="queued", request={}, progress={"done": 0}))
        await session.flush()
        await session.execute(delete(Cluster))
        assert (await session.scalars(select(Task))).all() == []
