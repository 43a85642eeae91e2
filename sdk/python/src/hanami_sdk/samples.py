"""Samples over plain HTTP: for slow sensors, one call at a time; what was learned is kept before a call returns."""

from collections.abc import Sequence
from uuid import UUID

from hanami_sdk.generated import models
from hanami_sdk.generated.api import samples as generated
from hanami_sdk.generated.types import UNSET, Unset

Rows = Sequence[Sequence[float | None]]
"""Lists of numbers, None for a missing reading; or what looks like them, as a table of NumPy does."""
Names = Sequence[str] | None | Unset
"""Whose each value of a row is, where a template has several hexagons."""


class Samples(generated.Samples):
    """What a cluster learns and answers, sample by sample."""

    def learn(
        self,
        cluster_id: UUID,
        inputs: Rows,
        targets: Rows,
        *,
        input_hexagons: Names = UNSET,
        target_hexagons: Names = UNSET,
        answer: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> models.SamplesLearned:
        """Learn rows, one after the other; with `answer`, tell what the network said to each before its truth."""
        return super().learn(
            cluster_id,
            _lists(inputs),
            _lists(targets),
            input_hexagons=_names(input_hexagons),
            target_hexagons=_names(target_hexagons),
            answer=answer,
            idempotency_key=idempotency_key,
        )

    def request(
        self, cluster_id: UUID, inputs: Rows, *, input_hexagons: Names = UNSET, keep: bool | Unset = False
    ) -> models.SamplesAnswered:
        """Ask about rows; with `keep`, `request_id` of the answer names them for `truth`."""
        return super().request(cluster_id, _lists(inputs), input_hexagons=_names(input_hexagons), keep=keep)

    def truth(
        self,
        cluster_id: UUID,
        request_id: UUID,
        targets: Rows,
        *,
        target_hexagons: Names = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> models.SamplesLearned:
        """Learn what should have been answered to an earlier request; raises NotFoundError where it is forgotten."""
        names = _names(target_hexagons)
        return super().truth(
            cluster_id, request_id, _lists(targets), target_hexagons=names, idempotency_key=idempotency_key
        )


class AsyncSamples(generated.AsyncSamples):
    """What a cluster learns and answers, sample by sample; see `Samples`."""

    async def learn(
        self,
        cluster_id: UUID,
        inputs: Rows,
        targets: Rows,
        *,
        input_hexagons: Names = UNSET,
        target_hexagons: Names = UNSET,
        answer: bool | Unset = False,
        idempotency_key: str | Unset = UNSET,
    ) -> models.SamplesLearned:
        """Learn rows, one after the other; with `answer`, tell what the network said to each before its truth."""
        return await super().learn(
            cluster_id,
            _lists(inputs),
            _lists(targets),
            input_hexagons=_names(input_hexagons),
            target_hexagons=_names(target_hexagons),
            answer=answer,
            idempotency_key=idempotency_key,
        )

    async def request(
        self, cluster_id: UUID, inputs: Rows, *, input_hexagons: Names = UNSET, keep: bool | Unset = False
    ) -> models.SamplesAnswered:
        """Ask about rows; with `keep`, `request_id` of the answer names them for `truth`."""
        return await super().request(cluster_id, _lists(inputs), input_hexagons=_names(input_hexagons), keep=keep)

    async def truth(
        self,
        cluster_id: UUID,
        request_id: UUID,
        targets: Rows,
        *,
        target_hexagons: Names = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> models.SamplesLearned:
        """Learn what should have been answered to an earlier request; raises NotFoundError where it is forgotten."""
        names = _names(target_hexagons)
        return await super().truth(
            cluster_id, request_id, _lists(targets), target_hexagons=names, idempotency_key=idempotency_key
        )


def _lists(rows: Rows) -> list[list[float | None]]:
    return [[None if value is None else float(value) for value in row] for row in rows]


def _names(names: Names) -> list[str] | Unset | None:
    return names if names is None or isinstance(names, Unset) else list(names)
