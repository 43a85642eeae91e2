"""The exceptions that a request may end in; each is one status and one kind of problem.

::

    ApiError
    ├── BadRequest            400
    ├── Unauthorized          401
    ├── Forbidden             403
    ├── NotFound              404
    ├── MethodNotAllowed      405
    ├── Conflict              409
    ├── ContentTooLarge       413
    ├── UnsupportedMediaType  415
    ├── ValidationFailed      422
    ├── InternalError         500
    └── Unavailable           503
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from hanami_server.contract.problem import FieldProblem


class ApiError(Exception):
    """Base of all; subclasses set `status` and a `title` that names the kind."""

    status: ClassVar[int]
    title: ClassVar[str]
    detail: ClassVar[str]

    def __init__(
        self, detail: str | None = None, errors: Sequence[FieldProblem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.message = detail or self.detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        super().__init__(self.message)


class BadRequest(ApiError):
    """The bytes are not what they say they are."""

    status = 400
    title = "Bad request"
    detail = "The request could not be read."


class Unauthorized(ApiError):
    """No token, or none that is good."""

    status = 401
    title = "Unauthorized"
    detail = "A valid bearer token is needed."


class Forbidden(ApiError):
    """Known, but not allowed."""

    status = 403
    title = "Forbidden"
    detail = "This user may not do that."


class NotFound(ApiError):
    """Missing, or somebody else's: the same."""

    status = 404
    title = "Not found"
    detail = "There is no such resource."


class MethodNotAllowed(ApiError):
    """The address is known, the method is not."""

    status = 405
    title = "Method not allowed"
    detail = "This address knows other methods; see the header Allow."


class Conflict(ApiError):
    """The state of the resource forbids it."""

    status = 409
    title = "Conflict"
    detail = "The state of the resource does not allow it."


class ContentTooLarge(ApiError):
    """More bytes than the address takes."""

    status = 413
    title = "Content too large"
    detail = "The body is larger than this address takes."


class UnsupportedMediaType(ApiError):
    """Not the content type of the address."""

    status = 415
    title = "Unsupported media type"
    detail = "The body is of a type that this address does not take."


class ValidationFailed(ApiError):
    """Readable, but fields are wrong."""

    status = 422
    title = "Validation failed"
    detail = "Some fields are not as they should be."

    @classmethod
    def of(cls, field: str, message: str) -> "ValidationFailed":
        """Return the failure of a single field."""
        return cls(errors=[FieldProblem(field=field, message=message)])


class InternalError(ApiError):
    """A fault of the server."""

    status = 500
    title = "Internal error"
    detail = "Something went wrong on the server; its log has the details under the request id."


class Unavailable(ApiError):
    """Not now."""

    status = 503
    title = "Unavailable"
    detail = "Not possible at the moment."


ERRORS: dict[int, type[ApiError]] = {error.status: error for error in ApiError.__subclasses__()}
