"""Queries about projects and their members."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import NotFoundError
from hanami_server.contract.projects import MemberRole
from hanami_server.store.database import insert
from hanami_server.store.tables import Membership, Project, User
from hanami_server.store.visibility import Viewer


async def create(session: AsyncSession, project: Project) -> Project:
    """Insert a project; raises ConflictError where the id is taken."""
    await insert(session, project, f"There is a project {project.id} already.")
    return project


def select_visible(viewer: Viewer) -> Select[Project]:
    """Select the projects that `viewer` sees: all for an admin, else those of the viewer."""
    if viewer.is_admin:
        return select(Project)
    return select(Project).join(Membership).where(Membership.user_id == viewer.user_id)


async def first_of(session: AsyncSession, user_id: str) -> str | None:
    """Return the id of the user's first project, by id."""
    return await session.scalar(
        select(Membership.project_id).where(Membership.user_id == user_id).order_by(Membership.project_id).limit(1)
    )


async def set_member(session: AsyncSession, project_id: str, user_id: str, role: MemberRole) -> Membership:
    """Give a user a role in a project, or another one; raises NotFoundError for an unknown project or user."""
    if await session.get(Project, project_id) is None or await session.get(User, user_id) is None:
        raise NotFoundError
    return await session.merge(Membership(project_id=project_id, user_id=user_id, role=role.value))
