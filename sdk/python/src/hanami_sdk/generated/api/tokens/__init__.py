"""Operations about tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator

    from ...models.access_token import AccessToken
    from ...models.identity import Identity
    from ...models.oidc_token_create import OidcTokenCreate
    from ...models.project_switch import ProjectSwitch
    from ...models.token_create import TokenCreate


class Tokens(Calls):
    """Operations about tokens."""

    def create(
        self,
        user_id: str,
        password: str,
        *,
        project_id: None | str | Unset = UNSET,
    ) -> AccessToken:
        """Log in.

        Answers an unknown user and a wrong password alike; after too many of them, none for a while.
        """
        from ...models import TokenCreate
        from . import create as _operation

        return self._call(
            _operation.request(
                body=TokenCreate(
                    user_id=user_id,
                    password=password,
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )

    def identity(
        self,
    ) -> Identity:
        """Who am I?.

        Whom the token, or the device key, of this request stands for, and what it is good for.
        """
        from . import identity as _operation

        return self._call(_operation.request(), _operation.answer)

    def delete(
        self,
    ) -> None:
        """Log out.

        The token that this request shows is refused from now on, also after a restart.
        """
        from . import delete as _operation

        return self._call(_operation.request(), _operation.answer)

    def exchange(
        self,
        id_token: str,
        *,
        project_id: None | str | Unset = UNSET,
    ) -> AccessToken:
        """Log in with OpenID Connect.

        Takes an ID token of the issuer that this server trusts. A user who comes first is made; the
        settings of the server say which claim the id is made of, and which roles other claims stand for.
        """
        from ...models import OidcTokenCreate
        from . import exchange as _operation

        return self._call(
            _operation.request(
                body=OidcTokenCreate(
                    id_token=id_token,
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )

    def switch(
        self,
        project_id: str,
    ) -> AccessToken:
        """Work in another project.

        A new token for one of the own projects; the old one stays good.
        """
        from ...models import ProjectSwitch
        from . import switch as _operation

        return self._call(
            _operation.request(
                body=ProjectSwitch(
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )


class AsyncTokens(AsyncCalls):
    """Operations about tokens, for programs with an event loop."""

    async def create(
        self,
        user_id: str,
        password: str,
        *,
        project_id: None | str | Unset = UNSET,
    ) -> AccessToken:
        """Log in.

        Answers an unknown user and a wrong password alike; after too many of them, none for a while.
        """
        from ...models import TokenCreate
        from . import create as _operation

        return await self._call(
            _operation.request(
                body=TokenCreate(
                    user_id=user_id,
                    password=password,
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )

    async def identity(
        self,
    ) -> Identity:
        """Who am I?.

        Whom the token, or the device key, of this request stands for, and what it is good for.
        """
        from . import identity as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def delete(
        self,
    ) -> None:
        """Log out.

        The token that this request shows is refused from now on, also after a restart.
        """
        from . import delete as _operation

        return await self._call(_operation.request(), _operation.answer)

    async def exchange(
        self,
        id_token: str,
        *,
        project_id: None | str | Unset = UNSET,
    ) -> AccessToken:
        """Log in with OpenID Connect.

        Takes an ID token of the issuer that this server trusts. A user who comes first is made; the
        settings of the server say which claim the id is made of, and which roles other claims stand for.
        """
        from ...models import OidcTokenCreate
        from . import exchange as _operation

        return await self._call(
            _operation.request(
                body=OidcTokenCreate(
                    id_token=id_token,
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )

    async def switch(
        self,
        project_id: str,
    ) -> AccessToken:
        """Work in another project.

        A new token for one of the own projects; the old one stays good.
        """
        from ...models import ProjectSwitch
        from . import switch as _operation

        return await self._call(
            _operation.request(
                body=ProjectSwitch(
                    project_id=project_id,
                ),
            ),
            _operation.answer,
        )
