"""A fault of our own is a 500 in the one shape, and only the log knows more."""

import logging

from hanami_server import http
from quart import Quart


async def test_fault(caplog):
    app = Quart(__name__)
    http.install(app)

    @app.get("/fault")
    async def fault() -> str:
        raise RuntimeError("secret detail in /some/path")

    with caplog.at_level(logging.ERROR, "hanami_server"):
        answer = await app.test_client().get("/fault")
    problem = await answer.get_json()
    assert answer.status_code == problem["status"] == 500
    assert "secret" not in await answer.get_data(as_text=True)
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["request_id"] in caplog.text
    assert "secret detail" in caplog.text
