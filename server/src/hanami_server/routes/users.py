"""Users: made, changed and deleted by admins, seen by themselves."""

import asyncio

from quart import Blueprint
from sqlalchemy import select

from hanami_server.access.guard import viewer
from hanami_server.access.password_rules import check_password
from hanami_server.contract.base import NamedQuery, PageQuery
from hanami_server.contract.errors import ValidationFailedError
from hanami_server.contract.op import NO_CONTENT, Body, Rate, Reply, op
from hanami_server.contract.projects import MemberPage
from hanami_server.contract.users import DeleteQuery, PasswordChange, User, UserCreate, UserPage, UserUpdate
from hanami_server.routes.conditions import expect_match
from hanami_server.routes.removal import clear
from hanami_server.services import Services, services
from hanami_server.store import tables, users
from hanami_server.store.paging import Page, read_members, read_page
from hanami_server.store.visibility import Viewer
from hanami_server.telemetry.audit import change

blueprint = Blueprint("users", __name__)


@blueprint.post("/v1/users")
@op(
    id="createUser",
    tag="users",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Create a user",
    description="The user belongs to no project yet; see `setProjectMember`.",
    body=Body(UserCreate, example={"id": "alice", "name": "Alice", "password": "correct horse battery"}),
    reply=Reply(201, User, description="The new user."),
    errors=(409,),
)
async def create_user(body: UserCreate) -> tables.User:
    """Keep a user with the hash of the password."""
    check_password(body.password, body.id, body.name)
    password_hash = await services().passwords.hash(body.password)
    made = body.model_dump(exclude={"password"})
    user = tables.User(**made, password_hash=password_hash, created_by=viewer().user_id)
    async with change(body.id) as session:
        return await users.create(session, user)


@blueprint.get("/v1/users")
@op(
    id="listUsers",
    tag="users",
    summary="List the users",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, UserPage, description="Part of the users."),
)
async def list_users(query: NamedQuery) -> Page[tables.User]:
    """Read a page of users."""
    async with services().database.reading() as session:
        return await read_page(session, users.select_visible(viewer()), tables.User, query)


@blueprint.get("/v1/users/<user_id>")
@op(
    id="getUser",
    tag="users",
    summary="Get a user",
    description="Admins see everybody, others only themselves.",
    reply=Reply(200, User, description="The user."),
)
async def get_user(user_id: str) -> tables.User:
    """Read one user."""
    async with services().database.reading() as session:
        return await users.get_visible(session, viewer(), user_id)


@blueprint.patch("/v1/users/<user_id>")
@op(
    id="updateUser",
    tag="users",
    conditional=True,
    summary="Change a user",
    description=(
        "A user who is disabled may not log in, and all tokens are refused; enabled again, those that did not end are "
        "good once more. Nobody can disable or demote the own account, or the last admin."
    ),
    body=Body(UserUpdate, example={"is_disabled": True}),
    reply=Reply(200, User, description="The user as it is now."),
    errors=(409,),
)
async def update_user(user_id: str, body: UserUpdate) -> tables.User:
    """Change what is named."""
    async with change() as session:
        expect_match(await users.get_visible(session, viewer(), user_id))
        return await users.update(session, viewer(), user_id, body)


@blueprint.put("/v1/users/<user_id>/password")
@op(
    id="changePassword",
    tag="users",
    verb="change-password",
    rate=Rate.COSTLY,
    summary="Change a password",
    description="The own one with the old one, another's by an admin. All earlier tokens of the user are refused.",
    body=Body(PasswordChange, example={"password": "a staple of horses", "old_password": "correct horse battery"}),
    reply=NO_CONTENT,
)
async def change_password(user_id: str, body: PasswordChange) -> None:
    """Check the old one, keep the hash of the new one."""
    parts, who = services(), viewer()
    async with parts.database.reading() as session:
        user = await users.get_visible(session, who, user_id)
    if user_id == who.user_id and not await parts.passwords.verify(user.password_hash, body.old_password or ""):
        raise ValidationFailedError.of("old_password", "expected the password that is to be changed")
    check_password(body.password, user.id, user.name)
    password_hash = await parts.passwords.hash(body.password)
    async with change() as session:
        await users.set_password(session, who, user_id, password_hash)


@blueprint.delete("/v1/users/<user_id>")
@op(
    id="deleteUser",
    tag="users",
    conditional=True,
    summary="Delete a user",
    description=(
        "All tokens are refused at once, and the id is never given again. One who owns something is only deleted with "
        "`force`, and then all of it goes as well, for good. Nobody can delete the own account, or the last admin."
    ),
    query=DeleteQuery,
    reply=NO_CONTENT,
    errors=(409,),
)
async def delete_user(user_id: str, query: DeleteQuery) -> None:
    """Mark the row, then clear away what was owned; goes on to its end although the client goes away."""
    await asyncio.shield(_delete(services(), viewer(), user_id, query.force))


async def _delete(parts: Services, who: Viewer, user_id: str, force: bool) -> None:
    async with change() as session:
        expect_match(await users.get_visible(session, who, user_id))
        removed = await users.remove(session, who, user_id, force=force)
    await clear(parts, removed)


@blueprint.get("/v1/users/<user_id>/projects")
@op(
    id="listUserProjects",
    tag="users",
    verb="projects",
    summary="List the projects of a user",
    description="With the role in each, by the ids of the projects.",
    query=PageQuery,
    reply=Reply(200, MemberPage, description="Part of the memberships."),
)
async def list_user_projects(user_id: str, query: PageQuery) -> Page[tables.Membership]:
    """Read a page of memberships."""
    async with services().database.reading() as session:
        await users.get_visible(session, viewer(), user_id)
        rows = select(tables.Membership).where(tables.Membership.user_id == user_id)
        return await read_members(session, rows, tables.Membership.project_id, query)
