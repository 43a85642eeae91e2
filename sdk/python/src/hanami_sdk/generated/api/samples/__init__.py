"""Operations about samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanami_sdk._calls import AsyncCalls, Calls, every, every_async, new_key, tag_of

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...models.samples_answered import SamplesAnswered
    from ...models.samples_learn import SamplesLearn
    from ...models.samples_learned import SamplesLearned
    from ...models.samples_request import SamplesRequest
    from ...models.truth_learn import TruthLearn


class Samples(Calls):
    """Operations about samples."""

    def request(
        self,
        cluster_id: UUID,
        inputs: builtins.list[builtins.list[float | None]],
        *,
        input_hexagons: builtins.list[str] | None | Unset = UNSET,
        keep: bool | Unset = False,
    ) -> SamplesAnswered:
        """Ask a cluster about samples.

        It stays as it is. Where their truth will come later, the inputs can be kept for it.
        """
        from ...models import SamplesRequest
        from . import request as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=SamplesRequest(
                    inputs=inputs,
                    input_hexagons=input_hexagons,
                    keep=keep,
                ),
            ),
            _operation.answer,
        )

    def truth(
        self,
        cluster_id: UUID,
        request_id: UUID,
        targets: builtins.list[builtins.list[float | None]],
        *,
        target_hexagons: builtins.list[str] | None | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> SamplesLearned:
        """Tell the truth about a request.

        The cluster learns it on the inputs that were kept for it. They are forgotten after that, an hour
        after the request, with a restart, or where too many wait: it is a 404 then. What was learned is
        kept before it is answered; of many calls at a time, all by one writing.
        """
        from ...models import TruthLearn
        from . import truth as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                request_id=request_id,
                body=TruthLearn(
                    targets=targets,
                    target_hexagons=target_hexagons,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    def learn(
        self,
        cluster_id: UUID,
        inputs: builtins.list[builtins.list[float | None]],
        targets: builtins.list[builtins.list[float | None]],
        *,
        input_hexagons: builtins.list[str] | None | Unset = UNSET,
        target_hexagons: builtins.list[str] | None | Unset = UNSET,
        answer: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> SamplesLearned:
        """Let a cluster learn samples.

        One after the other, as they are, from the very first one on. What was learned is kept before it is
        answered; of many calls at a time, all by one writing.
        """
        from ...models import SamplesLearn
        from . import learn as _operation

        return self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=SamplesLearn(
                    inputs=inputs,
                    targets=targets,
                    input_hexagons=input_hexagons,
                    target_hexagons=target_hexagons,
                    answer=answer,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )


class AsyncSamples(AsyncCalls):
    """Operations about samples, for programs with an event loop."""

    async def request(
        self,
        cluster_id: UUID,
        inputs: builtins.list[builtins.list[float | None]],
        *,
        input_hexagons: builtins.list[str] | None | Unset = UNSET,
        keep: bool | Unset = False,
    ) -> SamplesAnswered:
        """Ask a cluster about samples.

        It stays as it is. Where their truth will come later, the inputs can be kept for it.
        """
        from ...models import SamplesRequest
        from . import request as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=SamplesRequest(
                    inputs=inputs,
                    input_hexagons=input_hexagons,
                    keep=keep,
                ),
            ),
            _operation.answer,
        )

    async def truth(
        self,
        cluster_id: UUID,
        request_id: UUID,
        targets: builtins.list[builtins.list[float | None]],
        *,
        target_hexagons: builtins.list[str] | None | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> SamplesLearned:
        """Tell the truth about a request.

        The cluster learns it on the inputs that were kept for it. They are forgotten after that, an hour
        after the request, with a restart, or where too many wait: it is a 404 then. What was learned is
        kept before it is answered; of many calls at a time, all by one writing.
        """
        from ...models import TruthLearn
        from . import truth as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                request_id=request_id,
                body=TruthLearn(
                    targets=targets,
                    target_hexagons=target_hexagons,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )

    async def learn(
        self,
        cluster_id: UUID,
        inputs: builtins.list[builtins.list[float | None]],
        targets: builtins.list[builtins.list[float | None]],
        *,
        input_hexagons: builtins.list[str] | None | Unset = UNSET,
        target_hexagons: builtins.list[str] | None | Unset = UNSET,
        answer: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> SamplesLearned:
        """Let a cluster learn samples.

        One after the other, as they are, from the very first one on. What was learned is kept before it is
        answered; of many calls at a time, all by one writing.
        """
        from ...models import SamplesLearn
        from . import learn as _operation

        return await self._call(
            _operation.request(
                cluster_id=cluster_id,
                body=SamplesLearn(
                    inputs=inputs,
                    targets=targets,
                    input_hexagons=input_hexagons,
                    target_hexagons=target_hexagons,
                    answer=answer,
                ),
                idempotency_key=idempotency_key or new_key(),
            ),
            _operation.answer,
        )
