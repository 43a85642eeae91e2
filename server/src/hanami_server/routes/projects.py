"""Projects and their members."""

import asyncio

from quart import Blueprint
from sqlalchemy import select

from hanami_server.access.guard import viewer
from hanami_server.contract.base import NamedQuery, PageQuery
from hanami_server.contract.op import NO_CONTENT, Body, Reply, op
from hanami_server.contract.projects import (
    Member,
    MemberPage,
    MemberSet,
    Project,
    ProjectCreate,
    ProjectPage,
    ProjectUpdate,
)
from hanami_server.contract.users import DeleteQuery
from hanami_server.routes.conditions import expect_match
from hanami_server.routes.removal import clear
from hanami_server.services import Services, services
from hanami_server.store import projects, tables
from hanami_server.store.paging import Page, read_members, read_page
from hanami_server.store.visibility import Viewer
from hanami_server.telemetry.audit import change

blueprint = Blueprint("projects", __name__)


@blueprint.post("/v1/projects")
@op(
    id="createProject",
    tag="projects",
    idempotent=True,
    summary="Create a project",
    description="It has no members yet; see `setProjectMember`.",
    body=Body(ProjectCreate, example={"id": "digits", "name": "Handwritten digits"}),
    reply=Reply(201, Project, description="The new project."),
    errors=(409,),
)
async def create_project(body: ProjectCreate) -> tables.Project:
    """Keep a project."""
    async with change(body.id) as session:
        return await projects.create(session, tables.Project(**body.model_dump(), created_by=viewer().user_id))


@blueprint.get("/v1/projects")
@op(
    id="listProjects",
    tag="projects",
    summary="List the projects",
    description="Oldest first, where no other order is asked for; admins see all, others those they belong to.",
    query=NamedQuery,
    reply=Reply(200, ProjectPage, description="Part of the projects."),
)
async def list_projects(query: NamedQuery) -> Page[tables.Project]:
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
        return await projects.get_visible(session, viewer(), project_id)


@blueprint.patch("/v1/projects/<project_id>")
@op(
    id="updateProject",
    tag="projects",
    conditional=True,
    summary="Change a project",
    description="Any by an admin, that of the token by its project-admin.",
    body=Body(ProjectUpdate, example={"name": "Handwritten letters"}),
    reply=Reply(200, Project, description="The project as it is now."),
    errors=(409,),
)
async def update_project(project_id: str, body: ProjectUpdate) -> tables.Project:
    """Give it another name."""
    async with change() as session:
        project = await projects.get_managed(session, viewer(), project_id)
        expect_match(project)
        project.name = body.name
        await session.flush()
    return project


@blueprint.delete("/v1/projects/<project_id>")
@op(
    id="deleteProject",
    tag="projects",
    conditional=True,
    summary="Delete a project",
    description=(
        "Its members stay users, and the id is never given again. One that something belongs to is only deleted with "
        "`force`, and then all of it goes as well, for good."
    ),
    query=DeleteQuery,
    reply=NO_CONTENT,
    errors=(409,),
)
async def delete_project(project_id: str, query: DeleteQuery) -> None:
    """Mark the row, then clear away what was in it; goes on to its end although the client goes away."""
    await asyncio.shield(_delete(services(), viewer(), project_id, query.force))


async def _delete(parts: Services, who: Viewer, project_id: str, force: bool) -> None:
    async with change() as session:
        expect_match(await projects.get_managed(session, who, project_id))
        removed = await projects.remove(session, who, project_id, force=force)
    await clear(parts, removed)


@blueprint.get("/v1/projects/<project_id>/members")
@op(
    id="listProjectMembers",
    tag="projects",
    verb="members",
    summary="List the members of a project",
    description="By the ids of the users.",
    query=PageQuery,
    reply=Reply(200, MemberPage, description="Part of the members."),
)
async def list_project_members(project_id: str, query: PageQuery) -> Page[tables.Membership]:
    """Read a page of members."""
    async with services().database.reading() as session:
        await projects.get_visible(session, viewer(), project_id)
        rows = select(tables.Membership).where(tables.Membership.project_id == project_id)
        return await read_members(session, rows, tables.Membership.user_id, query)


@blueprint.put("/v1/projects/<project_id>/members/<user_id>")
@op(
    id="setProjectMember",
    tag="projects",
    verb="set-member",
    summary="Make a user a member of a project",
    description=(
        "Or change the role of one who is; it counts from the user's next request. Any project by an admin, that of "
        "the token by its project-admin."
    ),
    body=Body(MemberSet, example={"role": "member"}),
    reply=Reply(200, Member, description="The user in the project."),
)
async def set_project_member(project_id: str, user_id: str, body: MemberSet) -> tables.Membership:
    """Keep the role of a user in a project."""
    async with change() as session:
        await projects.get_managed(session, viewer(), project_id)
        return await projects.set_member(session, project_id, user_id, body.role, viewer().user_id)


@blueprint.delete("/v1/projects/<project_id>/members/<user_id>")
@op(
    id="removeProjectMember",
    tag="projects",
    verb="remove-member",
    summary="Take a user out of a project",
    description="It counts from the user's next request; what the user made in the project stays there.",
    reply=NO_CONTENT,
)
async def remove_project_member(project_id: str, user_id: str) -> None:
    """Delete the membership."""
    async with change() as session:
        await projects.get_managed(session, viewer(), project_id)
        await projects.remove_member(session, project_id, user_id)
