"""Apache Arrow, imported when something of it is first used: a server warms it up before it is ready.

The other modules of this package write ``from hanami_server.blobs import arrow as pa``.
"""

import importlib
from typing import Any

PARTS = ("csv", "ipc", "parquet")


def load() -> None:
    """Import everything that the server uses of Arrow."""
    for part in PARTS:
        importlib.import_module(f"pyarrow.{part}")


def __getattr__(name: str) -> Any:  # noqa: ANN401  Arrow is untyped
    if name.startswith("__"):  # Python itself asks for such names
        raise AttributeError(name)
    load()
    found = getattr(importlib.import_module("pyarrow"), name)
    globals()[name] = found  # the next look-up finds it at once
    return found
