"""Operations about logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator

    from ...models.audit_entry import AuditEntry
    from ...models.error_entry import ErrorEntry


class Logs(Calls):
    """Operations about logs."""

    def audit(
        self,
        *,
        limit: int | Unset = 50,
        user_id: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        operation: str | Unset = UNSET,
        resource: str | Unset = UNSET,
        status: int | Unset = UNSET,
        request_id: str | Unset = UNSET,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
    ) -> Iterator[AuditEntry]:
        """Read the audit log.

        Every call that changed something or was refused, newest first: who, what, where and the outcome.
        Admins read all of it, a project-admin what happened in the project.
        """
        from . import audit as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    user_id=user_id,
                    project_id=project_id,
                    operation=operation,
                    resource=resource,
                    status=status,
                    request_id=request_id,
                    created_after=created_after,
                    created_before=created_before,
                ),
                _operation.answer,
            )
        )

    def errors(
        self,
        *,
        limit: int | Unset = 50,
    ) -> Iterator[ErrorEntry]:
        """Read the error log.

        Faults of the server, newest first, under the request ids that its clients were told.
        """
        from . import errors as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )


class AsyncLogs(AsyncCalls):
    """Operations about logs, for programs with an event loop."""

    def audit(
        self,
        *,
        limit: int | Unset = 50,
        user_id: str | Unset = UNSET,
        project_id: str | Unset = UNSET,
        operation: str | Unset = UNSET,
        resource: str | Unset = UNSET,
        status: int | Unset = UNSET,
        request_id: str | Unset = UNSET,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
    ) -> AsyncIterator[AuditEntry]:
        """Read the audit log.

        Every call that changed something or was refused, newest first: who, what, where and the outcome.
        Admins read all of it, a project-admin what happened in the project.
        """
        from . import audit as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    user_id=user_id,
                    project_id=project_id,
                    operation=operation,
                    resource=resource,
                    status=status,
                    request_id=request_id,
                    created_after=created_after,
                    created_before=created_before,
                ),
                _operation.answer,
            )
        )

    def errors(
        self,
        *,
        limit: int | Unset = 50,
    ) -> AsyncIterator[ErrorEntry]:
        """Read the error log.

        Faults of the server, newest first, under the request ids that its clients were told.
        """
        from . import errors as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )
