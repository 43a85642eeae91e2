"""The application: wires the rooms together; nothing is opened before it is served."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from types import TracebackType

from quart import Quart

from hanami_server import http
from hanami_server.access import guard
from hanami_server.access.policy import Policy
from hanami_server.contract import body
from hanami_server.contract.document import ROLES
from hanami_server.contract.op import ONCE
from hanami_server.routes import BLUEPRINTS
from hanami_server.routes.once import answer_once
from hanami_server.routes.pages import Reference
from hanami_server.services import KEY, running
from hanami_server.sessions import pipe
from hanami_server.settings import Settings
from hanami_server.start_errors import StartError, in_words
from hanami_server.telemetry import output

Fault = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class App(Quart):
    """An application that does not log why it does not start: the command prints it."""

    def log_exception(self, exception_info: Fault) -> None:
        """Log an exception, but for a StartError."""
        if not isinstance(exception_info[1], StartError):
            super().log_exception(exception_info)


def create_app(settings: Settings) -> Quart:
    """Make the application for these settings; raises PolicyError for a policy that does not fit."""
    app = App(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["RESPONSE_TIMEOUT"] = None
    app.url_map.merge_slashes = False
    body.install(app)
    http.install(app)
    pipe.install(app)
    app.extensions[ONCE] = answer_once
    if settings.log_requests:
        output.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    Reference(app)
    guarded = guard.install(app)
    policy, default = Policy(settings.policy_file, guarded), Policy(None, guarded)
    app.extensions[ROLES] = {operation: [role.value for role in default.roles(operation)] for operation in guarded}

    @app.while_serving
    async def lifespan() -> AsyncGenerator[None, None]:
        async with AsyncExitStack() as stack:
            with in_words():
                parts = await stack.enter_async_context(running(settings, policy, app.shutdown_event))
            app.extensions[KEY] = parts
            yield

    return app
