"""The benchmarks run, compare like with like, and write the README's blocks."""

import numpy as np
import pytest
from hanami_benchmarks import engine, float_mlp, on_sensors, on_time, peers, properties


@pytest.fixture
def small(monkeypatch):
    """Only scikit-learn's digits: enough to see that everything works."""
    monkeypatch.setenv("HANAMI_MNIST_DIR", "nowhere")


def test_the_engine_is_measured_beside_its_peers(small):
    result = peers.measure(seeds=1, subset=50)
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
    assert {row[1].strip("`") for row in result.rows} == set(properties.FIGURES)
    verdicts = {(row[1].strip("`"), row[4]) for row in result.rows}
    for name in ("curves", "table", "match", "novelty", "budget"):  # what needs no digits
        assert (name, "holds") in verdicts
        assert (name, "missed") not in verdicts
    assert (tmp_path / on_time.HISTOGRAM).stat().st_size > 1000
    assert sum("█" in picture for picture in result.pictures) == 2


def test_figures_are_named_on_the_command_line(small, capsys):
    engine.main(["--only", "bytes", "--seeds", "1"])
    assert "≤ 2.2" in capsys.readouterr().out
    for arguments, told in ((["--only", "bites"], "peers, binary"), (["--only", "bytes", "--write"], "all figures")):
        with pytest.raises(SystemExit):
            engine.main(arguments)
        assert told in capsys.readouterr().err


def test_sensors_are_raw_and_broken_readings_are_in_their_history():
    stream = on_sensors.sensors(np.random.default_rng(0))
    assert stream.anomalous.sum() == on_sensors.ANOMALIES
    assert not (stream.anomalous & stream.broken).any()
    assert not stream.anomalous[: on_sensors.WARM].any()
    assert stream.broken[: on_sensors.WARM].sum() >= 4
    typical = np.median(np.abs(stream.samples[:, [0, 2, 3, 5, 9, 11]]), axis=0)
    assert typical.max() / typical.min() > 1e5
    tops = np.abs(stream.samples[~stream.anomalous & ~stream.broken]).max(axis=0)
    assert (np.abs(stream.samples[stream.broken]) > 1e5 * tops).any(axis=1).mean() > 0.8


def test_z_scores_are_what_they_are_called():
    x = np.random.default_rng(0).normal(5, 2, (2000, 1))
    x[1500:] += 3
    running, windowed = on_sensors.running_z(x, on_sensors.FREELY), on_sensors.windowed_z(x)
    assert running[-1] == pytest.approx(abs(x[-1, 0] - x[:-1].mean()) / x[:-1].std())
    recent = x[-1 - on_sensors.WINDOW : -1]
    assert windowed[-1] == pytest.approx(abs(x[-1, 0] - recent.mean()) / recent.std())
    broken = x.copy()
    broken[100] = 1e6
    assert np.median(on_sensors.running_z(broken, on_sensors.CLIP)[101:]) > 0.3
    assert np.median(on_sensors.running_z(broken, on_sensors.FREELY)[101:]) < 0.1
