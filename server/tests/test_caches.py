"""What is kept between requests: what is in use stays, whatever else is asked for meanwhile."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hanami_server.access import viewers as viewers_module
from hanami_server.access.device_keys import digest, new_key
from hanami_server.access.tokens import Claims, Tokens
from hanami_server.access.viewers import Viewers
from hanami_server.contract.errors import UnauthorizedError
from hanami_server.contract.projects import MemberRole
from hanami_server.store.database import Database
from hanami_server.store.rows import Rows
from hanami_server.store.tables import Cluster, DeviceKey, Membership, Project, User
from hanami_server.store.visibility import Viewer

ROOM = 20
OWNER = {"owner_id": "ann", "project_id": "p"}
ANN = Viewer("ann", False, "p", MemberRole.MEMBER)
SECRET = b"a secret of this test that is long enough for every HMAC"


class Counted(Database):
    """A database that counts how often it is read."""

    reads = 0

    @asynccontextmanager
    async def reading(self):
        self.reads += 1
        async with super().reading() as session:
            yield session


@pytest.fixture
async def database(tmp_path):
    database = Counted(f"sqlite+aiosqlite:///{tmp_path / 'hanami.db'}")
    await database.migrate()
    async with database.writing() as session:
        session.add_all([User(id="ann", name="ann", password_hash="", is_admin=False), Project(id="p", name="p")])
        await session.flush()
        session.add(Membership(user_id="ann", project_id="p", role=MemberRole.MEMBER))
    yield database
    await database.close()


async def reads_of_what_is_in_use(database, ask, others):
    """Count the reads for a thing that is asked for again after each of as many others as there is room for."""
    await ask()
    count = 0
    for other in others:
        await other()
        before = database.reads
        await ask()
        count += database.reads - before
    return count


@pytest.fixture
async def clusters(database):
    """As many as there is room for, and one more."""
    ids = [uuid4() for _ in range(ROOM + 1)]
    async with database.writing() as session:
        session.add_all([Cluster(id=row_id, **OWNER, name="c", template="t", seed=0) for row_id in ids])
    return ids


async def test_a_row_in_use_is_read_once(database, clusters):
    rows = Rows(database, ROOM)
    first, *others = [lambda row_id=row_id: rows.get_visible(Cluster, ANN, row_id) for row_id in clusters]
    assert await reads_of_what_is_in_use(database, first, others) == 0
    assert database.reads == ROOM + 1
    await others[0]()
    assert database.reads == ROOM + 2, "there is no more room than that"
    async with database.writing() as session:
        (await session.get(Cluster, clusters[0])).name = "another"
    assert (await first()).name == "another"


async def test_a_token_in_use_is_looked_up_once(database):
    tokens = Tokens([SECRET], timedelta(minutes=5))
    viewers = Viewers(database, tokens, ROOM)
    shown = [tokens.issue(Claims("ann", "p"))[0] for _ in range(ROOM + 1)]
    first, *others = [lambda token=token: viewers.find(token) for token in shown]
    assert await reads_of_what_is_in_use(database, first, others) == 0
    assert database.reads == ROOM + 1
    assert (await first()).user_id == "ann"
    await others[0]()
    assert database.reads == ROOM + 2, "there is no more room than that"
    async with database.writing() as session:
        (await session.get(User, "ann")).is_disabled = True
    with pytest.raises(UnauthorizedError):
        await first()


async def test_a_device_key_that_is_remembered_ends_in_time(database, clusters, monkeypatch):
    key, begin = new_key(), datetime.now(UTC)
    async with database.writing() as session:
        more = {"cluster_id": clusters[0], "name": "k", "scopes": [], "expires_at": begin + timedelta(hours=1)}
        session.add(DeviceKey(**OWNER, sha256=digest(key), **more))
    clock = [begin.timestamp()]
    monkeypatch.setattr(viewers_module, "time", SimpleNamespace(time=lambda: clock[0]))
    viewers = Viewers(database, Tokens([SECRET], timedelta(minutes=5)), ROOM)
    for _ in range(3):
        assert (await viewers.find(key)).device.cluster_id == clusters[0]
    assert database.reads == 1
    clock[0] += 3600
    with pytest.raises(UnauthorizedError):
        await viewers.find(key)
