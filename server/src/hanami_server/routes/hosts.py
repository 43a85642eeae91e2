"""Hosts: places where networks live and learn."""

from quart import Blueprint

from hanami_server.contract.base import PageQuery
from hanami_server.contract.errors import NotFoundError, ValidationFailedError
from hanami_server.contract.hosts import Host, HostPage
from hanami_server.contract.op import Reply, op
from hanami_server.services import services

blueprint = Blueprint("hosts", __name__)


@blueprint.get("/v1/hosts")
@op(
    id="listHosts",
    tag="hosts",
    summary="List the hosts",
    description="All of them, on one page, with what they do at this moment.",
    query=PageQuery,
    reply=Reply(200, HostPage, description="The hosts."),
)
async def list_hosts(query: PageQuery) -> HostPage:
    """Ask the fleet; there is no second page that a cursor could lead to."""
    if query.cursor is not None:
        raise ValidationFailedError.of("cursor", "not a cursor of this list")
    return HostPage(items=await services().fleet.hosts(), next_cursor=None)


@blueprint.get("/v1/hosts/<host_id>")
@op(
    id="getHost",
    tag="hosts",
    summary="Get a host",
    description="With what it does at this moment.",
    reply=Reply(200, Host, description="The host."),
)
async def get_host(host_id: str) -> Host:
    """Ask the fleet."""
    for host in await services().fleet.hosts():
        if host.id == host_id:
            return host
    raise NotFoundError
