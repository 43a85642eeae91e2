"""The peers of the server: a bare Quart route that checks the same tokens and asks no database, and a bare echo.

``python -m hanami_benchmarks.bare BODY`` serves the bytes of the file BODY on a free port, with the token key in
HANAMI_TOKEN_SECRET, and says where as the server does.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from hanami_server.access.tokens import Tokens
from hanami_server.serving import serve
from hanami_server.settings import Settings
from quart import Quart, Response, request, websocket


def create_app(body: bytes, secret: bytes) -> Quart:
    """Make an application that answers every address with `body` when the token is good."""
    app, tokens = Quart(__name__), Tokens([secret], timedelta(hours=1))

    @app.get("/<path:_>")
    async def get(_: str) -> Response:
        tokens.read(request.headers["Authorization"].removeprefix("Bearer "))
        return Response(body, content_type="application/json")

    @app.websocket("/echo")
    async def echo() -> None:
        while True:
            await websocket.send(await websocket.receive())

    return app


if __name__ == "__main__":
    settings = Settings(port=0, log_level="warning")
    serve(create_app(Path(sys.argv[1]).read_bytes(), os.environ["HANAMI_TOKEN_SECRET"].encode()), settings)
