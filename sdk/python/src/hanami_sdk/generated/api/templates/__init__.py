"""Operations about templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    import datetime
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.name_order import NameOrder, check_name_order
    from ...models.rename import Rename
    from ...models.template import Template
    from ...models.template_check import TemplateCheck
    from ...models.template_create import TemplateCreate
    from ...models.template_layout import TemplateLayout
    from ...models.template_summary import TemplateSummary


class Templates(Calls):
    """Operations about templates."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> Iterator[TemplateSummary]:
        """List the templates.

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
        name: str,
        text: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Template:
        """Keep a template.

        For clusters to be made from; a text that is none is refused, with its line and key.
        """
        from ...models import TemplateCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=TemplateCreate(
                    name=name,
                    text=text,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def get(
        self,
        template_id: UUID,
    ) -> Template:
        """Get a template.

        With what it lays out.
        """
        from . import get as _operation

        return self._call(
            _operation.request(
                template_id=template_id,
            ),
            _operation.answer,
        )

    def delete(
        self,
        template_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a template.

        Clusters that were made from it stay as they are.
        """
        from . import delete as _operation

        return self._call(
            _operation.request(
                template_id=template_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def update(
        self,
        template_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Template:
        """Rename a template.

        Its text stays as it is, and so do clusters that were made from it.
        """
        from ...models import Rename
        from . import update as _operation

        return self._call(
            _operation.request(
                template_id=template_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    def picture(
        self,
        template_id: UUID,
    ) -> str:
        """Draw a template.

        Its hexagons, layer by layer, and what each of them can reach.
        """
        from . import picture as _operation

        return self._call(
            _operation.request(
                template_id=template_id,
            ),
            _operation.answer,
        )

    def check(
        self,
        text: str,
    ) -> TemplateLayout:
        """Check a template.

        Keeps nothing; a text that `createTemplate` would refuse is refused in the same way.
        """
        from ...models import TemplateCheck
        from . import check as _operation

        return self._call(
            _operation.request(
                body=TemplateCheck(
                    text=text,
                ),
            ),
            _operation.answer,
        )


class AsyncTemplates(AsyncCalls):
    """Operations about templates, for programs with an event loop."""

    def list(
        self,
        *,
        limit: int | Unset = 50,
        created_after: datetime.datetime | Unset = UNSET,
        created_before: datetime.datetime | Unset = UNSET,
        order: NameOrder | Unset = UNSET,
        descending: bool | Unset = False,
        name: str | Unset = UNSET,
    ) -> AsyncIterator[TemplateSummary]:
        """List the templates.

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
        name: str,
        text: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Template:
        """Keep a template.

        For clusters to be made from; a text that is none is refused, with its line and key.
        """
        from ...models import TemplateCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=TemplateCreate(
                    name=name,
                    text=text,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def get(
        self,
        template_id: UUID,
    ) -> Template:
        """Get a template.

        With what it lays out.
        """
        from . import get as _operation

        return await self._call(
            _operation.request(
                template_id=template_id,
            ),
            _operation.answer,
        )

    async def delete(
        self,
        template_id: UUID,
        *,
        version: int | None = None,
    ) -> None:
        """Delete a template.

        Clusters that were made from it stay as they are.
        """
        from . import delete as _operation

        return await self._call(
            _operation.request(
                template_id=template_id,
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def update(
        self,
        template_id: UUID,
        name: str,
        *,
        version: int | None = None,
    ) -> Template:
        """Rename a template.

        Its text stays as it is, and so do clusters that were made from it.
        """
        from ...models import Rename
        from . import update as _operation

        return await self._call(
            _operation.request(
                template_id=template_id,
                body=Rename(
                    name=name,
                ),
                if_match=tag_of(version),
            ),
            _operation.answer,
        )

    async def picture(
        self,
        template_id: UUID,
    ) -> str:
        """Draw a template.

        Its hexagons, layer by layer, and what each of them can reach.
        """
        from . import picture as _operation

        return await self._call(
            _operation.request(
                template_id=template_id,
            ),
            _operation.answer,
        )

    async def check(
        self,
        text: str,
    ) -> TemplateLayout:
        """Check a template.

        Keeps nothing; a text that `createTemplate` would refuse is refused in the same way.
        """
        from ...models import TemplateCheck
        from . import check as _operation

        return await self._call(
            _operation.request(
                body=TemplateCheck(
                    text=text,
                ),
            ),
            _operation.answer,
        )
