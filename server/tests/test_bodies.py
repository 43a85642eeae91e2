"""Bodies never fill the memory: limits hold for every way of sending, and the sender waits for the reader."""

import asyncio
from collections.abc import Iterator

import psutil
import pytest
from hanami_server.contract import body
from hanami_server.contract.errors import ContentTooLargeError
from quart import Quart

from .operations import every_operation

pytestmark = pytest.mark.process

CHUNK = b"x" * 65536


def flood(size: int) -> Iterator[bytes]:
    yield from (CHUNK for _ in range(0, size, len(CHUNK)))


@every_operation(lambda case: case.media is not None and "{" not in case.path)
def test_item_17_chunked_flood_is_cut_off_in_flat_memory(case, server, admin):
    before = psutil.Process(server.pid).memory_info().rss
    headers = {"Content-Type": case.media}
    answer = admin.request(case.method, case.path, content=flood(256 << 20), headers=headers)
    assert answer.status_code == 413
    assert psutil.Process(server.pid).memory_info().rss - before < 48 << 20


def test_flood_without_a_token_is_not_kept(server, anonymous):
    before = psutil.Process(server.pid).memory_info().rss
    headers = {"Content-Type": "application/json"}
    assert anonymous.post("/v1/projects", content=flood(256 << 20), headers=headers).status_code == 401
    assert psutil.Process(server.pid).memory_info().rss - before < 48 << 20


def stalled_app(go_on: asyncio.Event, seen: list[int]) -> Quart:
    """An application whose handler reads only after `go_on`."""
    app = Quart(__name__)
    body.install(app)

    @app.post("/")
    async def stall() -> str:
        await go_on.wait()
        seen.extend([len(chunk) async for chunk in body.request_body().chunks(1 << 30)])
        return "done"

    return app


async def test_sender_waits_for_a_reader_that_stalls():
    go_on, seen, sent = asyncio.Event(), [], []
    total = 100

    async def receive() -> dict[str, object]:
        if len(sent) < total:
            sent.append(len(CHUNK))
            return {"type": "http.request", "body": CHUNK, "more_body": len(sent) < total}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, object]) -> None:
        pass

    scope = {
        "type": "http", "asgi": {}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/",
        "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "client": None, "server": None,
    }  # fmt: skip
    running = asyncio.create_task(stalled_app(go_on, seen)(scope, receive, send))
    for _ in range(1000):
        await asyncio.sleep(0)
    assert sum(sent) == body.HIGH_WATER
    go_on.set()
    await running
    assert sum(seen) == total * len(CHUNK)


async def filled(*chunks: bytes, expected: int | None = None) -> body.BoundedBody:
    content = body.BoundedBody(expected, None)
    for chunk in chunks:
        await content.fill(chunk)
    content.set_complete()
    return content


async def test_limit_is_the_last_size_that_passes():
    assert await (await filled(b"12", b"345")).read(5) == b"12345"
    with pytest.raises(ContentTooLargeError):
        await (await filled(b"12", b"345")).read(4)


async def test_item_16_header_over_the_limit_is_refused_before_a_byte_is_read():
    content = body.BoundedBody(6, None)
    with pytest.raises(ContentTooLargeError):
        await content.read(5)


async def test_empty_body():
    assert await (await filled()).read(5) == b""
