"""Quotas: what users and projects have is counted in the transaction that adds to it, and there is one writer."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hanami_server.contract.errors import ConflictError
from hanami_server.contract.quotas import Limits, Quota, QuotaLimits, QuotaSet, QuotaUsage
from hanami_server.contract.tasks import TaskState
from hanami_server.store.tables import Account, Checkpoint, Cluster, Dataset, Owned, Project, Task, Upload, User

UNFINISHED = (TaskState.QUEUED.value, TaskState.RUNNING.value)
SESSIONS = "sessions"
KINDS = tuple(QuotaUsage.model_fields)
NAMES = {User: "user", Project: "project"}


class Quotas:
    """The limits of accounts, and what counts against them.

    Parameters
    ----------
    of_users, of_projects : Limits
        What holds where an account has no limits of its own.
    open_sessions : function of an account
        Counts its open sessions, which no table knows.
    """

    def __init__(self, of_users: Limits, of_projects: Limits, open_sessions: Callable[[Account], int]) -> None:
        self._open_sessions = open_sessions
        self._defaults: dict[type[Account], Limits] = {User: of_users, Project: of_projects}

    async def describe(self, session: AsyncSession, account: User | Project) -> Quota:
        """Tell what an account may have and has."""
        usage = await self._usage(session, account, KINDS)
        return Quota(limits=QuotaLimits(**self._limits(account)), usage=QuotaUsage(**usage))

    async def expect_room(self, session: AsyncSession, owner_id: str, project_id: str, **wanted: int) -> None:
        """Make sure that a user, and a project, may have this much more.

        Exact where the same writing session adds it; a look ahead where work would be in vain in a reading one.

        Parameters
        ----------
        wanted : int
            How much more of what, by the fields of `QuotaUsage`.

        Raises
        ------
        ConflictError
            It is more than one of them may have, or one of them was deleted.
        """
        for table, key in ((User, owner_id), (Project, project_id)):
            account = await session.scalar(select(table).where(table.id == key, table.deleted_at.is_(None)))
            if account is None:
                raise ConflictError(f"The {NAMES[table]} was deleted in the meantime.")
            limits = {kind: limit for kind, limit in self._limits(account).items() if kind in wanted}
            limited = {kind: limit for kind, limit in limits.items() if limit is not None}
            for kind, used in (await self._usage(session, account, tuple(limited))).items():
                if used + wanted[kind] > limited[kind]:
                    name = kind.replace("_", " ")
                    raise ConflictError(
                        f"The quota of {name} of the {NAMES[table]} {key} is used up: {used} of {limited[kind]}, and "
                        f"{wanted[kind]} more would be needed."
                    )

    def _limits(self, account: Account) -> dict[str, int | None]:
        """Return the limits of an account: its own, else those of all."""
        own = {kind: limit for kind, limit in account.quota.items() if limit is not None}
        return self._defaults[type(account)].model_dump() | own

    async def _usage(self, session: AsyncSession, account: Account, kinds: tuple[str, ...]) -> dict[str, int]:
        """Count what an account has of some kinds."""
        found = await _usage(session, account, tuple(kind for kind in kinds if kind != SESSIONS))
        return found | ({SESSIONS: self._open_sessions(account)} if SESSIONS in kinds else {})


def keep(account: Account, limits: QuotaSet) -> None:
    """Give an account limits of its own."""
    account.quota = limits.model_dump(exclude_none=True)


async def _usage(session: AsyncSession, account: Account, kinds: tuple[str, ...]) -> dict[str, int]:
    """Count what an account has of some kinds, in one query."""
    if not kinds:
        return {}
    counts = [_count(account, kind).label(kind) for kind in kinds]
    found = (await session.execute(select(*counts))).one()
    return {kind: int(number) for kind, number in zip(kinds, found, strict=True)}


def _count(account: Account, kind: str) -> ColumnElement[Any]:
    match kind:
        case "clusters":
            return _sum(account, Cluster, literal(1))
        case "dataset_bytes":
            return _sum(account, Dataset, Dataset.bytes) + _sum(account, Upload, Upload.size)
        case "checkpoint_bytes":
            return _sum(account, Checkpoint, Checkpoint.bytes)
        case "synapse_bytes":
            return _sum(account, Cluster, Cluster.synapse_bytes)
        case _:
            return _sum(account, Task, literal(1), Task.state.in_(UNFINISHED))


def _sum(
    account: Account,
    table: type[Owned],
    value: ColumnElement[int] | InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> ColumnElement[int]:
    mine = table.owner_id if isinstance(account, User) else table.project_id
    total: Select[Any] = select(func.coalesce(func.sum(value), 0)).where(mine == account.id, *conditions)
    return total.scalar_subquery()
