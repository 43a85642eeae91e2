"""The operations of the contract as cases of tests."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from hanami_server.app import create_app
from hanami_server.contract.document import build_document
from hanami_server.settings import Settings

DOCUMENT = build_document(create_app(Settings()))


@dataclass(frozen=True)
class Case:
    """One operation of the contract, ready to be called."""

    id: str
    method: str
    path: str
    access: str
    roles: frozenset[str]
    media: str | None
    example: Any
    has_query: bool
    statuses: frozenset[int]

    def url(self, **ids: str) -> str:
        """The path with these ids, and unknown ones for the rest."""
        return re.sub(r"{(\w+)}", lambda name: ids.get(name[1], str(uuid4())), self.path)

    def body(self) -> dict[str, Any]:
        """Arguments for httpx with a body that the contract gives as its example."""
        if self.media is None:
            return {}
        content = b"" if self.media == "application/octet-stream" else json.dumps(self.example).encode()
        return {"content": content, "headers": {"Content-Type": self.media}}


def _cases() -> Iterator[Case]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            media = next(iter(content), None)
            yield Case(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                access=operation["x-access"],
                roles=frozenset(operation["x-roles"]),
                media=media,
                example=content[media].get("example") if media else None,
                has_query=any(parameter["in"] == "query" for parameter in operation.get("parameters", [])),
                statuses=frozenset(map(int, operation["responses"])),
            )


CASES = list(_cases())


def every_operation(where: Callable[[Case], bool] = lambda _: True) -> Callable[..., Any]:
    """Run a test that takes a `case` with every operation that `where` lets through, each as a subtest."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(subtests: pytest.Subtests, **arguments: Any) -> None:
            chosen = [case for case in CASES if where(case)]
            assert chosen, "no operation is like that"
            for case in chosen:
                with subtests.test(case.id):
                    test(case=case, **arguments)

        wanted = [parameter for name, parameter in inspect.signature(test).parameters.items() if name != "case"]
        subtests = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([subtests, *wanted])  # type: ignore[attr-defined]  what pytest reads
        return run

    return decorate
