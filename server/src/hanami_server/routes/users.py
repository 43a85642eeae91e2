"""Users: made by admins, seen by themselves."""

from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import PageQuery
from hanami_server.contract.errors import NotFoundError
from hanami_server.contract.op import Body, Reply, op
from hanami_server.contract.users import User, UserCreate, UserPage
from hanami_server.services import services
from hanami_server.store import tables, users
from hanami_server.store.paging import Page, read_page
from hanami_server.telemetry.audit import change

blueprint = Blueprint("users", __name__)


@blueprint.post("/v1/users")
@op(
    id="createUser",
    tag="users",
    summary="Create a user",
    description="The user belongs to no project yet; see `setProjectMember`.",
    body=Body(UserCreate, example={"id": "alice", "name": "Alice", "password": "correct horse battery"}),
    reply=Reply(201, User, description="The new user."),
    errors=(409,),
)
async def create_user(body: UserCreate) -> tables.User:
    """Keep a user with the hash of the password."""
    password_hash = await services().passwords.hash(body.password)
    user = tables.User(**body.model_dump(exclude={"password"}), password_hash=password_hash)
    async with change(body.id) as session:
        return await users.create(session, user)


@blueprint.get("/v1/users")
@op(
    id="listUsers",
    tag="users",
    summary="List the users",
    description="Oldest first.",
    query=PageQuery,
    reply=Reply(200, UserPage, description="Part of the users."),
)
async def list_users(query: PageQuery) -> Page[tables.User]:
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
        user = await session.scalar(users.select_visible(viewer()).where(tables.User.id == user_id))
    if user is None:
        raise NotFoundError
    return user
