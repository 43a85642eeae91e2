"""The benchmarks run, compare like with like, and write the README's blocks."""

import numpy as np
import pytest
from hanami_benchmarks import engine, float_mlp, on_streams, properties


@pytest.fixture
def small(monkeypatch):
    """Only scikit-learn's digits: enough to see that everything works."""
    monkeypatch.setenv("HANAMI_MNIST_DIR", "nowhere")


def test_the_engine_is_measured_beside_its_peers(small):
    result = engine.measure(seeds=1, subset=50)
    assert [len(row) for row in result.rows] == [len(result.columns)] * 4
    accuracies = [float(row[1].split()[0]) for row in result.rows]
    assert accuracies[0] > 90  # the engine and the float32 MLP really learn
    assert accuracies[1] > 70
    assert any("stand in" in note for note in result.notes)


def test_the_peer_learns_by_gradient_descent():
    draw = np.random.default_rng(0)
    samples = draw.random((1, 5)).astype(np.float32)
    first, second = float_mlp.new(5, 7, 3, 0)

    def loss(first, second):
        outputs = np.maximum(samples[0] @ first, 0) @ second
        return float(np.log(np.exp(outputs).sum()) - outputs[1])

    learned = first.copy(), second.copy()
    float_mlp.learn(samples, np.array([1]), *learned, 1e-3)
    for before, after in zip((first, second), learned, strict=True):
        step = (after - before).astype(np.float64)
        place = np.unravel_index(np.abs(step).argmax(), step.shape)
        nudged = before.astype(np.float64).copy()
        nudged[place] += 1e-4
        parts = (nudged, second) if before is first else (first, nudged)
        slope = (loss(*parts) - loss(first, second)) / 1e-4
        assert step[place] == pytest.approx(-1e-3 * slope, rel=0.02)


def test_every_figure_is_measured(small, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = properties.measure(properties.FIGURES, seeds=1)
    assert {len(row) for row in result.rows} == {len(result.columns)}
    assert len(result.rows) > len(properties.FIGURES)
    verdicts = {row[0]: row[3] for row in result.rows}
    assert verdicts["2 inputs → 32 outputs, R² after one pass of 60,000"] == "holds"  # what needs no digits
    assert verdicts["anomalies found by novelty, 0.5 % false alarms"] == "holds"
    assert verdicts["delayed match over 3 steps, with spiking"] == "holds"
    assert (tmp_path / on_streams.HISTOGRAM).stat().st_size > 1000


def test_anomalies_are_not_what_a_threshold_on_one_channel_finds():
    x, anomalous = on_streams.sensors(np.random.default_rng(0))
    assert anomalous.sum() == 60
    assert not anomalous[: on_streams.WARM].any()
    assert (x.max(axis=0) / np.maximum(np.median(x, axis=0), 1e-9) > 1e5).any()  # broken readings are in the history
