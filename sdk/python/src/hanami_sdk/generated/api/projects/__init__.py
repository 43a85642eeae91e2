"""Operations about projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator

    from ...models.member import Member
    from ...models.member_role import MemberRole, check_member_role
    from ...models.member_set import MemberSet
    from ...models.name_order import NameOrder, check_name_order
    from ...models.project import Project
    from ...models.project_create import ProjectCreate
    from ...models.project_update import ProjectUpdate
    from ...models.quota import Quota
    from ...models.quota_set import QuotaSet


class Projects(Calls):
    """Operations about projects."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[Project]:
        """List the projects.

        Oldest first, where no other order is asked for; admins see all, others those they belong to.
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
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Project:
        """Create a project.

        It has no members yet; see `setProjectMember`.
        """
        from ...models import ProjectCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=ProjectCreate(
                    id=id,
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        project_id: str,
    ) -> Project:
        """Get a project.

        Admins see all, others those they belong to.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        project_id: str,
        *,
        force: bool | Unset = False,
        version: int | None = None,
    ) -> None:
        """Delete a project.

        Its members stay users, and the id is never given again. One that something belongs to is only
        deleted with `force`, and then all of it goes as well, for good.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
                force=force,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        project_id: str,
        name: str,
        *,
        version: int | None = None,
    ) -> Project:
        """Change a project.

        Any by an admin, that of the token by its project-admin.
        """
        from ...models import ProjectUpdate
        from . import update as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
                body=ProjectUpdate(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def members(
        self,
        project_id: str,
        *,
        limit: int | Unset = 50,
    ) -> Iterator[Member]:
        """List the members of a project.

        By the ids of the users.
        """
        from . import members as _operation

        return every(
            lambda cursor: self._call(
                _operation.request(
                    project_id=project_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    def set_member(
        self,
        project_id: str,
        user_id: str,
        role: MemberRole,
    ) -> Member:
        """Make a user a member of a project.

        Or change the role of one who is; it counts from the user's next request. Any project by an admin,
        that of the token by its project-admin.
        """
        from ...models import MemberSet
        from . import set_member as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
                user_id=user_id,
                body=MemberSet(
                    role=role,
                ),
            ),
            _operation.answer,
        )

    def remove_member(
        self,
        project_id: str,
        user_id: str,
    ) -> None:
        """Take a user out of a project.

        It counts from the user's next request; what the user made in the project stays there.
        """
        from . import remove_member as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
                user_id=user_id,
            ),
            _operation.answer,
        )

    def quota(
        self,
        project_id: str,
    ) -> Quota:
        """How much a project may have and has.

        All its members together; admins see every project's, others those they belong to.
        """
        from . import quota as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
            ),
            _operation.answer,
        )

    def set_quota(
        self,
        project_id: str,
        *,
        clusters: int | None | Unset = UNSET,
        dataset_bytes: int | None | Unset = UNSET,
        checkpoint_bytes: int | None | Unset = UNSET,
        synapse_bytes: int | None | Unset = UNSET,
        tasks: int | None | Unset = UNSET,
        sessions: int | None | Unset = UNSET,
    ) -> Quota:
        """Limit what a project may have.

        Whatever would go beyond one of its limits is refused with 409. For what is left out the limits of
        the server's settings hold. What there is already stays, also where it is more.
        """
        from ...models import QuotaSet
        from . import set_quota as _operation

        return self._call(
            _operation.request(
                project_id=project_id,
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


class AsyncProjects(AsyncCalls):
    """Operations about projects, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[Project]:
        """List the projects.

        Oldest first, where no other order is asked for; admins see all, others those they belong to.
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
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Project:
        """Create a project.

        It has no members yet; see `setProjectMember`.
        """
        from ...models import ProjectCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=ProjectCreate(
                    id=id,
                    name=name,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        project_id: str,
    ) -> Project:
        """Get a project.

        Admins see all, others those they belong to.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        project_id: str,
        *,
        force: bool | Unset = False,
        version: int | None = None,
    ) -> None:
        """Delete a project.

        Its members stay users, and the id is never given again. One that something belongs to is only
        deleted with `force`, and then all of it goes as well, for good.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
                force=force,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        project_id: str,
        name: str,
        *,
        version: int | None = None,
    ) -> Project:
        """Change a project.

        Any by an admin, that of the token by its project-admin.
        """
        from ...models import ProjectUpdate
        from . import update as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
                body=ProjectUpdate(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def members(
        self,
        project_id: str,
        *,
        limit: int | Unset = 50,
    ) -> AsyncIterator[Member]:
        """List the members of a project.

        By the ids of the users.
        """
        from . import members as _operation

        return every_async(
            lambda cursor: self._call(
                _operation.request(
                    project_id=project_id,
                    limit=limit,
                    cursor=cursor,
                ),
                _operation.answer,
            )
        )

    async def set_member(
        self,
        project_id: str,
        user_id: str,
        role: MemberRole,
    ) -> Member:
        """Make a user a member of a project.

        Or change the role of one who is; it counts from the user's next request. Any project by an admin,
        that of the token by its project-admin.
        """
        from ...models import MemberSet
        from . import set_member as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
                user_id=user_id,
                body=MemberSet(
                    role=role,
                ),
            ),
            _operation.answer,
        )

    async def remove_member(
        self,
        project_id: str,
        user_id: str,
    ) -> None:
        """Take a user out of a project.

        It counts from the user's next request; what the user made in the project stays there.
        """
        from . import remove_member as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
                user_id=user_id,
            ),
            _operation.answer,
        )

    async def quota(
        self,
        project_id: str,
    ) -> Quota:
        """How much a project may have and has.

        All its members together; admins see every project's, others those they belong to.
        """
        from . import quota as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
            ),
            _operation.answer,
        )

    async def set_quota(
        self,
        project_id: str,
        *,
        clusters: int | None | Unset = UNSET,
        dataset_bytes: int | None | Unset = UNSET,
        checkpoint_bytes: int | None | Unset = UNSET,
        synapse_bytes: int | None | Unset = UNSET,
        tasks: int | None | Unset = UNSET,
        sessions: int | None | Unset = UNSET,
    ) -> Quota:
        """Limit what a project may have.

        Whatever would go beyond one of its limits is refused with 409. For what is left out the limits of
        the server's settings hold. What there is already stays, also where it is more.
        """
        from ...models import QuotaSet
        from . import set_quota as _operation

        return await self._call(
            _operation.request(
                project_id=project_id,
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
