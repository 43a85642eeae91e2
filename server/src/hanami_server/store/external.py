"""Users whom an issuer of OpenID Connect vouches for: made when they come first, and kept as its claims say."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hanami_server.contract.errors import NotFoundError, UnauthorizedError
from hanami_server.contract.oidc import Grant
from hanami_server.contract.projects import MemberRole
from hanami_server.store import projects, users
from hanami_server.store.tables import Membership, User

LONGEST_ID, LONGEST_NAME, LONGEST_EXTERNAL = 63, 120, 255
NOT_IN_IDS = re.compile(r"[^a-z0-9_-]+")
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f]")
log = logging.getLogger("hanami_server")


async def admit(
    session: AsyncSession,
    issuer: str,
    claims: Mapping[str, Any],
    user_claim: str,
    roles_claim: str,
    grants: Sequence[Grant],
) -> User:
    """Return the user behind the claims of an ID token, who is made where there is none yet.

    Parameters
    ----------
    user_claim : str
        The claim that a new user's id is made of.
    roles_claim : str
        The claim with a text, or a list of them, that `grants` speak of; dots lead into objects.
    grants : sequence of Grant
        Where there are any, admin and the projects that they name follow the claims.

    Raises
    ------
    ConflictError
        The id of the new user is taken, or was; nobody takes over an account by a name.
    UnauthorizedError
        The user is disabled, or the claims name nobody.
    """
    external_id = f"{issuer} {claims['sub']}"
    if len(external_id) > LONGEST_EXTERNAL or "\0" in external_id:
        raise UnauthorizedError
    user = await session.scalar(select(User).where(User.external_id == external_id))
    if user is None:
        user_id = human_id(str(claims.get(user_claim) or claims["sub"]))
        name = NOT_IN_NAMES.sub("", str(claims.get("name") or user_id))[:LONGEST_NAME] or user_id
        user = await users.create(session, User(id=user_id, name=name, is_admin=False, external_id=external_id))
    if user.is_disabled:
        raise UnauthorizedError
    if grants:
        held = [grant for grant in grants if grant.value in values_of(claims, roles_claim)]
        await _follow(session, user, grants, held)
    await session.flush()
    return user


def human_id(text: str) -> str:
    """Make an id of any text, `Ann.Lee@example.org` becomes `ann-lee-example-org`.

    Raises
    ------
    UnauthorizedError
        Nothing in it can be part of an id.
    """
    found = NOT_IN_IDS.sub("-", text.lower()).strip("-_")[:LONGEST_ID].rstrip("-_")
    if not found:
        raise UnauthorizedError
    return found


def values_of(claims: Mapping[str, Any], path: str) -> set[str]:
    """Return the texts of a claim; dots lead into objects, where no claim has the whole name."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, list):
        return {value for value in found if isinstance(value, str)}
    return {found} if isinstance(found, str) else set()


async def _follow(session: AsyncSession, user: User, grants: Sequence[Grant], held: Sequence[Grant]) -> None:
    """Give what the claims say, and take away what they do not say any more."""
    is_admin = any(grant.admin for grant in held)
    if is_admin or not await users.is_last_admin(session, user):
        user.is_admin = is_admin
    await session.flush()
    for project_id in sorted({grant.project for grant in grants if grant.project}):
        roles = {grant.role for grant in held if grant.project == project_id}
        role = MemberRole.PROJECT_ADMIN if MemberRole.PROJECT_ADMIN in roles else MemberRole.MEMBER
        try:
            if roles:
                await projects.set_member(session, project_id, user.id, role)
            elif await session.get(Membership, (project_id, user.id)) is not None:
                await projects.remove_member(session, project_id, user.id)
        except NotFoundError:
            log.warning("HANAMI_OIDC_ROLES names the project %s, which there is not", project_id)
