"""The PostgreSQL of the tests: found or asked for, private, and gone afterwards."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "postgres.py"
SPEC = importlib.util.spec_from_file_location("postgres", SCRIPT)
postgres = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(postgres)


@pytest.fixture
def without(monkeypatch, tmp_path):
    """A machine without PostgreSQL, whose apt is told apart by what it is asked for."""
    monkeypatch.delenv(postgres.GIVEN, raising=False)
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    monkeypatch.setattr(postgres, "NO_MAIN_CLUSTER", tmp_path / "etc" / "createcluster.conf")
    asked = []

    def answer(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(postgres.subprocess, "run", answer)
    return asked


def test_who_may_not_install_is_told_what_to(without, monkeypatch):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="apt install postgresql"):
        postgres.ensure()
    assert without == []


def test_root_installs_without_a_server_of_the_machine(without, monkeypatch):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SystemExit, match="the tests need PostgreSQL"):  # since this apt installs nothing
        postgres.ensure()
    assert [command[-1] for command in without] == ["update", "postgresql"]
    assert postgres.NO_MAIN_CLUSTER.read_text() == "create_main_cluster = false\n"


def test_one_that_is_given_is_taken(without, monkeypatch):
    monkeypatch.setenv(postgres.GIVEN, "postgresql://u@host/name")
    postgres.ensure()
    with postgres.cluster() as url:
        assert url == "postgresql://u@host/name"
    assert without == []


def test_without_one_no_test_is_skipped(without):
    with pytest.raises(RuntimeError, match="the tests need PostgreSQL"), postgres.cluster():
        pass


@pytest.mark.parametrize("end", ["regular", signal.SIGKILL])
def test_nothing_is_left_running(tmp_path, end):
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import postgres\n"
        "with postgres.cluster() as url: print(url, flush=True); sys.stdin.read()"
    )
    kept = {name: value for name, value in os.environ.items() if name != postgres.GIVEN}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(SCRIPT.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=kept | {"TMPDIR": "/tmp" if os.geteuid() == 0 else str(tmp_path)},
    )
    home = Path(process.stdout.readline().strip().split("host=")[1])
    pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert home.stat().st_mode & 0o077 == 0
    if end == "regular":
        process.communicate()
        assert process.returncode == 0
        assert not home.exists()
    else:
        process.send_signal(end)
        process.communicate()
        deadline = time.monotonic() + 30
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        postgres.shutil.rmtree(home)
    assert not Path(f"/proc/{pid}").exists()
