"""Texts of templates: those that somebody sends, and those that are kept."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from hanami_engine import TemplateError

from hanami_server.contract.errors import ConflictError, ValidationFailedError

Result = TypeVar("Result")


@contextmanager
def template_faults(field: str) -> Iterator[None]:
    """Answer a text that is no template, or none for this server, with 422."""
    try:
        yield
    except TemplateError as error:
        raise ValidationFailedError.of(field, str(error)) from error


async def read_kept(read: Callable[[str], Result], text: str) -> Result:
    """Read a text that was a template when it came, on a thread; raises ConflictError where it is none any more."""
    try:
        return await asyncio.to_thread(read, text)
    except TemplateError as error:
        raise ConflictError(f"This version of the server cannot read the template: {error}") from error
