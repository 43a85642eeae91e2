"""The server itself: is it there, is it ready, what is it, what does it allow."""

import asyncio
from importlib.metadata import version

from hanami_engine import is_warm
from quart import Blueprint

from hanami_server.access.policy import PolicyError
from hanami_server.contract.errors import UnavailableError, ValidationFailedError
from hanami_server.contract.op import Access, Rate, Reply, op
from hanami_server.contract.system import Health, PolicyState, SystemInfo
from hanami_server.services import services
from hanami_server.settings import usable_cores
from hanami_server.telemetry.audit import change

blueprint = Blueprint("system", __name__)

INFO = SystemInfo(
    version=version("hanami-server"),
    engine_version=version("hanami-engine"),
    cores=usable_cores(),
)


@blueprint.get("/livez")
@op(
    id="getLiveness",
    tag="system",
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
    summary="What is running here",
    description="Versions, and what the server may use of the machine.",
    reply=Reply(200, SystemInfo, description="The facts."),
)
async def get_system_info() -> SystemInfo:
    """Tell what was looked up once."""
    return INFO


@blueprint.post("/v1/system/policy/reload")
@op(
    id="reloadPolicy",
    tag="system",
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
