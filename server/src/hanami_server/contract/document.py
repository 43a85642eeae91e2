"""The OpenAPI 3.1 document, built from the routes and their `@op`; the same bytes on every run."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from quart import Quart
from werkzeug.routing import Rule

from hanami_server.contract.base import EXAMPLE_ID, HUMAN_ID_PATTERN
from hanami_server.contract.errors import ERRORS, ApiError, TooManyRequestsError, UnauthorizedError, UnavailableError
from hanami_server.contract.examples import EXAMPLE_REQUEST_ID, Examples, NoExampleError, problem_example
from hanami_server.contract.op import IDEMPOTENCY_KEY, Access, Body, Operation, Reply, operation_of
from hanami_server.contract.problem import Problem
from hanami_server.contract.sessions import SessionNews, SessionOrder

Schema = dict[str, Any]
ROLES = "hanami.roles"  # extension of the app: roles by operation

TAGS = {
    "tokens": "Logging in.",
    "users": "Who may log in.",
    "projects": "Rooms that resources belong to, and their members.",
    "uploads": "Files on their way to becoming a dataset.",
    "datasets": "Typed columns of samples.",
    "templates": "Texts that clusters are made from.",
    "clusters": "Growing networks.",
    "hosts": "Where networks live.",
    "sessions": "Clients that speak to a network directly, sample by sample.",
    "samples": "Samples over plain HTTP, one call at a time.",
    "tasks": "Training and requests, in the background.",
    "checkpoints": "Kept states of clusters.",
    "device-keys": "Keys that sensors show instead of tokens.",
    "system": "The server itself.",
    "logs": "What happened.",
}
DESCRIPTION = (
    "Networks that grow while they learn, one raw sample at a time. Log in with `createToken` and send the token as "
    "`Authorization: Bearer …`. Every failure is a `Problem`. Resources of others and missing ones are the same 404."
)
REF = "#/components/schemas/{model}"
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
UUID_SCHEMA: Schema = {"type": "string", "format": "uuid"}
HUMAN_ID_SCHEMA: Schema = {"type": "string", "pattern": HUMAN_ID_PATTERN}
BYTES: Schema = {"type": "string", "format": "binary"}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` that the resource must still have, or else nothing changes; `*` or absent for any.",
    "schema": {"type": "string", "examples": ['"1"']},
}
IDEMPOTENCY: Schema = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "description": (
        "Any text that is used once, a UUID say: sent again within a day, it gets the answer of the first time, and "
        "nothing is made twice. What failed may be tried again with the same key."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$", "examples": [EXAMPLE_ID]},
}
HEADERS: Schema = {
    "RequestId": {
        "description": "Names the request in the log of the server; problems repeat it.",
        "required": True,
        "schema": {"type": "string", "examples": [EXAMPLE_REQUEST_ID]},
    },
    "Challenge": {
        "description": "How to show who asks.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
    "Version": {
        "description": "Names this version of the resource, for `If-Match`.",
        "required": True,
        "schema": {"type": "string", "examples": ['"1"']},
    },
    "RetryAfter": {
        "description": "Seconds to wait before the same is asked again.",
        "required": False,
        "schema": {"type": "integer", "format": "int64", "minimum": 1, "examples": [10]},
    },
}
REQUEST_ID: Schema = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
ETAG: Schema = {"ETag": {"$ref": "#/components/headers/Version"}}
RETRY_AFTER: Schema = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
CHALLENGE: Schema = {"WWW-Authenticate": {"$ref": "#/components/headers/Challenge"}}
FAILURE_HEADERS: dict[type[ApiError], Schema] = {
    UnauthorizedError: CHALLENGE,
    TooManyRequestsError: RETRY_AFTER,
    UnavailableError: RETRY_AFTER,
}
HUMAN_IDS = {"project_id": "reading", "host_id": "local"}
FORMATS = {"integer": "int64", "number": "double"}


def build_document(app: Quart) -> Schema:
    """Return the document of all routes of `app` that have an `@op`, with the roles of the default policy."""
    roles: Mapping[str, list[str]] = app.extensions[ROLES]
    routes = sorted(_routes(app), key=lambda route: (route[0].rule, route[1].id))
    schemas = _Schemas([operation for _, operation in routes])
    paths: dict[str, Schema] = {}
    for rule, operation in routes:
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        paths.setdefault(ARGUMENT.sub(r"{\2}", rule.rule), {})[method.lower()] = _describe(
            rule, operation, roles, schemas
        )
    failures = {
        ERRORS[status] for rule, operation in routes for status in operation.statuses(has_path=bool(rule.arguments))
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanami",
            "version": version("hanami-server"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {
                _component(error): _failure(error) for _, error in sorted(ERRORS.items()) if error in failures
            },
            "headers": HEADERS,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def dump(document: Schema) -> str:
    """Return the text of the committed file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


