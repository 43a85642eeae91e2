"""A network on a server as an estimator of scikit-learn; needs ``hanami-sdk[sklearn]``."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from hanami_sdk.client import Client
from hanami_sdk.errors import ApiError

ROWS = 64  # in a frame

Array = Any


class RemoteClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Classes, learned sample by sample by a growing network on a server.

    Parameters
    ----------
    client : Client
        Who asks where; left out, what the environment or a profile says.
    template : str
        Text of a template; left out, one that suits the data.
    epochs : int
        Passes over the samples, in `fit`.
    seed : int
        The same seed and samples give the same network.
    name : str
        What the cluster is called.

    Attributes
    ----------
    cluster_id_ : UUID
        The network; `client.clusters.delete` removes it.
    classes_ : array
        The labels, sorted.
    """

    def __init__(
        self,
        client: Client | None = None,
        *,
        template: str | None = None,
        epochs: int = 1,
        seed: int = 0,
        name: str = "classifier",
    ) -> None:
        self.client, self.template, self.epochs, self.seed, self.name = client, template, epochs, seed, name

    def fit(self, X: Array, y: Array) -> Self:
        """Make a new network, and let it learn samples: X [samples, features], y [samples]."""
        X, y = self._checked(X, y, reset=True)
        self.classes_ = _labels(y)
        client = self._connected()
        self.cluster_id_ = client.clusters.create(self.name, template=self.template, seed=self.seed).id
        for _ in range(self.epochs):
            self._learn(X, y)
        return self

    def partial_fit(self, X: Array, y: Array, classes: Array = None) -> Self:
        """Let the network learn more samples; `classes` are all labels there will be, needed at the first call."""
        if hasattr(self, "cluster_id_"):
            X, y = self._checked(X, y, reset=False)
        else:
            if classes is None:
                raise ValueError("classes: needed at the first call")
            X, y = self._checked(X, y, reset=True)
            self.classes_ = _labels(classes)
            self.cluster_id_ = self._connected().clusters.create(self.name, template=self.template, seed=self.seed).id
        self._learn(X, y)
        return self

    def predict_proba(self, X: Array) -> Array:
        """Return the probabilities of classes, [samples, classes]."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float32, ensure_all_finite=False)
        frames = [X[at : at + ROWS] for at in range(0, len(X), ROWS)]
        with self._connected().session(self.cluster_id_) as session:
            answers = [_good(answer).outputs for answer in session.send_many(frames, "request")]
        told = np.concatenate([np.atleast_2d(answer) for answer in answers]).astype(np.float64)
        found = np.zeros((len(X), len(self.classes_)))  # the network knows classes that it has met
        found[:, : told.shape[1]] = told[:, : len(self.classes_)]
        return found

    def predict(self, X: Array) -> Array:
        """Return the likeliest class of each sample."""
        likeliest: Array = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]

    def _learn(self, X: Array, y: Array) -> None:
        targets: Array = np.searchsorted(self.classes_, y)
        if not np.isin(y, self.classes_).all():
            raise ValueError("y: expected labels among `classes_`")
        pairs = ((X[at : at + ROWS], targets[at : at + ROWS].reshape(-1, 1)) for at in range(0, len(X), ROWS))
        with self._connected().session(self.cluster_id_) as session:
            for answer in session.send_many(pairs, "learn"):
                _good(answer)

    def _checked(self, X: Array, y: Array, *, reset: bool) -> tuple[Array, Array]:
        checked: tuple[Array, Array] = validate_data(
            self, X, y, reset=reset, dtype=np.float32, ensure_all_finite="allow-nan"
        )
        return checked

    def _connected(self) -> Client:
        return self.client if self.client is not None else Client()

    def __sklearn_clone__(self) -> "RemoteClassifier":
        return type(self)(**self.get_params(deep=False))  # a connection is shared, not copied


def _labels(y: Array) -> Array:
    return np.unique(y)


def _good(answer: Any) -> Any:  # noqa: ANN401 -- an answer, or why there is none
    if isinstance(answer, ApiError):
        raise answer
    return answer
