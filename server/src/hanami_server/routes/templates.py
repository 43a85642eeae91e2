"""Templates: texts that clusters are made from."""

import asyncio
from uuid import UUID, uuid4

from quart import Blueprint

from hanami_server.access.guard import viewer
from hanami_server.contract.base import NamedQuery, Rename
from hanami_server.contract.op import NO_CONTENT, SVG, Body, Rate, Reply, op
from hanami_server.contract.templates import (
    TEMPLATE_EXAMPLE,
    Template,
    TemplateCheck,
    TemplateCreate,
    TemplateLayout,
    TemplatePage,
    TemplateSummary,
)
from hanami_server.fleet.layouts import draw, lay_out, layout_of
from hanami_server.routes.conditions import get_for_change
from hanami_server.routes.texts import read_kept, template_faults
from hanami_server.services import services
from hanami_server.store import tables
from hanami_server.store.paging import Page, read_page
from hanami_server.store.visibility import select_visible
from hanami_server.telemetry.audit import change

blueprint = Blueprint("templates", __name__)


async def _admitted(text: str) -> TemplateLayout:
    """Check a text that somebody sent, on a thread."""
    with template_faults("text"):
        return await asyncio.to_thread(lay_out, text, services().settings.cluster_memory_limit)


def _described(row: tables.Template, layout: TemplateLayout) -> Template:
    return Template(**TemplateSummary.model_validate(row).model_dump(), hexagons=layout.hexagons)


@blueprint.post("/v1/templates")
@op(
    id="createTemplate",
    tag="templates",
    idempotent=True,
    rate=Rate.COSTLY,
    summary="Keep a template",
    description="For clusters to be made from; a text that is none is refused, with its line and key.",
    body=Body(TemplateCreate, example={"name": "digits", "text": TEMPLATE_EXAMPLE}),
    reply=Reply(201, Template, description="The new template."),
)
async def create_template(body: TemplateCreate) -> Template:
    """Check the text, then keep the row."""
    who = viewer()
    row = tables.Template(id=uuid4(), owner_id=who.user_id, project_id=who.home(), name=body.name, text=body.text)
    layout = await _admitted(body.text)
    async with change(row.id) as session:
        session.add(row)
    return _described(row, layout)


@blueprint.post("/v1/templates/check")
@op(
    id="checkTemplate",
    tag="templates",
    rate=Rate.COSTLY,
    summary="Check a template",
    description="Keeps nothing; a text that `createTemplate` would refuse is refused in the same way.",
    body=Body(TemplateCheck, example={"text": TEMPLATE_EXAMPLE}),
    reply=Reply(200, TemplateLayout, description="What the text lays out."),
)
async def check_template(body: TemplateCheck) -> TemplateLayout:
    """Read the text on a thread."""
    return await _admitted(body.text)


@blueprint.get("/v1/templates")
@op(
    id="listTemplates",
    tag="templates",
    summary="List the templates",
    description="Oldest first, where no other order is asked for.",
    query=NamedQuery,
    reply=Reply(200, TemplatePage, description="Part of the templates."),
)
async def list_templates(query: NamedQuery) -> Page[tables.Template]:
    """Read a page of templates."""
    async with services().database.reading() as session:
        return await read_page(session, select_visible(tables.Template, viewer()), tables.Template, query)


@blueprint.get("/v1/templates/<uuid:template_id>")
@op(
    id="getTemplate",
    tag="templates",
    summary="Get a template",
    description="With what it lays out.",
    reply=Reply(200, Template, description="The template."),
    errors=(409,),
)
async def get_template(template_id: UUID) -> Template:
    """Read one template, the row and the text."""
    row = await _find(template_id)
    return _described(row, await read_kept(layout_of, row.text))


async def _find(template_id: UUID) -> tables.Template:
    return await services().rows.get_visible(tables.Template, viewer(), template_id)


@blueprint.get("/v1/templates/<uuid:template_id>/picture")
@op(
    id="drawTemplate",
    tag="templates",
    verb="picture",
    rate=Rate.COSTLY,
    summary="Draw a template",
    description="Its hexagons, layer by layer, and what each of them can reach.",
    reply=Reply(200, str, media=SVG, description="The picture, as SVG.", example="<svg></svg>"),
    errors=(409,),
)
async def draw_template(template_id: UUID) -> str:
    """Draw on a thread."""
    return await read_kept(draw, (await _find(template_id)).text)


@blueprint.patch("/v1/templates/<uuid:template_id>")
@op(
    id="updateTemplate",
    tag="templates",
    conditional=True,
    summary="Rename a template",
    description="Its text stays as it is, and so do clusters that were made from it.",
    body=Body(Rename, example={"name": "digits of 2026"}),
    reply=Reply(200, Template, description="The template as it is now."),
    errors=(409,),
)
async def update_template(template_id: UUID, body: Rename) -> Template:
    """Give it another name."""
    async with change() as session:
        row = await get_for_change(session, tables.Template, viewer(), template_id)
        row.name = body.name
        await session.flush()
    return _described(row, await read_kept(layout_of, row.text))


@blueprint.delete("/v1/templates/<uuid:template_id>")
@op(
    id="deleteTemplate",
    tag="templates",
    conditional=True,
    summary="Delete a template",
    description="Clusters that were made from it stay as they are.",
    reply=NO_CONTENT,
)
async def delete_template(template_id: UUID) -> None:
    """Forget the row."""
    async with change() as session:
        await session.delete(await get_for_change(session, tables.Template, viewer(), template_id))
