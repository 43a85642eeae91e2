"""A line between client and server that does what it is told: loses, cuts and refuses requests.

A fault is a mapping: ``at`` (a pattern of method and path), ``times``, and one of ``answer`` (a status, with
``retry_after``), ``drop`` (before the server hears of it), ``lose`` (what the server answers), ``cut_request`` or
``cut_answer`` (after so many bytes of the body).
"""

import asyncio
import re
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

Fault = dict[str, Any]
LARGEST_HEAD = 1 << 16


class Proxy:
    """Serves on a free port, in a thread of its own, until it is stopped."""

    def __init__(self, target: str, pages: dict[str, tuple[str, bytes]] | None = None) -> None:
        self._target = urlsplit(target)
        self._pages = pages or {}
        self._faults: list[Fault] = []
        self._running: set[asyncio.Task[None] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def set_faults(self, faults: list[Fault]) -> None:
        """Say what is to happen from now on, each fault `times` times (once, where that is not said)."""
        self._faults = [dict(fault) for fault in faults for _ in range(fault.get("times", 1))]

    @property
    def left(self) -> list[Fault]:
        """Faults that have not happened."""
        return self._faults

    def stop(self) -> None:
        """Close the port and whatever goes over it."""

        async def close() -> None:
            self._server.close()
            await asyncio.sleep(0)  # connections that were accepted before have their tasks now
            while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await asyncio.sleep(0.05)  # transports close themselves in turns of the loop

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=LARGEST_HEAD)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Loops hold tasks weakly, and readers too: what only waits for a line would be collected with it.
        self._running.add(asyncio.current_task())
        try:
            await self._exchange(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._running.discard(asyncio.current_task())
            with suppress(Exception):
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path = head.split(" ")[:2]
        if path in self._pages:
            media, content = self._pages[path]
            lines = [
                "HTTP/1.1 200 OK",
                f"Content-Type: {media}",
                f"Content-Length: {len(content)}",
                "Connection: close",
            ]
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()
            return
        fault = self._take(f"{method} {path}")
        if "drop" in fault:
            writer.transport.abort()
            return
        if "answer" in fault:
            await _refuse(reader, writer, head, fault)
            return
        theirs, ours = await asyncio.open_connection(self._target.hostname, self._target.port, limit=LARGEST_HEAD)
        try:
            ours.write(_once(head).encode("latin-1"))
            up = asyncio.create_task(_pump(reader, ours, fault.get("cut_request")))
            down = asyncio.create_task(_answer(theirs, writer, fault))
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if up.done() and not up.result():  # what the client had to say ends; the answer is still to come
                await down
            up.cancel()
            down.cancel()
            if fault:
                writer.transport.abort()
        finally:
            ours.transport.abort()

    def _take(self, request: str) -> Fault:
        for fault in self._faults:
            if re.match(fault["at"], request):
                self._faults.remove(fault)
                return fault
        return {}


def _once(head: str) -> str:
    """Let every request have a connection of its own, so that faults meet requests; upgrades stay."""
    lines = head.split("\r\n")
    if any(line.lower().startswith("upgrade:") for line in lines):
        return head
    kept = [line for line in lines[:-2] if not line.lower().startswith("connection:")]
    return "\r\n".join([*kept, "Connection: close", "", ""])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> bool:
    """Hand on bytes, but no more than that; gives whether they were cut."""
    left = most
    while data := await reader.read(1 << 16):
        if left is not None and len(data) >= left:
            writer.write(data[:left])
            await writer.drain()
            return True
        left = None if left is None else left - len(data)
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    return False


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if "lose" in fault:
        await reader.read(1 << 16)
        return
    writer.write(head)
    await _pump(reader, writer, fault.get("cut_answer"))


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, fault: Fault) -> None:
    """Answer in the place of the server, after the body has been taken."""
    for line in head.lower().split("\r\n"):
        if line.startswith("content-length:"):
            await reader.readexactly(int(line.partition(":")[2]))
        if line.startswith("transfer-encoding:"):
            with suppress(asyncio.IncompleteReadError):
                while size := int(await reader.readline(), 16):
                    await reader.readexactly(size + 2)
                await reader.readline()
    lines = [f"HTTP/1.1 {fault['answer']} Refused", "Content-Length: 0", "Connection: close"]
    if "retry_after" in fault:
        lines.append(f"Retry-After: {fault['retry_after']}")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await writer.drain()
