"""What handlers work with, made once at start; see `routes` for how they get it."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from hanami_engine import warm_up
from quart import current_app
from quart.typing import Event
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from hanami_server.access.limits import FailedLogins, RateLimits
from hanami_server.access.login import create_admin
from hanami_server.access.oidc import Issuer
from hanami_server.access.password_rules import common_passwords
from hanami_server.access.passwords import Passwords
from hanami_server.access.policy import Policy
from hanami_server.access.secret import token_secrets
from hanami_server.access.tokens import Tokens
from hanami_server.access.viewers import Viewers
from hanami_server.access.welcome import Welcome
from hanami_server.blobs import arrow
from hanami_server.blobs.files import Blobs, Folder
from hanami_server.contract.errors import UnavailableError
from hanami_server.fleet.devices import find_hosts
from hanami_server.fleet.fleet import Fleet
from hanami_server.fleet.hosts import Hosts
from hanami_server.fleet.local import LocalHost
from hanami_server.fleet.placement import AUTO
from hanami_server.folder_lock import lock_folder
from hanami_server.sessions.kept import Limits
from hanami_server.sessions.registry import Sessions
from hanami_server.sessions.session import Bounds
from hanami_server.settings import Settings
from hanami_server.start_errors import FolderInUseError, StartError
from hanami_server.store import answers, logs, tables, users
from hanami_server.store.database import Database
from hanami_server.store.quotas import Quotas
from hanami_server.store.rows import Rows
from hanami_server.store.tasks import TaskRecords, fail_interrupted

KEY = "hanami"
DAY = 24 * 60 * 60
Result = TypeVar("Result")
log = logging.getLogger("hanami_server")


@dataclass(frozen=True, slots=True)
class Services:
    """The running parts of one server."""

    settings: Settings
    policy: Policy
    database: Database
    passwords: Passwords
    tokens: Tokens
    viewers: Viewers
    quotas: Quotas
    limits: RateLimits
    failed_logins: FailedLogins
    rows: Rows
    blobs: Blobs
    hosts: Hosts
    fleet: Fleet
    sessions: Sessions
    issuer: Issuer | None
    stopping: Event
    answering: set[tuple[str, str]] = field(default_factory=set)  # users and idempotency keys


def services() -> Services:
    """Return the parts of the server that this request came to."""
    parts: Services = current_app.extensions[KEY]
    return parts


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database with its tables up to date, and nobody else in the data folder; makes that where it is missing.

    Raises
    ------
    FolderInUseError
        Another process works with the data folder.
    NewerDatabaseError
        A newer version wrote the database.
    UnavailableError
        The database does not answer.
    """
    with lock_folder(settings.data_dir):
        database = Database(settings.database)
        try:
            await database.migrate()
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def open_database_beside(settings: Settings) -> AsyncIterator[Database]:
    """Open the database also while a server works with it: its tables are then left as they are.

    Raises
    ------
    StartError
        The tables are not those of this version, and a server works with them.
    UnavailableError
        The database does not answer.
    """
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(open_database(settings))
        except FolderInUseError as error:
            database = Database(settings.database)
            stack.push_async_callback(database.close)
            if not await database.is_current():
                raise StartError(f"the tables are not those of this version, and {error}") from error
        yield database


@asynccontextmanager
async def running(settings: Settings, policy: Policy, stopping: Event) -> AsyncIterator[Services]:
    """Start the parts in order and stop them in the opposite one."""
    async with open_database(settings) as database:
        tokens = Tokens(_secrets(settings), timedelta(minutes=settings.token_minutes))
        with closing(Passwords(settings.password_memory_kib, settings.password_passes)) as passwords:
            await _create_first_admin(settings, database, passwords)
            blobs = Blobs(settings.data_dir)
            await _recover(blobs, database)
            find = asyncio.to_thread(find_hosts, settings.gpus)
            async with _beside(asyncio.to_thread(_warm_up)), _beside(find) as finding:
                viewers = Viewers(database, tokens)
                sessions = Sessions(_bounds(settings), Welcome(viewers, policy).look)
                quotas = Quotas(settings.user_quota, settings.project_quota, _counter(sessions))
                records = TaskRecords(database, quotas)
                local, chosen = LocalHost(settings.engine_threads), await _chosen(database)
                hosts = Hosts(local, await finding, settings.gpu_from, chosen)
                hosts.listen(sessions.fall_back)
                fleet = Fleet(hosts, blobs, records, settings.cluster_memory_limit, settings.session_save_interval)
                async with _working(fleet, stopping), _tidying(database, settings):
                    yield Services(
                        settings=settings,
                        policy=policy,
                        database=database,
                        passwords=passwords,
                        tokens=tokens,
                        viewers=viewers,
                        quotas=quotas,
                        limits=RateLimits(settings),
                        failed_logins=FailedLogins(settings),
                        rows=Rows(database),
                        blobs=blobs,
                        hosts=hosts,
                        fleet=fleet,
                        sessions=sessions,
                        issuer=Issuer(settings.oidc_issuer, settings.oidc_client_id) if settings.oidc_issuer else None,
                        stopping=stopping,
                    )


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, Result]) -> AsyncIterator[asyncio.Task[Result]]:
    """Run a coroutine beside the block; at its end it is cancelled, and waited for before anything else is closed.

    A thread that the coroutine waits for ends by itself.
    """
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def _working(fleet: Fleet, stopping: Event) -> AsyncIterator[None]:
    """Let a fleet stop its tasks as soon as the server stops, so that those who follow them hear of it."""

    async def stop() -> None:
        await cast("asyncio.Event", stopping).wait()
        fleet.stop()

    try:
        async with _beside(stop()):
            yield
    finally:
        await fleet.close()


