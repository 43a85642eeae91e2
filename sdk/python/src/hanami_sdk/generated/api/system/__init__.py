"""Operations about system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator

    from ...models.health import Health
    from ...models.policy_state import PolicyState
    from ...models.system_info import SystemInfo
    from ...models.version_info import VersionInfo


class System(Calls):
    """Operations about system."""

    def liveness(
        self,
    ) -> Health:
        """Is the server there?.

        Answers as long as the process serves at all.
        """
        from . import liveness as _operation

        return self._call(_operation.request(), _operation.answer)

    def readiness(
        self,
    ) -> Health:
        """Is the server ready for work?.

        Ready once the engine is compiled and the database answers.
        """
        from . import readiness as _operation

        return self._call(_operation.request(), _operation.answer)

    def info(
        self,
    ) -> SystemInfo:
        """What is running here.

        Versions, what the server may use of the machine, and what kind of database it has.
        """
        from . import info as _operation

        return self._call(_operation.request(), _operation.answer)

    def reload_policy(
        self,
    ) -> PolicyState:
        """Read the policy again.

        From the file that the server was started with; one that is not good changes nothing.
        """
        from . import reload_policy as _operation

        return self._call(_operation.request(), _operation.answer)

    def version(
        self,
    ) -> VersionInfo:
        """Which version is this?.

        For clients that ask before they log in.
        """
        from . import version as _operation

        return self._call(_operation.request(), _operation.answer)


class AsyncSystem(AsyncCalls):
    """Operations about system, for programs with an event loop."""

    async def liveness(
        self,
    ) -> Health:
        """Is the server there?.

        Answers as long as the process serves at all.
        """
        from . import liveness as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def readiness(
        self,
    ) -> Health:
        """Is the server ready for work?.

        Ready once the engine is compiled and the database answers.
        """
        from . import readiness as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def info(
        self,
    ) -> SystemInfo:
        """What is running here.

        Versions, what the server may use of the machine, and what kind of database it has.
        """
        from . import info as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def reload_policy(
        self,
    ) -> PolicyState:
        """Read the policy again.

        From the file that the server was started with; one that is not good changes nothing.
        """
        from . import reload_policy as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def version(
        self,
    ) -> VersionInfo:
        """Which version is this?.

        For clients that ask before they log in.
        """
        from . import version as _operation

        return await self._call(_operation.request(), _operation.answer)
