"""Logging in and out, and from one project to another."""

from quart import Blueprint

from hanami_server.access.guard import bearer_token, client_address, viewer
from hanami_server.access.login import log_in
from hanami_server.access.tokens import Claims
from hanami_server.contract.device_keys import Identity
from hanami_server.contract.errors import NotFoundError, UnauthorizedError, ValidationFailedError
from hanami_server.contract.oidc import OidcTokenCreate
from hanami_server.contract.op import NO_CONTENT, Access, Body, Rate, Reply, op
from hanami_server.contract.tokens import AccessToken, ProjectSwitch, Role, TokenCreate
from hanami_server.services import Services, services
from hanami_server.store import tables
from hanami_server.store.external import admit
from hanami_server.store.projects import first_of
from hanami_server.store.users import find_viewer
from hanami_server.store.visibility import Viewer
from hanami_server.telemetry.audit import change, speak_for

blueprint = Blueprint("tokens", __name__)


@blueprint.post("/v1/tokens")
@op(
    id="createToken",
    tag="tokens",
    access=Access.PUBLIC,
    rate=Rate.ANONYMOUS,
    summary="Log in",
    description="Answers an unknown user and a wrong password alike; after too many of them, none for a while.",
    body=Body(TokenCreate, example={"user_id": "alice", "password": "correct horse battery"}),
    reply=Reply(201, AccessToken, description="A token for this user in one project."),
    errors=(401,),
)
async def create_token(body: TokenCreate) -> AccessToken:
    """Issue a token for good credentials."""
    parts = services()
    speak_for(body.user_id, body.project_id)
    parts.failed_logins.expect_few(body.user_id, client_address())
    try:
        who = await log_in(parts.database, parts.passwords, body.user_id, body.password, body.project_id)
    except UnauthorizedError:
        parts.failed_logins.failed(body.user_id, client_address())
        raise
    parts.failed_logins.succeeded(body.user_id, client_address())
    async with change(who.user_id):
        return _issue(parts, who)  # a token is not kept; that somebody logged in is


@blueprint.post("/v1/tokens/oidc")
@op(
    id="exchangeToken",
    tag="tokens",
    access=Access.PUBLIC,
    rate=Rate.ANONYMOUS,
    summary="Log in with OpenID Connect",
    description=(
        "Takes an ID token of the issuer that this server trusts. A user who comes first is made; the settings of the "
        "server say which claim the id is made of, and which roles other claims stand for."
    ),
    body=Body(OidcTokenCreate, example={"id_token": "eyJhbGciOi…"}),
    reply=Reply(201, AccessToken, description="A token of this server for this user in one project."),
    errors=(401, 404, 409),
)
async def exchange_token(body: OidcTokenCreate) -> AccessToken:
    """Issue a token for one of the issuer."""
    parts = services()
    if parts.issuer is None:
        raise NotFoundError("This server takes no tokens of others.")
    claims, settings = await parts.issuer.read(body.id_token), parts.settings
    names = (settings.oidc_user_claim, settings.oidc_roles_claim)
    async with change() as session:
        user = await admit(session, parts.issuer.address, claims, *names, settings.oidc_roles)
        speak_for(user.id, body.project_id)
        project_id = body.project_id or await first_of(session, user.id)
        who = await find_viewer(session, user.id, project_id)
        if who is None:
            raise UnauthorizedError("The user is not a member of that project.")
        return _issue(parts, who)


def _issue(parts: Services, who: Viewer) -> AccessToken:
    token, expires_at = parts.tokens.issue(Claims(who.user_id, who.project_id))
    return AccessToken(
        token=token, expires_at=expires_at, user_id=who.user_id, project_id=who.project_id, roles=_roles(who)
    )


def _roles(who: Viewer) -> list[Role]:
    if who.device:
        return [Role.DEVICE]
    return [Role.ADMIN] * who.is_admin + ([Role(who.role)] if who.role else [])


@blueprint.post("/v1/tokens/switch")
@op(
    id="switchProject",
    tag="tokens",
    summary="Work in another project",
    description="A new token for one of the own projects; the old one stays good.",
    body=Body(ProjectSwitch, example={"project_id": "digits"}),
    reply=Reply(201, AccessToken, description="A token for this project."),
)
async def switch_project(body: ProjectSwitch) -> AccessToken:
    """Issue a token for a project that the bearer is in."""
    parts = services()
    async with change(body.project_id) as session:
        who = await find_viewer(session, viewer().user_id, body.project_id)
        if who is None:
            raise ValidationFailedError.of("project_id", "expected a project that the user belongs to")
        return _issue(parts, who)


@blueprint.get("/v1/tokens/current")
@op(
    id="getIdentity",
    tag="tokens",
    verb="identity",
    for_devices=True,
    summary="Who am I?",
    description="Whom the token, or the device key, of this request stands for, and what it is good for.",
    reply=Reply(200, Identity, description="Who asks."),
)
async def get_identity() -> Identity:
    """Tell what the guard found out."""
    who = viewer()
    return Identity(
        user_id=None if who.device else who.user_id,
        project_id=who.project_id,
        roles=_roles(who),
        cluster_id=who.device.cluster_id if who.device else None,
        scopes=sorted(who.device.scopes) if who.device else None,
    )


@blueprint.delete("/v1/tokens/current")
@op(
    id="deleteToken",
    tag="tokens",
    summary="Log out",
    description="The token that this request shows is refused from now on, also after a restart.",
    reply=NO_CONTENT,
)
async def delete_token() -> None:
    """Keep that the token is revoked, for as long as it would have been good."""
    verified = services().tokens.read(bearer_token())
    async with change(verified.token_id) as session:
        user_id, expires_at = verified.claims.user_id, verified.expires_at
        await session.merge(tables.RevokedToken(id=verified.token_id, user_id=user_id, expires_at=expires_at))
