"""Examples in the document: what the models give, and for the rest what follows from a type."""

from collections.abc import Mapping
from typing import Any

from hanami_server.contract.base import EXAMPLE_ID
from hanami_server.contract.errors import ApiError, ValidationFailedError
from hanami_server.contract.problem import FieldProblem, Problem

Schema = dict[str, Any]
EXAMPLE_REQUEST_ID = "5f3a9c1e0b7d4268a1c0ffee5eed0001"
BY_FORMAT = {"uuid": EXAMPLE_ID, "date-time": "2026-01-01T12:00:00Z", "date": "2026-01-01", "uri": "/"}
NUMBERS = {"integer": 1, "number": 0.5}


class NoExampleError(LookupError):
    """A text has no example: its field has to name one."""


class Examples:
    """Examples of values, by the schemas of one document."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components

    def of(self, schema: Schema) -> Any:  # noqa: ANN401 (JSON)
        """Return a value that this schema lets through.

        Raises
        ------
        NoExampleError
            A text in it has no example; the message names its field.
        """
        if "$ref" in schema and "examples" not in schema:
            return self.of(self._components[schema["$ref"].rsplit("/", 1)[1]])
        for given in ("examples", "enum"):
            if schema.get(given):
                return schema[given][0]
        for given in ("const", "default"):
            if given in schema:
                return schema[given]
        if "oneOf" in schema:
            return self.of(schema["oneOf"][0])
        if "anyOf" in schema:
            return self._of_nullable(schema["anyOf"])
        return self._of_type(schema)

    def complete(self) -> None:
        """Put an example beside every field and enumeration that has none but follows from its type."""
        for component in self._components.values():
            for field in (component, *component.get("properties", {}).values()):
                if field.get("type") in {"string", "integer", "number", "boolean"} and "examples" not in field:
                    try:
                        field["examples"] = [self.of(field)]
                    except NoExampleError:
                        continue  # a test names it

    def _of_nullable(self, arms: list[Schema]) -> Any:  # noqa: ANN401 (JSON)
        """Return an example of the arm that is not null; null where there is none."""
        try:
            return self.of(next(arm for arm in arms if arm != {"type": "null"}))
        except NoExampleError:
            return None

    def _of_type(self, schema: Schema) -> Any:  # noqa: ANN401 (JSON)
        kind = schema.get("type")
        if kind == "object":
            return self._of_object(schema)
        if kind == "array":
            return [self.of(schema["items"])] * schema.get("minItems", 1)
        if kind in NUMBERS:
            return schema.get("minimum", NUMBERS[kind])
        if kind == "string":
            return _of_text(schema)
        return False if kind == "boolean" else None

    def _of_object(self, schema: Schema) -> Schema:
        made = {}
        for name, field in schema.get("properties", {}).items():
            try:
                made[name] = self.of(field)
            except NoExampleError as error:
                raise NoExampleError(f"{name}: {error}") from error
        return made


def _of_text(schema: Schema) -> str:
    if schema.get("format") not in BY_FORMAT:
        raise NoExampleError("a text without an example")
    return BY_FORMAT[schema["format"]]


def problem_example(error: type[ApiError]) -> Schema:
    """Return what an answer with this error looks like."""
    fields = [FieldProblem(field="name", message="Field required")] if error is ValidationFailedError else []
    problem = Problem(
        type=f"/docs#{error.slug()}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        errors=fields,
        request_id=EXAMPLE_REQUEST_ID,
    )
    return problem.model_dump()
