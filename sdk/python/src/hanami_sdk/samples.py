"""Samples over plain HTTP: for slow sensors, one call at a time; what was learned is kept before a call returns."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from hanami_sdk._answers import new_key, success
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.samples import learn_samples, learn_truth, request_samples
from hanami_sdk.generated.api.sessions import delete_session, list_sessions

Rows = Sequence[Sequence[float | None]]
Names = Sequence[str] | None


class Samples:
    """What a cluster learns and answers, sample by sample; rows are lists of numbers, None for a missing reading.

    Where a template has several hexagons, `input_hexagons` and `target_hexagons` name whose each value of a row is.
    """

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def learn(
        self,
        cluster_id: UUID,
        inputs: Rows,
        targets: Rows,
        *,
        answer: bool = False,
        input_hexagons: Names = None,
        target_hexagons: Names = None,
    ) -> models.SamplesLearned:
        """Learn rows, one after the other; with `answer`, tell what the network said to each before its truth."""
        wish = models.SamplesLearn(
            inputs=_lists(inputs),
            targets=_lists(targets),
            answer=answer,
            input_hexagons=_names(input_hexagons),
            target_hexagons=_names(target_hexagons),
        )
        return success(learn_samples.sync(cluster_id, client=self._api, idempotency_key=new_key(), body=wish))

    def request(
        self, cluster_id: UUID, inputs: Rows, *, keep: bool = False, input_hexagons: Names = None
    ) -> models.SamplesAnswered:
        """Ask about rows; with `keep`, `request_id` of the answer names them for `truth`."""
        wish = models.SamplesRequest(inputs=_lists(inputs), keep=keep, input_hexagons=_names(input_hexagons))
        return success(request_samples.sync(cluster_id, client=self._api, body=wish))

    def truth(
        self, cluster_id: UUID, request_id: UUID, targets: Rows, *, target_hexagons: Names = None
    ) -> models.SamplesLearned:
        """Learn what should have been answered to an earlier request; raises NotFoundError where it is forgotten."""
        wish = models.TruthLearn(targets=_lists(targets), target_hexagons=_names(target_hexagons))
        learned = learn_truth.sync(cluster_id, request_id, client=self._api, idempotency_key=new_key(), body=wish)
        return success(learned)


class Sessions:
    """Direct sessions as others see them; `Client.session` opens one."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def list(self, cluster_id: UUID) -> Iterator[models.Session]:
        """Yield the sessions of a cluster, the oldest first."""
        yield from success(list_sessions.sync(cluster_id, client=self._api)).items

    def end(self, cluster_id: UUID, session_id: UUID) -> None:
        """End a session of somebody for good; what was learned stays."""
        delete_session.sync_detailed(cluster_id, session_id, client=self._api)


def _lists(rows: Rows) -> list[list[float | None]]:
    return [[None if value is None else float(value) for value in row] for row in rows]


def _names(names: Names) -> list[str] | None:
    return None if names is None else list(names)
