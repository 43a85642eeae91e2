"""The exceptions that a request may end in; each is one status and one kind of problem.

::

    ApiError
    ├── BadRequestError           400
    ├── UnauthorizedError         401
    ├── ForbiddenError            403
    ├── NotFoundError             404
    ├── MethodNotAllowedError     405
    ├── ConflictError             409
    ├── PreconditionFailedError   412
    ├── ContentTooLargeError      413
    ├── UnsupportedMediaTypeError 415
    ├── RangeNotSatisfiableError  416
    ├── ValidationFailedError     422
    ├── TooManyRequestsError      429
    ├── InternalError             500
    └── UnavailableError          503
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
        super().__init__("; ".join([self.message, *(f"{error.field}: {error.message}" for error in errors)]))

    @classmethod
    def slug(cls) -> str:
        """Return the name of the kind in addresses."""
        return cls.title.lower().replace(" ", "-")


class BadRequestError(ApiError):
    """The bytes are not what they say they are."""

    status = 400
    title = "Bad request"
    detail = "The request could not be read."


class UnauthorizedError(ApiError):
    """No token, or none that is good."""

    status = 401
    title = "Unauthorized"
    detail = "A valid bearer token is needed."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class ForbiddenError(ApiError):
    """Known, but not allowed."""

    status = 403
    title = "Forbidden"
    detail = "This user may not do that."


class NotFoundError(ApiError):
    """Missing, or somebody else's: the same."""

    status = 404
    title = "Not found"
    detail = "There is no such resource."


class MethodNotAllowedError(ApiError):
    """The address is known, the method is not."""

    status = 405
    title = "Method not allowed"
    detail = "This address knows other methods; see the header Allow."


class ConflictError(ApiError):
    """The state of the resource forbids it."""

    status = 409
    title = "Conflict"
    detail = "The state of the resource does not allow it."


class PreconditionFailedError(ApiError):
    """The resource is not any more what `If-Match` says."""

    status = 412
    title = "Precondition failed"
    detail = "The resource was changed in the meantime; read it again."


class ContentTooLargeError(ApiError):
    """More bytes than the address takes."""

    status = 413
    title = "Content too large"
    detail = "The body is larger than this address takes."


class UnsupportedMediaTypeError(ApiError):
    """Not the content type of the address."""

    status = 415
    title = "Unsupported media type"
    detail = "The body is of a type that this address does not take."


class RangeNotSatisfiableError(ApiError):
    """A part of a file that it does not have."""

    status = 416
    title = "Range not satisfiable"
    detail = "The file does not have the bytes that the header Range asks for."


class ValidationFailedError(ApiError):
    """Readable, but fields are wrong."""

    status = 422
    title = "Validation failed"
    detail = "Some fields are not as they should be."

    @classmethod
    def of(cls, field: str, message: str) -> "ValidationFailedError":
        """Return the failure of a single field."""
        return cls(errors=[FieldProblem(field=field, message=message)])


class TooManyRequestsError(ApiError):
    """More calls, or more resources, than are allowed."""

    status = 429
    title = "Too many requests"
    detail = "That is more than is allowed; see the header Retry-After."


class InternalError(ApiError):
    """A fault of the server."""

    status = 500
    title = "Internal error"
    detail = "Something went wrong on the server; its log has the details under the request id."


class UnavailableError(ApiError):
    """Not now."""

    status = 503
    title = "Unavailable"
    detail = "Not possible at the moment."


ERRORS: dict[int, type[ApiError]] = {error.status: error for error in ApiError.__subclasses__()}
