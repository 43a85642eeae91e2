"""Operations about sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.session import Session
    from ...models.session_terms import SessionTerms


class Sessions(Calls):
    """Operations about sessions."""

    def terms(
        self,
        cluster_id: UUID,
    ) -> SessionTerms:
        """Open a direct session.

        A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
        network learns in the same breath. Browsers, which cannot set headers, show their token as a second
        subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
        openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
        would begin with.
        """
        from . import terms as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
    ) -> Iterator[Session]:
        """List the direct sessions of a cluster.

        All of them, on one page, the oldest first; also those that lost their client a short while ago.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    def delete(
        self,
        cluster_id: UUID,
        session_id: UUID,
    ) -> None:
        """End a direct session.

        What was learned stays. Its client is told, with the close code 4410.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                session_id=session_id,
            ),
            _operation.answer,
        )


class AsyncSessions(AsyncCalls):
    """Operations about sessions, for programs with an event loop."""

    async def terms(
        self,
        cluster_id: UUID,
    ) -> SessionTerms:
        """Open a direct session.

        A websocket with the subprotocol `hanami.v1`: frames of raw samples go in, answers come out, and the
        network learns in the same breath. Browsers, which cannot set headers, show their token as a second
        subprotocol, `bearer.` and the token. The page on sessions in the reference has the protocol,
        openapi/asyncapi.yaml its messages. Asked without a websocket, the address tells what a session
        would begin with.
        """
        from . import terms as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
            ),
            _operation.answer,
        )

    def list(
        self,
        cluster_id: UUID,
        *,
        limit: int | Unset = 50,
    ) -> AsyncIterator[Session]:
        """List the direct sessions of a cluster.

        All of them, on one page, the oldest first; also those that lost their client a short while ago.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    cluster_id=cluster_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    async def delete(
        self,
        cluster_id: UUID,
        session_id: UUID,
    ) -> None:
        """End a direct session.

        What was learned stays. Its client is told, with the close code 4410.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                session_id=session_id,
            ),
            _operation.answer,
        )
