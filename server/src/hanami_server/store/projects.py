"""Queries about projects and their members."""

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import ConflictError, NotFoundError
from hanami_server.contract.projects import MemberRole
from hanami_server.store.database import insert
from hanami_server.store.removal import Removed, count_owned, remove_owned
from hanami_server.store.tables import Membership, Project, User, now
from hanami_server.store.visibility import Viewer


async def create(session: AsyncSession, project: Project) -> Project:
    """Insert a project; raises ConflictError where the id is taken, or was."""
    await insert(session, project, f"There is a project {project.id} already, or was: ids are never given twice.")
    return project


def select_visible(viewer: Viewer) -> Select[Project]:
    """Select the projects that `viewer` sees: all for an admin, else those of the viewer."""
    alive = select(Project).where(Project.deleted_at.is_(None))
    if viewer.is_admin:
        return alive
    return alive.join(Membership).where(Membership.user_id == viewer.user_id)


async def get_visible(session: AsyncSession, viewer: Viewer, project_id: str) -> Project:
    """Return a project; raises NotFoundError where there is none or `viewer` may not see it."""
    project = await session.scalar(select_visible(viewer).where(Project.id == project_id))
    if project is None:
        raise NotFoundError
    return project


async def get_managed(session: AsyncSession, viewer: Viewer, project_id: str) -> Project:
    """Return a project that `viewer` may change: any for an admin, the one of the token for its project-admin."""
    if not viewer.is_admin and (viewer.project_id != project_id or viewer.role is not MemberRole.PROJECT_ADMIN):
        raise NotFoundError
    return await get_visible(session, viewer, project_id)


async def remove(session: AsyncSession, viewer: Viewer, project_id: str, *, force: bool) -> Removed:
    """Delete a project; the row stays, so that the id is never another one's.

    Raises
    ------
    NotFoundError
        There is no such project.
    ConflictError
        There is something in it, and `force` is not given.
    """
    project = await get_managed(session, viewer, project_id)
    owned = await count_owned(session, project_id=project_id)
    if owned and not force:
        raise ConflictError(f"The project has {owned}; with `force` all of it goes as well.")
    project.deleted_at, project.deleted_by = now(), viewer.user_id
    await session.execute(delete(Membership).where(Membership.project_id == project_id))
    return await remove_owned(session, project_id=project_id)


async def first_of(session: AsyncSession, user_id: str) -> str | None:
    """Return the id of the user's first project, by id."""
    return await session.scalar(
        select(Membership.project_id).where(Membership.user_id == user_id).order_by(Membership.project_id).limit(1)
    )


async def set_member(
    session: AsyncSession, project_id: str, user_id: str, role: MemberRole, by: str | None = None
) -> Membership:
    """Give a user a role in a project, or another one; raises NotFoundError for an unknown project or user."""
    for table, key in ((Project, project_id), (User, user_id)):
        if await session.scalar(select(table.id).where(table.id == key, table.deleted_at.is_(None))) is None:
            raise NotFoundError
    membership = await session.get(Membership, (project_id, user_id))
    if membership is None:
        membership = Membership(project_id=project_id, user_id=user_id, role=role.value, created_by=by)
        session.add(membership)
    membership.role = role.value
    await session.flush()
    return membership


async def remove_member(session: AsyncSession, project_id: str, user_id: str) -> None:
    """Take a user out of a project; what the user made there stays. Raises NotFoundError for one who is not in it."""
    membership = await session.get(Membership, (project_id, user_id))
    if membership is None:
        raise NotFoundError
    await session.delete(membership)
