"""Queries about users."""

from datetime import datetime

from sqlalchemy import Select, and_, bindparam, delete, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import ConflictError, NotFoundError
from hanami_server.contract.projects import MemberRole
from hanami_server.contract.users import UserUpdate
from hanami_server.store.database import insert
from hanami_server.store.removal import Removed, count_owned, remove_owned
from hanami_server.store.tables import Membership, Project, RevokedToken, User, now
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
    """Insert a user; raises ConflictError where the id is taken, or was."""
    await insert(session, user, f"There is a user {user.id} already, or was: ids are never given twice.")
    return user


async def any_exists(session: AsyncSession) -> bool:
    """Say whether there was a user at all."""
    return bool(await session.scalar(select(func.count()).select_from(User)))


def select_visible(viewer: Viewer) -> Select[User]:
    """Select the users that `viewer` sees: all for an admin, else only the viewer."""
    alive = select(User).where(User.deleted_at.is_(None))
    return alive if viewer.is_admin else alive.where(User.id == viewer.user_id)


async def get_visible(session: AsyncSession, viewer: Viewer, user_id: str) -> User:
    """Return a user; raises NotFoundError where there is none or `viewer` may not see it."""
    user = await session.scalar(select_visible(viewer).where(User.id == user_id))
    if user is None:
        raise NotFoundError
    return user


async def update(session: AsyncSession, viewer: Viewer, user_id: str, changes: UserUpdate) -> User:
    """Change a user; raises ConflictError where the own account, or the last admin, would lose its rights."""
    user = await get_visible(session, viewer, user_id)
    if user.is_admin and (changes.is_admin is False or changes.is_disabled):
        await _expect_dispensable(session, viewer, user)
    for name, value in changes.model_dump(exclude_none=True).items():
        setattr(user, name, value)
    await session.flush()
    return user


async def set_password(session: AsyncSession, viewer: Viewer, user_id: str, password_hash: str) -> User:
    """Keep the hash of another password, and refuse all tokens from before."""
    user = await get_visible(session, viewer, user_id)
    user.password_hash, user.credentials_at = password_hash, now()
    await session.flush()
    return user


async def remove(session: AsyncSession, viewer: Viewer, user_id: str, *, force: bool) -> Removed:
    """Delete a user; the row stays, so that the id is never somebody else's.

    Raises
    ------
    NotFoundError
        There is no such user.
    ConflictError
        It is the viewer, the last admin, or owns something and `force` is not given.
    """
    user = await get_visible(session, viewer, user_id)
    await _expect_dispensable(session, viewer, user)
    owned = await count_owned(session, user_id=user_id)
    if owned and not force:
        raise ConflictError(f"The user owns {owned}; with `force` all of it goes as well.")
    user.deleted_at, user.deleted_by = now(), viewer.user_id
    user.password_hash = user.external_id = None
    await session.execute(delete(Membership).where(Membership.user_id == user_id))
    return await remove_owned(session, user_id=user_id)


async def _expect_dispensable(session: AsyncSession, viewer: Viewer, user: User) -> None:
    """Raise ConflictError for the viewer, and for the last admin who can log in."""
    if user.id == viewer.user_id:
        raise ConflictError("Nobody can delete, disable or demote the own account; another admin can.")
    if await is_last_admin(session, user):
        raise ConflictError("This is the last admin who can log in.")


async def is_last_admin(session: AsyncSession, user: User) -> bool:
    """Say whether there is no other admin who can log in."""
    active = select(User.id).where(User.is_admin, User.is_disabled.is_(False), User.deleted_at.is_(None))
    return (await session.scalars(active)).all() == [user.id]  # holds until the end: there is one writer


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


async def forget_ended_tokens(session: AsyncSession) -> None:
    """Delete revocations of tokens that have ended by themselves."""
    await session.execute(delete(RevokedToken).where(RevokedToken.expires_at < now()))
