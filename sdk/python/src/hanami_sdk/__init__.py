"""Python client of Hanami, a service of networks that grow while they learn."""

from importlib import import_module
from typing import TYPE_CHECKING

from hanami_sdk.client import AsyncClient, Client
from hanami_sdk.errors import (
    ApiError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ContentTooLargeError,
    ForbiddenError,
    HanamiError,
    InternalError,
    MethodNotAllowedError,
    NoAnswerError,
    NotFoundError,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    SessionClosedError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)

if TYPE_CHECKING:
    from hanami_sdk.sessions import Answer, AsyncSession, Resend, Session
    from hanami_sdk.tasks import AsyncTask, Task

LATER = {  # imported when it is first used: what most programs do without, at first or at all
    "Answer": "hanami_sdk.sessions",
    "AsyncSession": "hanami_sdk.sessions",
    "AsyncTask": "hanami_sdk.tasks",
    "Resend": "hanami_sdk.sessions",
    "Session": "hanami_sdk.sessions",
    "Task": "hanami_sdk.tasks",
}

__all__ = [
    "Answer",
    "ApiError",
    "AsyncClient",
    "AsyncSession",
    "AsyncTask",
    "BadRequestError",
    "Client",
    "ConfigurationError",
    "ConflictError",
    "ContentTooLargeError",
    "ForbiddenError",
    "HanamiError",
    "InternalError",
    "MethodNotAllowedError",
    "NoAnswerError",
    "NotFoundError",
    "PreconditionFailedError",
    "RangeNotSatisfiableError",
    "Resend",
    "Session",
    "SessionClosedError",
    "Task",
    "TaskCancelledError",
    "TaskError",
    "TaskFailedError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnavailableError",
    "UnsupportedMediaTypeError",
    "ValidationFailedError",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(LATER[name]), name)
