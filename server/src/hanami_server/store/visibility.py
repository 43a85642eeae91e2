"""Who sees which rows: every query for owned rows goes through here, so that foreign and missing are one."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.device_keys import Scope
from hanami_server.contract.errors import ForbiddenError, NotFoundError
from hanami_server.contract.projects import MemberRole
from hanami_server.contract.tokens import Role
from hanami_server.store.tables import Cluster, Owned

Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True, slots=True)
class Device:
    """What a device key is good for."""

    cluster_id: UUID
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: `project_id` is the project of the token, `role` the user's role there.

    A device is no user: its `user_id` is `device:` and the id of its key, for the logs.
    """

    user_id: str
    is_admin: bool
    project_id: str | None
    role: MemberRole | None
    device: Device | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """What the policy knows of: every user is at least a member."""
        if self.device is not None:
            return frozenset({Role.DEVICE})
        held = {Role.MEMBER, Role.ADMIN if self.is_admin else Role.MEMBER, Role(self.role or MemberRole.MEMBER)}
        return frozenset(held)

    def home(self) -> str:
        """Return the project that new resources go to; raises ForbiddenError where the token names none."""
        if self.project_id is None:
            raise ForbiddenError("The token names no project to put that into.")
        return self.project_id


def visible(table: type[Owned], viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition under which `viewer` sees a row: own, all of the project, or all; a device its cluster."""
    if viewer.device is not None:
        return table.id == viewer.device.cluster_id if table is Cluster else false()
    if viewer.is_admin:
        return true()
    in_project = table.project_id == viewer.project_id
    if viewer.role is MemberRole.PROJECT_ADMIN:
        return in_project
    return and_(in_project, table.owner_id == viewer.user_id)


def may_see(row: Owned, viewer: Viewer) -> bool:
    """Say whether `viewer` sees a row: the same as `visible`, of a row at hand."""
    if viewer.device is not None:
        return isinstance(row, Cluster) and row.id == viewer.device.cluster_id
    if viewer.is_admin:
        return True
    if row.project_id != viewer.project_id:
        return False
    return viewer.role is MemberRole.PROJECT_ADMIN or row.owner_id == viewer.user_id


def select_visible(table: type[Row], viewer: Viewer) -> Select[Row]:
    """Select the rows of `table` that `viewer` sees."""
    return select(table).where(visible(table, viewer))


async def get_visible(session: AsyncSession, table: type[Row], viewer: Viewer, row_id: UUID) -> Row:
    """Return one row; raises NotFoundError where there is none or `viewer` may not see it."""
    row = await session.scalar(select_visible(table, viewer).where(table.id == row_id))
    if row is None:
        raise NotFoundError
    return row