class _Schemas:
    """The schemas of all bodies and replies, made in one go so that pydantic settles the names of components."""

    def __init__(self, operations: list[Operation]) -> None:
        parts: list[Body | Reply] = [
            part for operation in operations for part in (operation.body, operation.reply) if part
        ]
        wanted: list[tuple[int, JsonSchemaMode, TypeAdapter[Any]]] = [
            (id(part), "validation" if isinstance(part, Body) else "serialization", part.adapter)
            for part in parts
            if part.model is not None
        ]
        wanted.append((id(Problem), "serialization", TypeAdapter(Problem)))
        wanted.append((id(SessionOrder), "validation", TypeAdapter(SessionOrder)))
        wanted.append((id(SessionNews), "serialization", TypeAdapter(SessionNews)))
        made, definitions = TypeAdapter.json_schemas(wanted, ref_template=REF)
        self._of = {key: _tidy(schema) for (key, _), schema in made.items()}
        named = dict(definitions["$defs"])
        for query in {operation.query for operation in operations if operation.query}:
            named |= query.model_json_schema(ref_template=REF).get("$defs", {})
        self.components: Schema = dict(sorted(_tidy(named).items()))
        self._examples = Examples(self.components)
        self._examples.complete()

    def content(self, part: Body | Reply) -> Schema:
        """Return the media type object of a body or reply."""
        media: Schema = {"schema": BYTES if part.model is None else self._of[id(part)]}
        if part.example is not None:
            media["example"] = part.example
        elif part.model is not None:
            with suppress(NoExampleError):  # a test names the field
                media["example"] = self._examples.of(media["schema"])
        return {str(part.media): media}


def _routes(app: Quart) -> Iterator[tuple[Rule, Operation]]:
    for rule in app.url_map.iter_rules():
        operation = operation_of(app.view_functions[rule.endpoint])
        if operation is not None:
            yield rule, operation


def _describe(rule: Rule, operation: Operation, roles: Mapping[str, list[str]], schemas: _Schemas) -> Schema:
    described: Schema = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "security": [] if operation.access is Access.PUBLIC else [{"bearer": []}],
        "x-verb": operation.name,
        "x-access": operation.access.value,
        "x-roles": roles.get(operation.id, []),
    }
    parameters = [*_path_parameters(rule), *_query_parameters(operation)]
    if operation.conditional:
        parameters.append(IF_MATCH)
    if operation.idempotent:
        parameters.append(IDEMPOTENCY)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": schemas.content(operation.body)}
        if operation.body.description:
            described["requestBody"]["description"] = operation.body.description
    headers = REQUEST_ID | ETAG if operation.reply.has_version else REQUEST_ID
    reply: Schema = {"description": operation.reply.description, "headers": headers}
    if operation.reply.media is not None:
        reply["content"] = schemas.content(operation.reply)
    described["responses"] = {str(operation.reply.status): reply} | {
        str(status): {"$ref": f"#/components/responses/{_component(ERRORS[status])}"}
        for status in operation.statuses(has_path=bool(rule.arguments))
    }
    return described


def _path_parameters(rule: Rule) -> Iterator[Schema]:
    for converter, name in ARGUMENT.findall(rule.rule):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"Id of the {name.removesuffix('_id')}.",
            "schema": UUID_SCHEMA if converter == "uuid" else HUMAN_ID_SCHEMA,
            "example": EXAMPLE_ID if converter == "uuid" else HUMAN_IDS.get(name, "alice"),
        }


def _query_parameters(operation: Operation) -> Iterator[Schema]:
    if operation.query is None:
        return
    model = operation.query.model_json_schema(ref_template=REF)
    for name, schema in model["properties"].items():
        alternatives = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
        for kind in alternatives:  # an optional parameter is left out, never null
            schema.update(kind)
        description = schema.pop("description")
        yield {
            "name": name,
            "in": "query",
            "required": name in model.get("required", []),
            "description": description,
            "schema": _tidy(schema),
        }


def _component(error: type[ApiError]) -> str:
    return error.__name__.removesuffix("Error")


def _failure(error: type[ApiError]) -> Schema:
    schema = {"$ref": REF.format(model="Problem")}
    return {
        "description": error.detail,
        "headers": REQUEST_ID | FAILURE_HEADERS.get(error, {}),
        "content": {"application/problem+json": {"schema": schema, "example": problem_example(error)}},
    }


def _tidy(schema: Schema) -> Schema:
    """Drop the titles that pydantic makes up, and defaults that say nothing; give every number its format."""
    tidy = {
        key: _tidy_part(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and (value is None or "const" in schema))
    }
    kind = schema.get("type")
    if isinstance(kind, str) and kind in FORMATS:
        tidy.setdefault("format", FORMATS[kind])
    return tidy


def _tidy_part(part: object) -> object:
    if isinstance(part, list):
        return [_tidy_part(element) for element in part]
    return _tidy(part) if isinstance(part, dict) else part
