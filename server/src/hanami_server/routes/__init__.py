"""The routes: one file and one blueprint per resource; `tokens` and `users` are the models to follow.

A route is a path, an `@op` and a handler of at most ten lines::

    @blueprint.post("/v1/users")
    @op(id="createUser", tag="users", summary=…, body=Body(UserCreate), reply=Reply(201, User))
    async def create_user(body: UserCreate) -> store.tables.User: …

* The handler gets path parameters by name (`<uuid:cluster_id>`), `body` and `query`, all validated.
* `services()` gives the running parts: settings, database, fleet, …
* `viewer()` gives who asks. `async with services().database.reading() as session` reads; `async with change() as
  session` writes, together with a row of the audit log, and commits at the end of the block.
* Rows of users are read with `store.visibility.get_visible` and `select_visible` only; lists with `read_page`.
* Bytes come from `async for chunk in request_body().chunks(limit)`; a stream of events ends when `services().stopping`
  is set, and holds no session while it waits.
* It returns a model or a row of the store, which `reply.model` turns into JSON; None for NO_CONTENT; or a `Response`
  where the body is a file or a stream.
* It fails by raising from `contract.errors`; statuses that follow from the rest of `@op` (401, 404, 422, …) are
  declared by themselves, others (409, 503) in `errors=`.
* `access/policy.yaml` names the roles that may call it, or else the server does not start.
"""

from quart import Blueprint

from hanami_server.routes import (
    checkpoints,
    clusters,
    datasets,
    device_keys,
    hosts,
    logs,
    moves,
    pages,
    projects,
    quotas,
    rows,
    samples,
    sessions,
    states,
    system,
    tasks,
    templates,
    tokens,
    uploads,
    users,
)

BLUEPRINTS: list[Blueprint] = [
    tokens.blueprint,
    users.blueprint,
    projects.blueprint,
    quotas.blueprint,
    uploads.blueprint,
    datasets.blueprint,
    rows.blueprint,
    templates.blueprint,
    clusters.blueprint,
    states.blueprint,
    moves.blueprint,
    hosts.blueprint,
    tasks.blueprint,
    sessions.blueprint,
    samples.blueprint,
    checkpoints.blueprint,
    device_keys.blueprint,
    system.blueprint,
    logs.blueprint,
    pages.blueprint,
]
