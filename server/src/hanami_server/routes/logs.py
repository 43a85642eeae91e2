"""What happened: the audit log and the error log."""

from quart import Blueprint
from sqlalchemy import select

from hanami_server.access.guard import viewer
from hanami_server.contract.base import PageQuery
from hanami_server.contract.logs import AuditPage, AuditQuery, ErrorPage
from hanami_server.contract.op import Reply, op
from hanami_server.services import services
from hanami_server.store import tables
from hanami_server.store.logs import read_newest, select_audit
from hanami_server.store.paging import Page

blueprint = Blueprint("logs", __name__)


@blueprint.get("/v1/audit-log")
@op(
    id="listAuditLog",
    tag="logs",
    verb="audit",
    summary="Read the audit log",
    description=(
        "Every call that changed something or was refused, newest first: who, what, where and the outcome. Admins read "
        "all of it, a project-admin what happened in the project."
    ),
    query=AuditQuery,
    reply=Reply(200, AuditPage, description="Part of the log."),
)
async def list_audit_log(query: AuditQuery) -> Page[tables.AuditEntry]:
    """Read a page from the end."""
    async with services().database.reading() as session:
        return await read_newest(session, select_audit(viewer(), query), tables.AuditEntry, query)


@blueprint.get("/v1/error-log")
@op(
    id="listErrorLog",
    tag="logs",
    verb="errors",
    summary="Read the error log",
    description="Faults of the server, newest first, under the request ids that its clients were told.",
    query=PageQuery,
    reply=Reply(200, ErrorPage, description="Part of the log."),
)
async def list_error_log(query: PageQuery) -> Page[tables.ErrorEntry]:
    """Read a page from the end."""
    async with services().database.reading() as session:
        return await read_newest(session, select(tables.ErrorEntry), tables.ErrorEntry, query)
