"""All direct sessions of a server: those with a connection, and those that wait for theirs to come back."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID, uuid4

from hanami_engine import DeviceLostError

from hanami_server.contract.errors import ConflictError, UnavailableError
from hanami_server.contract.sessions import Session as SessionAnswer
from hanami_server.fleet.live import Live
from hanami_server.sessions.connection import ELSEWHERE, ENDED, IDLE, NOT_READING, STOPPING, Connection, Ending
from hanami_server.sessions.kept import Kept
from hanami_server.sessions.session import Bounds, Session
from hanami_server.sessions.shape import Values

LOOK_SECONDS = 0.5
CHECK_SECONDS = 1.0
BLOCKED_SECONDS = 30.0
STOP_SECONDS = 5.0
MOST_WAITING, MOST_WAITING_BYTES = 10_000, 256 << 20  # of all clients whose connection is lost
AT_A_TIME = 20  # sessions that are looked after before others have the event loop
log = logging.getLogger("hanami_server")
Check = Callable[[Connection], Awaitable[Ending | None]]


class _Absence(NamedTuple):
    """Since when a client is gone, and how many bytes are kept for it."""

    since: float
    size: int


class Sessions:
    """Gives sessions to connections, takes them back, and ends what must not go on.

    Parameters
    ----------
    bounds : Bounds
    check : async function of a connection
        Why its client is not welcome any more; None where it is.
    """

    def __init__(self, bounds: Bounds, check: Check) -> None:
        self.bounds, self._check = bounds, check
        self._sessions: dict[UUID, Session] = {}
        self._connections: dict[UUID, Connection] = {}
        self._waiting: dict[UUID, _Absence] = {}  # the longest first
        self._waiting_bytes = 0
        self._kept: dict[UUID, Kept[UUID]] = {}
        self._stopping = False
        self._watch: asyncio.Task[None] | None = None

    async def attach(self, connection: Connection, live: Live, session_id: UUID | None) -> tuple[Session, bool]:
        """Give a connection a session, and say whether it goes on.

        Raises
        ------
        UnavailableError
            The server stops.
        ConflictError
            There may be no more sessions, or another connection takes this one at this moment.
        """
        if self._stopping:
            raise UnavailableError("The server stops.")
        self._begin_watch()
        session = await self._find(connection, live, session_id) if session_id is not None else None
        resumed = session is not None
        if session is None:
            client = connection.client
            ports = await live.ports()
            session = Session(uuid4(), live.cluster_id, client.user_id, client.project_id, ports, self.bounds)
        async with connection.client.admission(session.id):
            if session.id in self._connections:
                raise ConflictError("Another connection takes the session at this moment.")
            session = self._sessions.setdefault(session.id, session)
            self._connections[session.id] = connection
            self._wait_no_more(session.id)
            session.connected = True
        return session, resumed

    async def _find(self, connection: Connection, live: Live, session_id: UUID) -> Session | None:
        """Find a session in memory, or what the file of its network knows; others than its own do not count."""
        before = self._connections.get(session_id)
        if before is not None and self._is_for(self._sessions[session_id], connection, live):
            before.end(ELSEWHERE)
            before.break_off()
            await before.left.wait()
        session = self._sessions.get(session_id)
        if session is not None:
            return session if self._is_for(session, connection, live) else None
        mark = await live.mark(str(session_id))
        client = connection.client
        if mark is None or mark.owner != client.user_id:
            return None
        session = Session(
            session_id, live.cluster_id, client.user_id, client.project_id, await live.ports(), self.bounds
        )
        session.resume_at(mark.sequence)
        return session

    @staticmethod
    def _is_for(session: Session, connection: Connection, live: Live) -> bool:
        return session.cluster_id == live.cluster_id and session.user_id == connection.client.user_id

    def detach(self, connection: Connection, session: Session, *, for_good: bool) -> None:
        """Take a session back; it waits for its client unless it was ended."""
        if self._connections.get(session.id) is not connection:
            return
        del self._connections[session.id]
        session.connected = False
        if for_good or not session.sequence:
            self._forget(session.id)
            return
        absence = self._waiting[session.id] = _Absence(time.monotonic(), session.memory)
        self._waiting_bytes += absence.size
        while len(self._waiting) > MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES:
            self._forget(next(iter(self._waiting)))

    def count(self, *, owner_id: str | None = None, project_id: str | None = None) -> int:
        """Count the connections to clusters of a user, or of a project."""
        clients = (connection.client for connection in self._connections.values())
        return sum(owner_id in {None, c.owner_id} and project_id in {None, c.project_id} for c in clients)

    def of_cluster(self, cluster_id: UUID) -> list[SessionAnswer]:
        """List the sessions of a cluster, the oldest first."""
        found = [session.describe() for session in self._sessions.values() if session.cluster_id == cluster_id]
        return sorted(found, key=lambda session: (session.opened_at, session.id))

    def listen(self, cluster_id: UUID, session_id: UUID) -> AsyncIterator[SessionAnswer] | None:
        """Follow a session to its end; None for one that is not there."""
        session = self._sessions.get(session_id)
        if session is None or session.cluster_id != cluster_id:
            return None
        session.feed.publish(session.describe())
        return session.feed.listen()

    async def end(self, cluster_id: UUID, session_id: UUID) -> bool:
        """End a session for good; gives whether there was one."""
        session = self._sessions.get(session_id)
        if session is None or session.cluster_id != cluster_id:
            return False
        connection = self._connections.get(session_id)
        if connection is not None:
            connection.end(ENDED)
            connection.break_off()
            await connection.left.wait()
        self._forget(session_id)
        return True

    def keep(self, cluster_id: UUID, request_id: UUID, inputs: Values, rows: int) -> None:
        """Keep the inputs of a request without a session, whose truth will come."""
        self._kept.setdefault(cluster_id, Kept(self.bounds.kept)).keep(request_id, inputs, rows)
        self._begin_watch()

    def kept(self, cluster_id: UUID) -> Kept[UUID] | None:
        """Return the inputs of a cluster that wait for their truth without a session; None where there are none."""
        return self._kept.get(cluster_id)

    def forget_cluster(self, cluster_id: UUID) -> None:
        """Forget what waits for a cluster that is removed."""
        self._kept.pop(cluster_id, None)
        self._forget_waiting(cluster_id)

    def fall_back(self, cluster_id: UUID, _: DeviceLostError) -> None:
        """Forget sessions that wait for their client: their network has lost part of what they were told."""
        self._forget_waiting(cluster_id)

    async def stop(self) -> None:
        """Say goodbye to everybody, after answering what was taken."""
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
        connections = list(self._connections.values())
        for connection in connections:
            connection.end(STOPPING)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                for connection in connections:
                    await connection.left.wait()
        for connection in connections:
            connection.break_off()
        for session_id in list(self._sessions):
            self._forget(session_id)

    def _forget_waiting(self, cluster_id: UUID) -> None:
        for session in [one for one in self._sessions.values() if one.cluster_id == cluster_id]:
            if session.id not in self._connections:
                self._forget(session.id)

    def _wait_no_more(self, session_id: UUID) -> None:
        absence = self._waiting.pop(session_id, None)
        if absence is not None:
            self._waiting_bytes -= absence.size

    def _forget(self, session_id: UUID) -> None:
        self._wait_no_more(session_id)
        session = self._sessions.pop(session_id, None)
        if session is not None:
            session.feed.publish(session.describe(), last=True)

    def _begin_watch(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_around())

    async def _look_around(self) -> None:
        """Look after all sessions, as long as there are any."""
        checked = time.monotonic()
        while self._sessions or self._kept or time.monotonic() - checked < CHECK_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            self._sweep(now)
            for number, session in enumerate(list(self._sessions.values())):
                session.pace.look()
                if session.feed.listeners:
                    session.feed.publish(session.describe())
                if number % AT_A_TIME == 0:
                    await asyncio.sleep(0)
            if now - checked >= CHECK_SECONDS:
                checked = now
                try:
                    await self._check_all()
                except Exception:
                    log.exception("whether sessions may go on could not be found out; tried again")

    def _sweep(self, now: float) -> None:
        """End connections that are idle or do not read, and sessions whose client does not come back."""
        for connection in list(self._connections.values()):
            if not connection.sending or connection.sent != connection.seen[0]:
                connection.seen = (connection.sent, now)
            if now - connection.seen[1] > BLOCKED_SECONDS:
                connection.end(NOT_READING)
                connection.break_off()
            elif now - connection.active > self.bounds.idle_seconds:
                connection.end(IDLE)
        for session_id, absence in list(self._waiting.items()):
            if now - absence.since < self.bounds.resume_seconds:
                break
            self._forget(session_id)
        for cluster_id in [item for item, kept in self._kept.items() if not len(kept)]:
            del self._kept[cluster_id]

    async def _check_all(self) -> None:
        for number, connection in enumerate(list(self._connections.values())):
            ending = await self._check(connection)
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)
            if ending is not None:
                connection.end(ending)
