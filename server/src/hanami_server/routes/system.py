"""The server itself: is it there, is it ready, what is it, what does it allow."""

import asyncio
import os
import platform
from functools import cache
from importlib.metadata import version

from hanami_engine import is_warm
from quart import Blueprint
from sqlalchemy import make_url

from hanami_server.access.policy import PolicyError
from hanami_server.contract.errors import UnavailableError, ValidationFailedError
from hanami_server.contract.op import Access, Rate, Reply, op
from hanami_server.contract.system import DatabaseKind, Health, PolicyState, SystemInfo, VersionInfo
from hanami_server.services import services
from hanami_server.settings import usable_cores
from hanami_server.telemetry.audit import change

blueprint = Blueprint("system", __name__)

VERSION = VersionInfo(api_version="v1", server_version=version("hanami-server"))


@blueprint.get("/v1/version")
@op(
    id="getVersion",
    tag="system",
    verb="version",
    access=Access.PUBLIC,
    rate=Rate.ANONYMOUS,
    summary="Which version is this?",
    description="For clients that ask before they log in.",
    reply=Reply(200, VersionInfo, description="The versions."),
)
async def get_version() -> VersionInfo:
    """Tell what was looked up once."""
    return VERSION


@blueprint.get("/livez")
@op(
    id="getLiveness",
    tag="system",
    verb="liveness",
    access=Access.PUBLIC,
    rate=Rate.UNLIMITED,
    summary="Is the server there?",
    description="Answers as long as the process serves at all.",
    reply=Reply(200, Health, description="It is."),
)
async def get_liveness() -> Health:
    """Answer."""
    return Health(status="ok")


@blueprint.get("/readyz")
@op(
    id="getReadiness",
    tag="system",
    verb="readiness",
    access=Access.PUBLIC,
    rate=Rate.UNLIMITED,
    summary="Is the server ready for work?",
    description="Ready once the engine is compiled and the database answers.",
    reply=Reply(200, Health, description="It is."),
    errors=(503,),
)
async def get_readiness() -> Health:
    """Ask the engine and the database."""
    if not is_warm():
        raise UnavailableError("The engine is still being compiled.")
    await services().database.ping()
    return Health(status="ok")


@blueprint.get("/v1/system/info")
@op(
    id="getSystemInfo",
    tag="system",
    verb="info",
    summary="What is running here",
    description="Versions, what the server may use of the machine, and what kind of database it has.",
    reply=Reply(200, SystemInfo, description="The facts."),
)
async def get_system_info() -> SystemInfo:
    """Tell what was looked up once."""
    return _system_info(services().settings.database)


@cache
def _system_info(database_url: str) -> SystemInfo:
    return SystemInfo(
        version=VERSION.server_version,
        engine_version=version("hanami-engine"),
        cores=usable_cores(),
        memory_bytes=_memory(),
        python_version=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        database=DatabaseKind(make_url(database_url).get_backend_name()),
    )


def _memory() -> int | None:
    """Ask the system how much memory there is."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


@blueprint.post("/v1/system/policy/reload")
@op(
    id="reloadPolicy",
    tag="system",
    verb="reload-policy",
    summary="Read the policy again",
    description="From the file that the server was started with; one that is not good changes nothing.",
    reply=Reply(200, PolicyState, description="What is in force now."),
    errors=(422,),
)
async def reload_policy() -> PolicyState:
    """Read the file on a thread."""
    policy = services().policy
    try:
        await asyncio.to_thread(policy.reload)
    except PolicyError as error:
        raise ValidationFailedError.of("policy_file", str(error)) from error
    async with change():
        return PolicyState(operations=policy.size)
