"""A real server on a real port, on a thread of this process: tests reach into it."""

import asyncio
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

from hanami_server.app import create_app
from hanami_server.serving import Server, configure


@contextmanager
def served(settings):
    """Serve until the end of the block; gives the address, the thread, and the app."""
    app = create_app(settings)
    server = Server(configure(app, settings), app)
    inside = SimpleNamespace(url="", thread=None, app=app)

    async def serve():
        inside.thread = threading.get_ident()
        await server.serve()

    def work():
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        inside.url = f"http://{host}:{port}"
        yield inside
    finally:
        server.should_exit = True
        thread.join()
