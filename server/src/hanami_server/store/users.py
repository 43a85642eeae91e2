"""Queries about users."""

from datetime import datetime

from sqlalchemy import Select, and_, bindparam, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.projects import MemberRole
from hanami_server.store.database import insert
from hanami_server.store.tables import Membership, Project, RevokedToken, User
from hanami_server.store.visibility import Viewer

# Built once and one query, since every request pays for it.
VIEWER = (
    select(User.is_admin, func.coalesce(Project.id, ""), func.coalesce(Membership.role, ""))
    .select_from(User)
    .outerjoin(Project, and_(Project.id == bindparam("project_id"), Project.deleted_at.is_(None)))
    .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.project_id == Project.id))
    .where(User.id == bindparam("user_id"), User.is_disabled.is_(False), User.deleted_at.is_(None))
)


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
    found = (await session.execute(VIEWER, {"user_id": user_id, "project_id": project_id})).one_or_none()
    if found is None:
        return None
    is_admin, project, role = found
    if project != (project_id or "") or not (is_admin or role or project_id is None):
        return None
    return Viewer(user_id, is_admin, project_id, MemberRole(role) if role else None)


async def is_revoked(session: AsyncSession, token_id: str, user_id: str, issued_at: datetime) -> bool:
    """Say whether a token was logged out, or is older than the credentials of its user."""
    query = select(RevokedToken.id).where(RevokedToken.id == token_id)
    newer = select(User.id).where(User.id == user_id, User.credentials_at > issued_at)
    return (await session.execute(union_all(query, newer).limit(1))).first() is not None
