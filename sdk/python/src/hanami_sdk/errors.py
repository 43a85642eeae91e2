"""What can go wrong, as exceptions.

::

    HanamiError
    ├── ConfigurationError            no address, or nothing to log in with
    ├── NoAnswerError                 the server was not reached, or the answer broke off
    ├── SessionClosedError            the server ended a direct session
    ├── TaskError                     a task that was waited for did not finish
    │   ├── TaskFailedError
    │   └── TaskCancelledError
    └── ApiError                      the server answered with a problem
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

from typing import ClassVar
from uuid import UUID

import httpx

from hanami_sdk.generated.models.field_problem import FieldProblem
from hanami_sdk.generated.models.problem import Problem


class HanamiError(Exception):
    """Base of everything that this package raises of its own."""


class ConfigurationError(HanamiError):
    """No address of a server, or nothing to log in with."""


class NoAnswerError(HanamiError):
    """The server was not reached, or the answer broke off; the cause is the error of httpx."""


class SessionClosedError(HanamiError):
    """The server ended a direct session, and there is no use in trying again.

    Attributes
    ----------
    code : int
        The close code; the reference of the protocol lists them.
    reason : str
        What the server says about it.
    """

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"the session was closed: {code} {reason}".rstrip())


class TaskError(HanamiError):
    """A task did not finish.

    Attributes
    ----------
    task_id
        The task.
    reason
        What the server says about it; None where it says nothing.
    """

    outcome: ClassVar[str]

    def __init__(self, task_id: UUID, reason: str | None) -> None:
        self.task_id = task_id
        self.reason = reason
        super().__init__(f"task {task_id} {self.outcome}" + (f": {reason}" if reason else ""))


class TaskFailedError(TaskError):
    """The task ran into an error."""

    outcome = "failed"


class TaskCancelledError(TaskError):
    """Somebody cancelled the task."""

    outcome = "was cancelled"


class ApiError(HanamiError):
    """The server answered with a problem.

    Attributes
    ----------
    status : int
        Status code of the answer.
    type, title, detail : str
        The kind of problem as an address and in words, and what happened this time.
    errors : list of FieldProblem
        The fields at fault, each with `field` and `message`.
    request_id : str
        Finds the request in the log of the server; empty where the answer was not the server's own.
    """

    def __init__(self, problem: Problem) -> None:
        self.status = problem.status
        self.type = problem.type_
        self.title = problem.title
        self.detail = problem.detail
        self.errors: list[FieldProblem] = problem.errors
        self.request_id = problem.request_id
        fields = "".join(f"; {error.field}: {error.message}" for error in self.errors)
        super().__init__(f"{self.status} {self.title}: {self.detail}{fields}")


class BadRequestError(ApiError):
    """400: the request could not be read."""


class UnauthorizedError(ApiError):
    """401: wrong credentials, or a token that is no longer good."""


class ForbiddenError(ApiError):
    """403: known, but not allowed."""


class NotFoundError(ApiError):
    """404: missing, or somebody else's."""


class MethodNotAllowedError(ApiError):
    """405: the address knows other methods."""


class ConflictError(ApiError):
    """409: the state of the resource forbids it."""


class PreconditionFailedError(ApiError):
    """412: it was changed since it was read."""


class ContentTooLargeError(ApiError):
    """413: more bytes than the server takes."""


class UnsupportedMediaTypeError(ApiError):
    """415: not the content type of the address."""


class RangeNotSatisfiableError(ApiError):
    """416: the file has no such part."""


class ValidationFailedError(ApiError):
    """422: fields are not as they should be; see `errors`."""


class TooManyRequestsError(ApiError):
    """429: slower, please."""


class InternalError(ApiError):
    """500: a fault of the server."""


class UnavailableError(ApiError):
    """503: not now."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    412: PreconditionFailedError,
    413: ContentTooLargeError,
    415: UnsupportedMediaTypeError,
    416: RangeNotSatisfiableError,
    422: ValidationFailedError,
    429: TooManyRequestsError,
    500: InternalError,
    503: UnavailableError,
}


def error_of(response: httpx.Response) -> ApiError:
    """Make the exception that belongs to an answer which has been read."""
    try:
        problem = Problem.from_dict(response.json())
    except (ValueError, KeyError, TypeError, AttributeError):  # from a proxy, say: not the server's one shape
        problem = Problem("about:blank", response.reason_phrase, response.status_code, response.text[:200], [], "")
    return BY_STATUS.get(response.status_code, ApiError)(problem)


def error_of_kind(kind: str, detail: str, errors: list[FieldProblem]) -> ApiError:
    """Make the exception that belongs to what a session was told."""
    title = kind[:1].upper() + kind[1:].replace("-", " ")
    for status, error in BY_STATUS.items():
        name = error.__name__.removesuffix("Error")
        words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
        if words in {kind, kind.removesuffix("-error")}:
            return error(Problem(f"/docs#{kind}", title, status, detail, errors, ""))
    return ApiError(Problem(f"/docs#{kind}", kind, 0, detail, errors, ""))
