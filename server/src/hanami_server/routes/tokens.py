"""Logging in."""

from quart import Blueprint

from hanami_server.access.login import log_in
from hanami_server.access.tokens import Claims
from hanami_server.contract.op import Access, Body, Reply, op
from hanami_server.contract.tokens import AccessToken, Role, TokenCreate
from hanami_server.services import services
from hanami_server.telemetry.audit import change, speak_for

blueprint = Blueprint("tokens", __name__)


@blueprint.post("/v1/tokens")
@op(
    id="createToken",
    tag="tokens",
    access=Access.PUBLIC,
    summary="Log in",
    description="Answers an unknown user and a wrong password alike.",
    body=Body(TokenCreate, example={"user_id": "alice", "password": "correct horse battery"}),
    reply=Reply(201, AccessToken, description="A token for this user in one project."),
    errors=(401,),
)
async def create_token(body: TokenCreate) -> AccessToken:
    """Issue a token for good credentials."""
    parts = services()
    speak_for(body.user_id, body.project_id)
    who = await log_in(parts.database, parts.passwords, body.user_id, body.password, body.project_id)
    token, expires_at = parts.tokens.issue(Claims(who.user_id, who.project_id))
    async with change(who.user_id):
        pass  # a token is not kept; that somebody logged in is
    roles = [Role.ADMIN] * who.is_admin + ([Role(who.role)] if who.role else [])
    return AccessToken(token=token, expires_at=expires_at, user_id=who.user_id, project_id=who.project_id, roles=roles)
