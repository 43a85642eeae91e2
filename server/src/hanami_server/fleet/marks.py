"""How far direct sessions have come: kept in the file of a network, so that one write keeps both or neither."""

import json
import time
from collections.abc import Mapping

from hanami_engine import SnapshotError
from hanami_engine.snapshot import read_notes

from hanami_server.fleet.host import Mark

NOTE = "sessions"
KEPT_SECONDS = 24 * 60 * 60
MOST = 1000


def write_marks(marks: Mapping[str, Mark]) -> dict[str, str]:
    """Return the notes that hold marks; none where there are none, so that a network alone has one form."""
    return {NOTE: json.dumps(marks, sort_keys=True)} if marks else {}


def read_marks(snapshot: bytes) -> dict[str, Mark]:
    """Return the marks in the file of a network; raises SnapshotError for what is none."""
    text = read_notes(snapshot).get(NOTE)
    if text is None:
        return {}
    try:
        return {session: Mark(int(mark[0]), float(mark[1]), str(mark[2])) for session, mark in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise SnapshotError("notes: not the marks of sessions") from error


def forget_old(marks: dict[str, Mark]) -> None:
    """Forget sessions that nobody can go on with, and the oldest where there are too many."""
    newest = sorted(marks, key=lambda session: -marks[session].at)
    limit = time.time() - KEPT_SECONDS
    for place, session in enumerate(newest):
        if place >= MOST or marks[session].at < limit:
            del marks[session]
