"""Reads what a request carries into models; what is wrong becomes a problem that names the fields."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from quart import request

from hanami_server.contract.base import Query
from hanami_server.contract.body import request_body
from hanami_server.contract.errors import BadRequestError, UnsupportedMediaTypeError, ValidationFailedError
from hanami_server.contract.problem import FieldProblem

MAX_JSON_BYTES = 1 << 20
ESCAPED_NUL = re.compile(r"\\u0000")  # the only way that JSON can say it, or part of an escaped backslash
NO_NUL = "String should not have the character U+0000"

Model = TypeVar("Model")
AnyQuery = TypeVar("AnyQuery", bound=Query)


def require_media(media: str) -> None:
    """Raise UnsupportedMediaTypeError unless the body says that it is of this type."""
    if request.mimetype != media:
        raise UnsupportedMediaTypeError(f"Send {media}.")


async def read_json(adapter: TypeAdapter[Model]) -> Model:
    """Read the body.

    Raises
    ------
    ContentTooLargeError
        Above 1 MiB.
    BadRequestError
        For what is not UTF-8 or not JSON.
    ValidationFailedError
        For JSON that is not the model.
    """
    content = await request_body().read(MAX_JSON_BYTES)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError("The body is not UTF-8.") from error
    if ESCAPED_NUL.search(text):
        _refuse_nul(text)
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise BadRequestError("The body is not JSON.") from error
        raise _failure(error, json.loads(text)) from error


def read_query(model: type[AnyQuery]) -> AnyQuery:
    """Read the query string; raises ValidationFailedError."""
    parameters: dict[str, Any] = request.args.to_dict()
    parameters |= {name: request.args.getlist(name) for name in parameters if _is_list(model, name)}
    found = [name for name in _with_nul(parameters) if name in model.model_fields]
    if found:
        raise ValidationFailedError(errors=[FieldProblem(field=name, message=NO_NUL) for name in found])
    try:
        return model.model_validate(parameters)
    except ValidationError as error:
        raise _failure(error, parameters) from error


def _is_list(model: type[Query], name: str) -> bool:
    """Say whether a parameter may be given again and again."""
    field = model.model_fields.get(name)
    return field is not None and any(get_origin(kind) is list for kind in get_args(field.annotation))


def _refuse_nul(text: str) -> None:
    """Raise ValidationFailedError for text with the one character that PostgreSQL cannot keep."""
    try:
        found = [FieldProblem(field=name, message=NO_NUL) for name in _with_nul(json.loads(text))]
    except (ValueError, RecursionError):
        return  # no JSON, which its reader tells better
    if found:
        raise ValidationFailedError(errors=found)


def _with_nul(sent: object, at: str = "") -> Iterator[str]:
    """Give the dotted names of the texts that have such a character, `body` for the whole; a key is its object's."""
    if isinstance(sent, str) and "\0" in sent:
        yield at or "body"
    elif isinstance(sent, dict):
        if any("\0" in key for key in sent):
            yield at or "body"
        for key, value in sent.items():
            yield from _with_nul(value, f"{at}.{key}" if at else key)
    elif isinstance(sent, list):
        for index, value in enumerate(sent):
            yield from _with_nul(value, f"{at}.{index}" if at else str(index))


def _failure(error: ValidationError, sent: object) -> ValidationFailedError:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return ValidationFailedError(
        errors=[FieldProblem(field=_field(problem["loc"], sent), message=problem["msg"]) for problem in found]
    )


def _field(location: tuple[int | str, ...], sent: Any) -> str:  # noqa: ANN401 (JSON)
    """Return the dotted name of a field, `body` for the whole."""
    names = []
    for part in location[:-1]:
        if isinstance(sent, dict) and part not in sent:
            continue  # pydantic names the arm of a union here, which is no field
        names.append(part)
        sent = sent[part]
    return ".".join(map(str, [*names, *location[-1:]])) or "body"