@asynccontextmanager
async def _tidying(database: Database, settings: Settings) -> AsyncIterator[None]:
    """Forget what is too old, now and once a day."""

    async def tidy() -> None:
        while True:
            try:
                async with database.writing() as session:
                    await logs.forget_old(session, settings.audit_days, settings.error_days)
                    await users.forget_ended_tokens(session)
                    await answers.forget_old(session)
            except (SQLAlchemyError, UnavailableError):
                log.exception("what is too old could not be forgotten; tried again in a day")
            await asyncio.sleep(DAY)

    async with _beside(tidy()):
        yield


async def _chosen(database: Database) -> dict[UUID, str]:
    """Read the hosts that users chose for their clusters."""
    chosen = select(tables.Cluster.id, tables.Cluster.host).where(tables.Cluster.host != AUTO)
    async with database.reading() as session:
        return {row.id: row.host for row in await session.execute(chosen)}


def _bounds(settings: Settings) -> Bounds:
    return Bounds(
        window=settings.session_window,
        frame_bytes=settings.session_frame_bytes,
        frame_rows=settings.session_frame_rows,
        save_seconds=math.ceil(settings.session_save_interval),
        idle_seconds=settings.session_idle_seconds,
        resume_seconds=settings.session_resume_seconds,
        kept=Limits(settings.truth_requests, settings.truth_bytes, settings.truth_seconds),
    )


def _counter(sessions: Sessions) -> Callable[[tables.Account], int]:
    def count(account: tables.Account) -> int:
        is_user = isinstance(account, tables.User)
        return sessions.count(**{"owner_id" if is_user else "project_id": account.id})

    return count


def _warm_up() -> None:
    """Load what requests need and a start does not; the engine is last, for it says when the server is ready."""
    try:
        arrow.load()
        common_passwords()
        warm_up()
    except Exception:
        log.exception("the engine cannot be loaded or compiled; the server will not get ready")


async def _recover(blobs: Blobs, database: Database) -> None:
    """Mark tasks that the last run left unfinished as failed, and log files without a row; no file is removed."""
    async with database.writing() as session:
        await fail_interrupted(session)
        await answers.forget_interrupted(session)
    folders = {
        tables.Upload: blobs.uploads,
        tables.Dataset: blobs.datasets,
        tables.Cluster: blobs.clusters,
        tables.Checkpoint: blobs.checkpoints,
    }
    for table, folder in folders.items():
        async with database.reading() as session:
            known = set(await session.scalars(select(table.id)))
        await asyncio.to_thread(_report_leftovers, folder, known)


def _report_leftovers(folder: Folder, known: set[UUID]) -> None:
    """Log what a crash, or a start with another database, has left in a folder."""
    left = folder.leftovers(known)
    if left.strays or left.drafts:
        log.warning(
            "%s: %d files without a row in the database and %d half-written files; they are left alone",
            folder.root,
            left.strays,
            left.drafts,
        )


def _secrets(settings: Settings) -> list[bytes]:
    given = (settings.token_secret, settings.previous_token_secret)
    current, previous = (secret.get_secret_value() if secret else None for secret in given)
    try:
        return token_secrets(current, previous, settings.data_dir)
    except ValueError as error:
        raise StartError(str(error)) from error


async def _create_first_admin(settings: Settings, database: Database, passwords: Passwords) -> None:
    if settings.admin_user is None or settings.admin_password is None:
        return
    async with database.reading() as session:
        if await users.any_exists(session):
            return
    try:
        await create_admin(database, passwords, settings.admin_user, settings.admin_password.get_secret_value())
    except ValueError as error:
        raise StartError(str(error)) from error
