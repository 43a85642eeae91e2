"""Projects and their members."""

from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import PageQuery
from hanami_server.contract.errors import NotFoundError
from hanami_server.contract.op import Body, Reply, op
from hanami_server.contract.projects import Member, MemberSet, Project, ProjectCreate, ProjectPage
from hanami_server.services import services
from hanami_server.store import projects, tables
from hanami_server.store.paging import Page, read_page
from hanami_server.telemetry.audit import change

blueprint = Blueprint("projects", __name__)


@blueprint.post("/v1/projects")
@op(
    id="createProject",
    tag="projects",
    summary="Create a project",
    description="It has no members yet; see `setProjectMember`.",
    body=Body(ProjectCreate, example={"id": "digits", "name": "Handwritten digits"}),
    reply=Reply(201, Project, description="The new project."),
    errors=(409,),
)
async def create_project(body: ProjectCreate) -> tables.Project:
    """Keep a project."""
    async with change(body.id) as session:
        return await projects.create(session, tables.Project(**body.model_dump()))


@blueprint.get("/v1/projects")
@op(
    id="listProjects",
    tag="projects",
    summary="List the projects",
    description="Oldest first; admins see all, others those they belong to.",
    query=PageQuery,
    reply=Reply(200, ProjectPage, description="Part of the projects."),
)
async def list_projects(query: PageQuery) -> Page[tables.Project]:
    """Read a page of projects."""
    async with services().database.reading() as session:
        return await read_page(session, projects.select_visible(viewer()), tables.Project, query)


@blueprint.get("/v1/projects/<project_id>")
@op(
    id="getProject",
    tag="projects",
    summary="Get a project",
    description="Admins see all, others those they belong to.",
    reply=Reply(200, Project, description="The project."),
)
async def get_project(project_id: str) -> tables.Project:
    """Read one project."""
    async with services().database.reading() as session:
        project = await session.scalar(projects.select_visible(viewer()).where(tables.Project.id == project_id))
    if project is None:
        raise NotFoundError
    return project


@blueprint.put("/v1/projects/<project_id>/members/<user_id>")
@op(
    id="setProjectMember",
    tag="projects",
    summary="Make a user a member of a project",
    description="Or change the role of one who is; it counts from the user's next request.",
    body=Body(MemberSet, example={"role": "member"}),
    reply=Reply(200, Member, description="The user in the project."),
)
async def set_project_member(project_id: str, user_id: str, body: MemberSet) -> tables.Membership:
    """Keep the role of a user in a project."""
    async with change() as session:
        return await projects.set_member(session, project_id, user_id, body.role)
