"""The guard before every request: what an operation's `access` says is held here, and nothing is open by omission."""

from collections.abc import Mapping

from quart import Quart, current_app, g, has_websocket_context

from hanami_server.contract.errors import ForbiddenError, UnauthorizedError
from hanami_server.contract.op import Access, Rate, is_page, operation_of
from hanami_server.contract.tokens import Role
from hanami_server.services import services
from hanami_server.store.visibility import Viewer
from hanami_server.telemetry.requests import current

BEARER = "bearer."  # and a token: a subprotocol that a websocket offers


def install(app: Quart) -> Mapping[str, frozenset[Role]]:
    """Put the guard before every request; gives the roles that a policy can name, by operation.

    Raises
    ------
    LookupError
        A route says nothing about its access.
    """
    guarded = {}
    for endpoint, view in app.view_functions.items():
        operation = operation_of(view)
        if operation is None and not is_page(view):
            raise LookupError(f"{endpoint} has neither @op nor @page")
        if operation is not None and operation.access is Access.POLICY:
            guarded[operation.id] = frozenset(Role if operation.for_devices else set(Role) - {Role.DEVICE})
    app.before_request(_authorize)
    app.before_websocket(_authorize)
    return guarded


def viewer() -> Viewer:
    """Return who asks; only in operations that are not public."""
    who: Viewer = g.viewer
    return who


async def _authorize() -> None:
    request = current()
    if request.routing_exception is not None:
        return
    operation = operation_of(current_app.view_functions[request.endpoint or ""])
    limits = services().limits
    if operation is None or operation.access is Access.PUBLIC:
        rate = Rate.ANONYMOUS if operation is None else operation.rate
        g.rate_headers = limits.count(rate, client_address())
        return
    try:
        g.viewer = await _authenticate()
    except UnauthorizedError:
        limits.count(Rate.ANONYMOUS, client_address())
        raise
    g.rate_headers = limits.count(operation.rate, g.viewer.user_id)
    if not services().policy.allows(operation.id, g.viewer.roles):
        raise ForbiddenError


def bearer_token() -> str:
    """Return what the request shows; raises UnauthorizedError where it shows nothing."""
    headers = current().headers
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    for offered in headers.get("Sec-WebSocket-Protocol", "").split(","):  # the one header that browsers let be set
        if has_websocket_context() and offered.strip().startswith(BEARER):
            return offered.strip().removeprefix(BEARER)
    raise UnauthorizedError


def client_address() -> str:
    """Return where the request came from."""
    return current().remote_addr or "unknown"


async def _authenticate() -> Viewer:
    return await services().viewers.find(bearer_token())
