"""Queries about users."""

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.projects import MemberRole
from hanami_server.store.database import insert
from hanami_server.store.tables import Membership, Project, User
from hanami_server.store.visibility import Viewer


async def create(session: AsyncSession, user: User) -> User:
    """Insert a user; raises ConflictError where the id is taken."""
    await insert(session, user, f"There is a user {user.id} already.")
    return user


async def any_exists(session: AsyncSession) -> bool:
    """Say whether there is a user at all."""
    return bool(await session.scalar(select(func.count()).select_from(User)))


def select_visible(viewer: Viewer) -> Select[User]:
    """Select the users that `viewer` sees: all for an admin, else only the viewer."""
    return select(User) if viewer.is_admin else select(User).where(User.id == viewer.user_id)


async def find_viewer(session: AsyncSession, user_id: str, project_id: str | None) -> Viewer | None:
    """Return the user as a viewer in a project; None for one who is gone, disabled or not in the project (any more)."""
    user = await session.get(User, user_id)
    if user is None or user.is_disabled:
        return None
    role = None
    if project_id is not None:
        membership = await session.get(Membership, (project_id, user_id))
        if membership is not None:
            role = MemberRole(membership.role)
        elif not user.is_admin or await session.get(Project, project_id) is None:
            return None
    return Viewer(user.id, user.is_admin, project_id, role)
