"""A server as a process of its own, for programs that bring their server along: tests, the demo, benchmarks."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from hanami_server.settings import Settings

ANNOUNCEMENT = "Hanami listens on "
CHEAP_PASSWORDS = {"password_memory_kib": "32", "password_passes": "1"}  # settings for servers of tests only
READY_SECONDS = 300.0  # the very first start on a machine compiles the engine


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """Where a running server is."""

    url: str
    pid: int
    data_dir: Path


@contextmanager
def server_process(
    data_dir: Path, settings: Mapping[str, str], ready_seconds: float = READY_SECONDS, *, keep: bool = False
) -> Iterator[ServerProcess]:
    """Run a server on a free port until the end of the block.

    Parameters
    ----------
    data_dir
        Where it keeps everything; its log goes to `server.log` there.
    settings
        Further settings by field name; those of the environment do not count.
    ready_seconds
        How long it may take to get ready.
    keep
        Let it go on after a block that went well, and after this process.

    Raises
    ------
    RuntimeError
        When it does not start or does not get ready; the message has the end of its log.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log, process = data_dir / "server.log", None
    try:
        with log.open("ab") as errors, _signals_deferred():
            process = subprocess.Popen(
                [sys.executable, "-m", "hanami_server", "serve"],
                env=_environment({"port": "0", **settings, "data_dir": str(data_dir)}),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=keep,  # so that the end of a terminal is not the end of a server that was kept
            )
        url = _read_address(process, log)
        _wait_until_ready(url, time.monotonic() + ready_seconds, log)
        yield ServerProcess(url, process.pid, data_dir)
    except BaseException:
        if process is not None:
            _stop(process)
        raise
    if not keep:
        _stop(process)


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Handle SIGINT and SIGTERM at the end of the block: an interrupt in it would leave a process that nobody stops."""
    if threading.current_thread() is not threading.main_thread():  # where no signal is handled
        yield
        return
    received: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: received.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) not in (signal.SIG_IGN, None)  # what is ignored is so in the new process, too
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for late in received:
            signal.raise_signal(late)


def _stop(process: subprocess.Popen[str]) -> None:
    with process:  # waits for its end, and closes the pipe
        process.terminate()


def _read_address(process: subprocess.Popen[str], log: Path) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(ANNOUNCEMENT):
        raise RuntimeError(f"the server did not start:\n{_end_of(log)}")
    return line.removeprefix(ANNOUNCEMENT).strip()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    names = {f"HANAMI_{name.upper()}" for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {f"HANAMI_{name.upper()}": value for name, value in settings.items()}


def _wait_until_ready(url: str, deadline: float, log: Path) -> None:
    while True:
        try:
            with urlopen(f"{url}/readyz", timeout=10):  # noqa: S310 (our own server)
                return
        except HTTPError as error:
            with error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not get ready:\n{_end_of(log)}") from error
        except TimeoutError as error:  # it is busy
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not get ready:\n{_end_of(log)}") from error
        except OSError as error:
            raise RuntimeError(f"the server stopped before it was ready:\n{_end_of(log)}") from error
        time.sleep(0.05)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
