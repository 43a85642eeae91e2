"""Python client of Hanami, a service of networks that grow while they learn."""

from hanami_sdk.client import Client
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
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from hanami_sdk.tasks import Task

__all__ = [
    "ApiError",
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
