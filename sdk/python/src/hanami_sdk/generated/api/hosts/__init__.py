"""Operations about hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator

    from ...models.host import Host


class Hosts(Calls):
    """Operations about hosts."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
    ) -> Iterator[Host]:
        """List the hosts.

        All of them, on one page, with what they do at this moment.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    def get(
        self,
        host_id: str,
    ) -> Host:
        """Get a host.

        With what it does at this moment.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                host_id=host_id,
            ),
            _operation.answer,
        )


class AsyncHosts(AsyncCalls):
    """Operations about hosts, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
    ) -> AsyncIterator[Host]:
        """List the hosts.

        All of them, on one page, with what they do at this moment.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    async def get(
        self,
        host_id: str,
    ) -> Host:
        """Get a host.

        With what it does at this moment.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                host_id=host_id,
            ),
            _operation.answer,
        )
