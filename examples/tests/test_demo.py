"""The demo as a newcomer runs it, on the digits that are always at hand."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """No MNIST, and a folder for temporary files that can be looked at afterwards."""
    (tmp_path / "temporary").mkdir()
    return os.environ | {"HANAMI_MNIST_DIR": str(tmp_path / "nothing"), "TMPDIR": str(tmp_path / "temporary")}


@pytest.fixture
def command(tmp_path) -> list[str]:
    return [sys.executable, "-m", "hanami_examples.demo", "--out", str(tmp_path / "out")]


def servers_in(folder: Path) -> Iterator[psutil.Process]:
    """Processes whose data is below a folder."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("HANAMI_DATA_DIR", "").startswith(str(folder)):
                yield process
        except psutil.Error:
            continue


def wait_until(happens) -> None:
    deadline = time.monotonic() + 600
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_from_nothing_to_a_report(command, environment, tmp_path):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "scikit-learn's digits" in done.stdout
    before, after = re.findall(r"accuracy.*?(\d+\.\d+)%", done.stdout)
    assert before == after
    assert float(before) > 95
    for figure in ("samples/s", "synapses", "bytes", "answers/s", "requests/s"):
        assert figure in done.stdout
    assert "What was read as what" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert list((tmp_path / "temporary").glob("hanami*")) == []
    assert list(servers_in(tmp_path)) == []


def test_a_kept_server_goes_on(command, environment, tmp_path):
    done = subprocess.run([*command, "--keep"], env=environment, capture_output=True, text=True, check=False)
    (server,) = servers_in(tmp_path)
    try:
        assert done.returncode == 0, done.stderr
        url, user, password = re.search(r"running: (\S+), user (\S+), password (\S+)", done.stdout).groups()
        answer = httpx.post(f"{url}/v1/tokens", json={"user_id": user, "password": password})
        assert answer.status_code == 201
        told = done.stdout[done.stdout.index("    export HANAMI_URL") :]
        shell = "set -e\n" + "\n".join(line for line in told.splitlines() if line.startswith("    "))
        typed = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
        assert typed.returncode == 0, typed.stderr
        assert "ClusterSummary(" in typed.stdout
        wait_until(lambda: not server.is_running())
        assert list((tmp_path / "temporary").glob("hanami*")) == []
    finally:
        if server.is_running():
            server.kill()
            server.wait(30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_on_the_way(command, environment, tmp_path, number):
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        wait_until(lambda: list(servers_in(tmp_path)))
        demo.send_signal(number)
        _, errors = demo.communicate(timeout=600)  # what is being compiled is not given up
    assert demo.returncode not in (0, None)
    assert "Traceback" not in errors
    assert list((tmp_path / "temporary").glob("hanami*")) == []
    assert list(servers_in(tmp_path)) == []


def test_a_server_that_does_not_start_is_explained(command, environment, tmp_path):
    broken = tmp_path / "broken"
    (broken / "uvicorn").mkdir(parents=True)
    (broken / "uvicorn" / "__init__.py").write_text("raise ImportError('no uvicorn today')")
    done = subprocess.run(
        command, env=environment | {"PYTHONPATH": str(broken)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "the demo failed: the server did not start" in done.stderr
    assert "no uvicorn today" in done.stderr
    assert list((tmp_path / "temporary").glob("hanami*")) == []
