"""Tables of NumPy, pandas and polars; and an estimator of scikit-learn."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hanami_sdk import AsyncClient
from hanami_sdk.sklearn import RemoteClassifier
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score

TABLE = np.array([[1.5, 2], [np.nan, 4], [0.1, 1e-30]])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda _: TABLE])
def test_there_and_back(client, make):
    frame = make({"a": TABLE[:, 0], "b": TABLE[:, 1]})
    names = ["a", "b"] if frame is TABLE else None
    dataset = client.datasets.upload_frame("frame", frame, columns=names)
    expected = TABLE.astype(np.float32).astype(float)
    np.testing.assert_array_equal(client.datasets.frame(dataset.id, "numpy"), expected)
    np.testing.assert_array_equal(client.datasets.frame(dataset.id, "pandas")[["a", "b"]].to_numpy(), expected)
    np.testing.assert_array_equal(client.datasets.frame(dataset.id, "polars").select("a", "b").to_numpy(), expected)
    assert client.datasets.frame(dataset.id, "numpy", start=1, stop=2, columns=["b"]).tolist() == [[4]]


async def test_on_an_event_loop(server, admin):
    async with AsyncClient(server.url, **admin) as client:
        dataset = await client.datasets.upload_frame("frame", TABLE)
        frame = await client.datasets.frame(dataset.id)
        assert list(frame.columns) == ["c0", "c1"]


@pytest.mark.parametrize(("frame", "columns"), [(np.zeros((2, 2, 2)), None), (TABLE, ["a"])])
def test_what_is_no_table(client, frame, columns):
    with pytest.raises(ValueError, match="expected"):
        client.datasets.upload_frame("bad", frame, columns=columns)


def test_an_estimator(client):
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    order = np.random.default_rng(0).permutation(len(X))
    estimator = RemoteClassifier(client, epochs=30, seed=1)
    scores = cross_val_score(estimator, X[order], names[order], cv=3)
    assert scores.mean() > 0.85
    fitted = clone(estimator).fit(X[order], names[order])
    assert set(fitted.predict(X)) <= set(names)
    np.testing.assert_allclose(fitted.predict_proba(X[:5]).sum(axis=1), 1, atol=1e-5)
    assert client.clusters.get(fitted.cluster_id_).statistics.samples == 30 * len(X)


def test_bit_by_bit(client):
    X, y = load_iris(return_X_y=True)
    estimator = RemoteClassifier(client)
    with pytest.raises(ValueError, match="classes"):
        estimator.partial_fit(X, y)
    for at in range(0, len(X), 50):
        estimator.partial_fit(X[at : at + 50], y[at : at + 50], classes=[0, 1, 2])
    assert client.clusters.get(estimator.cluster_id_).statistics.samples == len(X)
    with pytest.raises(ValueError, match="labels"):
        estimator.partial_fit(X[:1], [7])
