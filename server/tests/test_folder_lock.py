"""The lock of a data folder: one process at a time, and the next one is told which."""

import os
import re
import socket
import subprocess
import sys

import pytest
from hanami_server.folder_lock import lock_folder
from hanami_server.services import open_database, open_database_beside
from hanami_server.settings import Settings
from hanami_server.start_errors import FolderInUseError, StartError

HOLD = "import sys, pathlib, hanami_server.folder_lock as room\nwith room.lock_folder(pathlib.Path(sys.argv[1])):\n"


def test_the_second_is_told_who_holds_it(tmp_path):
    folder = tmp_path / "data"
    with lock_folder(folder):
        words = f"{folder} is in use by process {os.getpid()} on {socket.gethostname()}; stop that process, or set "
        with pytest.raises(FolderInUseError, match=re.escape(words)), lock_folder(folder):
            pass
        with lock_folder(tmp_path / "another"):
            pass
    with lock_folder(folder):
        pass


def test_who_fails_lets_it_go(tmp_path):
    with pytest.raises(KeyError), lock_folder(tmp_path):
        raise KeyError
    with lock_folder(tmp_path):
        pass


def test_a_holder_who_has_not_written_yet_has_no_name(tmp_path):
    with lock_folder(tmp_path):
        (tmp_path / "lock").write_bytes(b"")
        with pytest.raises(FolderInUseError, match="in use by another process; stop"), lock_folder(tmp_path):
            pass


def test_a_killed_process_holds_nothing(tmp_path):
    program = f"{HOLD} print('held', flush=True)\n sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(FolderInUseError, match=f"process {process.pid} on"), lock_folder(tmp_path):
            pass
        process.kill()
    with lock_folder(tmp_path):
        pass


def test_programs_that_the_holder_started_do_not_hold_it(tmp_path):
    with lock_folder(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with child:
        with lock_folder(tmp_path):
            pass
        child.communicate(b"\n")


async def test_the_database_is_not_touched_before_the_lock_is_held(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with lock_folder(tmp_path):
        with pytest.raises(FolderInUseError):
            async with open_database(settings):
                pass
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]


async def test_beside_a_server_tables_are_used_as_they_are_or_not_at_all(tmp_path):
    settings = Settings(data_dir=tmp_path)
    words = r"the tables are not those of this version, and the data folder .* is in use"
    with lock_folder(tmp_path), pytest.raises(StartError, match=words):
        async with open_database_beside(settings):
            pass
    async with open_database_beside(settings):  # nobody works with it: they are brought up to date
        pass
    with lock_folder(tmp_path):
        async with open_database_beside(settings) as database:
            assert await database.is_current()
