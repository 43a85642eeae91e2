"""Logging in, and the admins that the machine's owner makes."""

from hanami_server.access.password_rules import check_password
from hanami_server.access.passwords import Passwords
from hanami_server.contract.errors import UnauthorizedError
from hanami_server.contract.projects import MemberRole
from hanami_server.contract.users import UserCreate
from hanami_server.store import projects, users
from hanami_server.store.database import Database
from hanami_server.store.tables import Project, User
from hanami_server.store.visibility import Viewer

DEFAULT_PROJECT = "default"


async def log_in(
    database: Database, passwords: Passwords, user_id: str, password: str, project_id: str | None
) -> Viewer:
    """Return who these credentials belong to; every failure is the same UnauthorizedError."""
    async with database.reading() as session:
        user = await session.get(User, user_id)
        project_id = project_id or await projects.first_of(session, user_id)
        viewer = await users.find_viewer(session, user_id, project_id)
    if not await passwords.verify(user.password_hash if user else None, password) or viewer is None:
        raise UnauthorizedError("Unknown user, wrong password, or not a member of that project.")
    return viewer


async def create_admin(database: Database, passwords: Passwords, user_id: str, password: str) -> None:
    """Create an admin, and the default project with the admin in it.

    Raises
    ------
    ValueError
        For an id or a password that users may not have.
    ValidationFailedError
        For a password that is too easy to guess.
    ConflictError
        Where the user exists.
    """
    user = UserCreate(id=user_id, name=user_id, password=password, is_admin=True)
    check_password(password, user_id)
    password_hash = await passwords.hash(user.password)
    async with database.writing() as session:
        await users.create(session, User(**user.model_dump(exclude={"password"}), password_hash=password_hash))
        if await session.get(Project, DEFAULT_PROJECT) is None:
            await projects.create(session, Project(id=DEFAULT_PROJECT, name="Default"))
        await projects.set_member(session, DEFAULT_PROJECT, user_id, MemberRole.PROJECT_ADMIN)
