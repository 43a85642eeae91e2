"""Files are there whole or not at all."""

import asyncio
import hashlib
from uuid import uuid4

import pytest
from hanami_server.blobs.files import Blobs, Folder, atomic_file, write_atomically
from hanami_server.blobs.uploads import receive


def test_a_file_appears_whole(tmp_path):
    target = tmp_path / "file"
    with atomic_file(target) as file:
        file.write(b"half")
        assert not target.exists()
        file.write(b"whole")
    assert target.read_bytes() == b"halfwhole"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    target = tmp_path / "file"
    write_atomically(target, b"old")
    with pytest.raises(TypeError), atomic_file(target) as file:
        file.write("text is not bytes")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_are_counted_and_stay(tmp_path):
    folder, known = Folder(tmp_path / "things", ".thing"), uuid4()
    assert folder.leftovers(set()) == (0, 0)
    for item in (known, uuid4(), uuid4()):
        write_atomically(folder.path(item), b"content")
    (folder.root / f"{uuid4()}.thing.0123.tmp").write_bytes(b"half")
    (folder.root / "README").write_bytes(b"none of ours")
    before = {path: path.read_bytes() for path in folder.root.iterdir()}
    assert folder.leftovers({known}) == (2, 1)
    assert {path: path.read_bytes() for path in folder.root.iterdir()} == before


def test_deleting_what_is_not_there(tmp_path):
    Blobs(tmp_path).datasets.delete(uuid4())


async def test_an_upload_arrives_in_pieces(tmp_path):
    async def pieces():
        for _ in range(3):
            yield b"x" * 100_000

    received = await receive(tmp_path / "upload", pieces())
    assert (tmp_path / "upload").read_bytes() == b"x" * 300_000
    assert received.size == 300_000
    assert received.sha256 == hashlib.sha256(b"x" * 300_000).hexdigest()


async def test_an_upload_that_fails_leaves_nothing(tmp_path):
    async def pieces():
        yield b"x" * 100_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await receive(tmp_path / "upload", pieces())
    assert not list(tmp_path.iterdir())


async def test_an_upload_that_is_broken_off_leaves_nothing(tmp_path):
    started = asyncio.Event()

    async def pieces():
        yield b"x" * 100_000
        started.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(receive(tmp_path / "upload", pieces()))
    await started.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert not list(tmp_path.iterdir())
