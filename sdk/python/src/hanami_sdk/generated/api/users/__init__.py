"""Operations about users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator

    from ...models.member import Member
    from ...models.name_order import NameOrder, check_name_order
    from ...models.password_change import PasswordChange
    from ...models.quota import Quota
    from ...models.quota_set import QuotaSet
    from ...models.user import User
    from ...models.user_create import UserCreate
    from ...models.user_update import UserUpdate


class Users(Calls):
    """Operations about users."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[User]:
        """List the users.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    def create(
        self,
        id: str,
        name: str,
        password: str,
        *,
        is_admin: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> User:
        """Create a user.

        The user belongs to no project yet; see `setProjectMember`.
        """
        from ...models import UserCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=UserCreate(
                    id=id,
                    name=name,
                    password=password,
                    is_admin=is_admin,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        user_id: str,
    ) -> User:
        """Get a user.

        Admins see everybody, others only themselves.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        user_id: str,
        *,
        force: bool | Unset = False,
        version: int | None = None,
    ) -> None:
        """Delete a user.

        All tokens are refused at once, and the id is never given again. One who owns something is only
        deleted with `force`, and then all of it goes as well, for good. Nobody can delete the own account,
        or the last admin.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
                force=force,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        user_id: str,
        *,
        name: None | str | Unset = UNSET,
        is_admin: bool | None | Unset = UNSET,
        is_disabled: bool | None | Unset = UNSET,
        version: int | None = None,
    ) -> User:
        """Change a user.

        A user who is disabled may not log in, and all tokens are refused; enabled again, those that did not
        end are good once more. Nobody can disable or demote the own account, or the last admin.
        """
        from ...models import UserUpdate
        from . import update as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
                body=UserUpdate(
                    name=name,
                    is_admin=is_admin,
                    is_disabled=is_disabled,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def change_password(
        self,
        user_id: str,
        password: str,
        *,
        old_password: None | str | Unset = UNSET,
    ) -> None:
        """Change a password.

        The own one with the old one, another's by an admin. All earlier tokens of the user are refused.
        """
        from ...models import PasswordChange
        from . import change_password as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
                body=PasswordChange(
                    password=password,
                    old_password=old_password,
                ),
            ),
            _operation.answer,
        )

    def projects(
        self,
        user_id: str,
        *,
        limit: int | Unset = 50,
    ) -> Iterator[Member]:
        """List the projects of a user.

        With the role in each, by the ids of the projects.
        """
        from . import projects as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    user_id=user_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    def quota(
        self,
        user_id: str,
    ) -> Quota:
        """How much a user may have and has.

        In all projects together; admins see everybody's, others their own.
        """
        from . import quota as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
            ),
            _operation.answer,
        )

    def set_quota(
        self,
        user_id: str,
        *,
        clusters: int | None | Unset = UNSET,
        dataset_bytes: int | None | Unset = UNSET,
        checkpoint_bytes: int | None | Unset = UNSET,
        synapse_bytes: int | None | Unset = UNSET,
        tasks: int | None | Unset = UNSET,
        sessions: int | None | Unset = UNSET,
    ) -> Quota:
        """Limit what a user may have.

        Whatever would go beyond one of its limits is refused with 409. For what is left out the limits of
        the server's settings hold. What there is already stays, also where it is more.
        """
        from ...models import QuotaSet
        from . import set_quota as _operation

        return self._call(
            _operation.request(
                user_id=user_id,
                body=QuotaSet(
                    clusters=clusters,
                    dataset_bytes=dataset_bytes,
                    checkpoint_bytes=checkpoint_bytes,
                    synapse_bytes=synapse_bytes,
                    tasks=tasks,
                    sessions=sessions,
                ),
            ),
            _operation.answer,
        )


class AsyncUsers(AsyncCalls):
    """Operations about users, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[User]:
        """List the users.

        Oldest first, where no other order is asked for.
        """
        from . import list_ as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    limit=limit,
                    cursor=cursor,
                    created_after=created_after,
                    created_before=created_before,
                    order=order,
                    descending=descending,
                    name=name,
                ),
                _operation.answer,
            )
        )

    async def create(
        self,
        id: str,
        name: str,
        password: str,
        *,
        is_admin: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> User:
        """Create a user.

        The user belongs to no project yet; see `setProjectMember`.
        """
        from ...models import UserCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=UserCreate(
                    id=id,
                    name=name,
                    password=password,
                    is_admin=is_admin,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        user_id: str,
    ) -> User:
        """Get a user.

        Admins see everybody, others only themselves.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        user_id: str,
        *,
        force: bool | Unset = False,
        version: int | None = None,
    ) -> None:
        """Delete a user.

        All tokens are refused at once, and the id is never given again. One who owns something is only
        deleted with `force`, and then all of it goes as well, for good. Nobody can delete the own account,
        or the last admin.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
                force=force,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        user_id: str,
        *,
        name: None | str | Unset = UNSET,
        is_admin: bool | None | Unset = UNSET,
        is_disabled: bool | None | Unset = UNSET,
        version: int | None = None,
    ) -> User:
        """Change a user.

        A user who is disabled may not log in, and all tokens are refused; enabled again, those that did not
        end are good once more. Nobody can disable or demote the own account, or the last admin.
        """
        from ...models import UserUpdate
        from . import update as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
                body=UserUpdate(
                    name=name,
                    is_admin=is_admin,
                    is_disabled=is_disabled,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def change_password(
        self,
        user_id: str,
        password: str,
        *,
        old_password: None | str | Unset = UNSET,
    ) -> None:
        """Change a password.

        The own one with the old one, another's by an admin. All earlier tokens of the user are refused.
        """
        from ...models import PasswordChange
        from . import change_password as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
                body=PasswordChange(
                    password=password,
                    old_password=old_password,
                ),
            ),
            _operation.answer,
        )

    def projects(
        self,
        user_id: str,
        *,
        limit: int | Unset = 50,
    ) -> AsyncIterator[Member]:
        """List the projects of a user.

        With the role in each, by the ids of the projects.
        """
        from . import projects as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    user_id=user_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    async def quota(
        self,
        user_id: str,
    ) -> Quota:
        """How much a user may have and has.

        In all projects together; admins see everybody's, others their own.
        """
        from . import quota as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
            ),
            _operation.answer,
        )

    async def set_quota(
        self,
        user_id: str,
        *,
        clusters: int | None | Unset = UNSET,
        dataset_bytes: int | None | Unset = UNSET,
        checkpoint_bytes: int | None | Unset = UNSET,
        synapse_bytes: int | None | Unset = UNSET,
        tasks: int | None | Unset = UNSET,
        sessions: int | None | Unset = UNSET,
    ) -> Quota:
        """Limit what a user may have.

        Whatever would go beyond one of its limits is refused with 409. For what is left out the limits of
        the server's settings hold. What there is already stays, also where it is more.
        """
        from ...models import QuotaSet
        from . import set_quota as _operation

        return await self._call(
            _operation.request(
                user_id=user_id,
                body=QuotaSet(
                    clusters=clusters,
                    dataset_bytes=dataset_bytes,
                    checkpoint_bytes=checkpoint_bytes,
                    synapse_bytes=synapse_bytes,
                    tasks=tasks,
                    sessions=sessions,
                ),
            ),
            _operation.answer,
        )
