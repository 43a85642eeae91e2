"""Make the fixture of a version: ``python -m server.tests.make_data_fixture server/tests/fixtures/v0.1.0``.

Run it on the checkout of that version. It fills a data folder over HTTP and a websocket, and writes three files:

- `folder.tar.xz`: the data folder with its SQLite database, as the server left it when it stopped;
- `postgresql.sql`: the same rows as a dump of PostgreSQL;
- `expected.json`: what the server of that version answered about them, and what came out when it went on with a copy.

Two things are changed after the stop: positions of sessions, which are kept for a day, are dated in the year 2100, so
that the fixture can be opened later; and the device key is one that nobody takes for a secret.
"""

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from hanami_engine import Network
from hanami_server.access.device_keys import digest
from hanami_server.fleet.host import Mark
from hanami_server.fleet.marks import read_marks, write_marks
from hanami_server.process import server_process
from hanami_server.store.database import Database
from hanami_server.store.tables import Table
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from .conftest import postgres_script
from .data_folder import PASSWORD, fill, go_on, look

SECRET = "this-signs-the-tokens-of-a-fixture-and-is-no-secret"
SETTINGS = {"gpus": "none", "log_level": "warning", "audit_days": "36500", "error_days": "36500"}
FAR = 4102444800.0  # 2100-01-01
EXPECTED, FOLDER, DUMP = "expected.json", "folder.tar.xz", "postgresql.sql"
KEY = "hdk_of-a-fixture-and-no-secret"
COUNTED = ("audit_log", "error_log")


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder, copy = Path(scratch) / "data", Path(scratch) / "copy"
        folder.mkdir(mode=0o700)
        (folder / "token-secret").write_text(SECRET)
        with server_process(folder, SETTINGS | {"admin_user": "root", "admin_password": PASSWORD}) as server:
            session = fill(server.url)
        known = {"session": session, "device_key": KEY}
        for path in (folder / "clusters").iterdir():
            date_marks(path)
        with closing(sqlite3.connect(folder / "hanami.db")) as connection, connection:
            assert connection.execute("UPDATE device_keys SET sha256 = ?", [digest(KEY)]).rowcount == 1
        pack(folder, target / FOLDER)
        unpack(target / FOLDER, copy)
        with server_process(copy, SETTINGS) as server:
            seen = look(server.url)
            out = go_on(server.url, **known)
        text_of_it = json.dumps({"known": known, "seen": seen, "went_on": out}, indent=1, ensure_ascii=False)
        (target / EXPECTED).write_text(f"{text_of_it}\n")
        unpack(target / FOLDER, copy / "again")
        (target / DUMP).write_text(asyncio.run(dump(copy / "again" / "hanami.db")))


def date_marks(path: Path) -> None:
    """Date the positions of sessions in the file of a network so that they do not expire after a day."""
    content = path.read_bytes()
    marks = {name: Mark(mark.sequence, FAR, mark.owner) for name, mark in read_marks(content).items()}
    path.write_bytes(Network.from_bytes(content).to_bytes(write_marks(marks)))


def pack(folder: Path, target: Path) -> None:
    """Write an archive that tells nothing of the machine."""
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.name == "server.log" or path.is_dir():
                continue
            entry = tarfile.TarInfo(str(path.relative_to(folder)))
            entry.size, entry.mode = path.stat().st_size, 0o600
            archive.addfile(entry, io.BytesIO(path.read_bytes()))


def unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


async def dump(source: Path) -> str:
    """Copy the rows of a SQLite file to PostgreSQL; gives the dump of them."""
    with postgres_script.cluster() as plain:
        url = make_url(plain).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        await copy_rows(f"sqlite+aiosqlite:///{source}", url)
        program = (postgres_script.find_programs() or Path()) / "pg_dump"
        options = ["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges", "--no-comments", plain]
        done = await asyncio.to_thread(subprocess.run, [program, *options], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()  # without what only this version of PostgreSQL understands
    return "\n".join(line for line in lines if not line.startswith(("SET ", "--", "\\"))) + "\n"


async def copy_rows(source: str, target: str) -> None:
    database, reader, writer = Database(target), create_async_engine(source), create_async_engine(target)
    try:
        await database.migrate()
        async with reader.connect() as old, writer.begin() as new:
            for table in Table.metadata.sorted_tables:
                rows = [dict(row) for row in (await old.execute(select(table))).mappings()]
                if rows:
                    await new.execute(insert(table), rows)
            for name in COUNTED:
                last = f"(SELECT max(id) FROM {name})"
                await new.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})"))
    finally:
        for opened in (reader, writer):
            await opened.dispose()
        await database.close()


if __name__ == "__main__":
    main()
