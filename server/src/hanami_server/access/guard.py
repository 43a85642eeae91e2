"""The guard before every request: what an operation's `access` says is held here, and nothing is open by omission."""

from quart import Quart, current_app, g, request

from hanami_server.contract.errors import ForbiddenError, UnauthorizedError
from hanami_server.contract.op import Access, is_page, operation_of
from hanami_server.services import services
from hanami_server.store.users import find_viewer
from hanami_server.store.visibility import Viewer


def install(app: Quart) -> None:
    """Put the guard before every request; raises LookupError where a route says nothing about its access."""
    for endpoint, view in app.view_functions.items():
        if operation_of(view) is None and not is_page(view):
            raise LookupError(f"{endpoint} has neither @op nor @page")
    app.before_request(_authorize)


def viewer() -> Viewer:
    """Return who asks; only in operations that are not public."""
    who: Viewer = g.viewer
    return who


async def _authorize() -> None:
    if request.routing_exception is not None:
        return
    operation = operation_of(current_app.view_functions[request.endpoint or ""])
    if operation is None or operation.access is Access.PUBLIC:
        return
    g.viewer = await _authenticate()
    if operation.access is Access.ADMIN and not g.viewer.is_admin:
        raise ForbiddenError("Only admins may do that.")


async def _authenticate() -> Viewer:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise UnauthorizedError
    claims = services().tokens.read(token)
    async with services().database.session() as session:
        found = await find_viewer(session, claims.user_id, claims.project_id)
    if found is None:
        raise UnauthorizedError
    return found
