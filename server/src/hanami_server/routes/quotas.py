"""Quotas of users and projects: seen by whom they are for, set by admins."""

from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.op import Body, Reply, op
from hanami_server.contract.quotas import Quota, QuotaSet
from hanami_server.services import services
from hanami_server.store import projects, quotas, tables, users
from hanami_server.telemetry.audit import change

blueprint = Blueprint("quotas", __name__)

EXAMPLE = {"clusters": 100, "dataset_bytes": 10_000_000_000}
DESCRIPTION = (
    "Whatever would go beyond one of its limits is refused with 409. For what is left out the limits of the server's "
    "settings hold. What there is already stays, also where it is more."
)


@blueprint.get("/v1/users/<user_id>/quota")
@op(
    id="getUserQuota",
    tag="users",
    verb="quota",
    summary="How much a user may have and has",
    description="In all projects together; admins see everybody's, others their own.",
    reply=Reply(200, Quota, description="The limits and what there is."),
)
async def get_user_quota(user_id: str) -> Quota:
    """Count what the user owns."""
    async with services().database.reading() as session:
        return await services().quotas.describe(session, await users.get_visible(session, viewer(), user_id))


@blueprint.put("/v1/users/<user_id>/quota")
@op(
    id="setUserQuota",
    tag="users",
    verb="set-quota",
    summary="Limit what a user may have",
    description=DESCRIPTION,
    body=Body(QuotaSet, example=EXAMPLE),
    reply=Reply(200, Quota, description="The limits and what there is."),
    errors=(409,),
)
async def set_user_quota(user_id: str, body: QuotaSet) -> Quota:
    """Keep the limits."""
    async with change() as session:
        user: tables.User = await users.get_visible(session, viewer(), user_id)
        quotas.keep(user, body)
        await session.flush()
        return await services().quotas.describe(session, user)


@blueprint.get("/v1/projects/<project_id>/quota")
@op(
    id="getProjectQuota",
    tag="projects",
    verb="quota",
    summary="How much a project may have and has",
    description="All its members together; admins see every project's, others those they belong to.",
    reply=Reply(200, Quota, description="The limits and what there is."),
)
async def get_project_quota(project_id: str) -> Quota:
    """Count what is in the project."""
    async with services().database.reading() as session:
        return await services().quotas.describe(session, await projects.get_visible(session, viewer(), project_id))


@blueprint.put("/v1/projects/<project_id>/quota")
@op(
    id="setProjectQuota",
    tag="projects",
    verb="set-quota",
    summary="Limit what a project may have",
    description=DESCRIPTION,
    body=Body(QuotaSet, example=EXAMPLE),
    reply=Reply(200, Quota, description="The limits and what there is."),
    errors=(409,),
)
async def set_project_quota(project_id: str, body: QuotaSet) -> Quota:
    """Keep the limits."""
    async with change() as session:
        project: tables.Project = await projects.get_visible(session, viewer(), project_id)
        quotas.keep(project, body)
        await session.flush()
        return await services().quotas.describe(session, project)
