"""Why a server does not start, for whoever starts it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hanami_server.contract.errors import ApiError


class StartError(Exception):
    """Something outside of the server keeps it from starting; the message says what, and what to do about it."""


class FolderInUseError(StartError):
    """Another process works with the data folder."""


class NewerDatabaseError(StartError):
    """A newer version of the server wrote the database."""


@contextmanager
def in_words() -> Iterator[None]:
    """Raise StartError for the faults that a database or a data folder may have, without a statement or a trace."""
    try:
        yield
    except DBAPIError as error:
        raise StartError(f"the database cannot be used: {error.orig}") from error
    except OSError as error:
        raise StartError(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
    except (ApiError, SQLAlchemyError) as error:
        raise StartError(str(error)) from error
