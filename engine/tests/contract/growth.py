"""2. Growth by need: levels follow values, splits, sections and blocks follow errors, and nothing grows twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from .anatomy import Anatomy
from .base import Contract, few
from .plans import cases, line, streams

STILL = 1e-30  # a learning rate that moves no weight


def borders(network, column=0):
    """Borders of the levels of an input, from 0 to the top."""
    inside = Anatomy(network)
    levels = inside.levels(inside.source(column))
    return [level.low for level in levels] + [levels[-1].high]


class Growth(Contract):
    def mature(self, value, **settings):
        """A network that knows one value of one input well."""
        network = self.make(line(1, outputs=2, **({"dead_zone": 1} | settings)))
        network.learn_many(np.full((600, 1), value), np.zeros(600, int))
        return network

    @few
    @given(stream=streams("uint8"))
    def test_the_same_samples_grow_nothing_twice(self, stream):
        samples, labels = stream
        network = self.make(line(samples.shape[1], outputs=4, dead_zone=1))
        for _ in range(120):  # 5 % at a time: 115 times from 1 to 255
            network.learn_many(samples, labels)
        report = network.learn_many(samples, labels)
        assert report.grown == 0
        assert not report.novelty.any()

    def test_what_is_learned_asks_for_nothing_more(self):
        random = np.random.default_rng(0)
        samples = (random.integers(0, 2, (60, 20)) * random.integers(1, 255, 20)).astype(np.uint8)
        labels = random.integers(0, 4, 60)
        network = self.make(line(20, 512, 4))
        first = network.learn_many(samples, labels).grown
        for _ in range(60):
            network.learn_many(samples, labels)
        report = network.learn_many(samples, labels)
        assert first >= 20
        assert report.grown == 0
        assert (network.predict_many(samples).argmax(axis=1) == labels).all()

    # Levels

    @few
    @given(start=st.floats(1e-3, 1e3), factor=st.floats(1.06, 1e4))
    def test_a_source_that_knows_its_values_grows_levels_above_them(self, start, factor):
        network, value = self.mature(np.float32(start)), np.float32(start) * np.float32(factor)
        known = network.predict([start])
        for _ in range(7):  # might still be broken readings
            assert network.learn([value], 1).grown == 0
        assert network.learn([value], 1).grown == 1
        low, middle, high = borders(network)
        assert (low, middle) == (0, np.float32(start))
        assert high == pytest.approx(min(value, 3 * middle))
        np.testing.assert_array_equal(network.predict([start]), known)
        for _ in range(100):
            network.learn([value], 1)
        assert borders(network)[-1] == pytest.approx(value)
        assert network.request([value]).novelty == 0

    @few
    @given(start=st.floats(1e-3, 1e3), factor=st.floats(1.001, 1.04))
    def test_a_border_follows_what_lies_little_beyond_it(self, start, factor):
        network, value = self.mature(np.float32(start)), np.float32(start) * np.float32(factor)
        assert network.learn([value], 1).grown == 0
        assert borders(network) == [0, value]

    @few
    @given(values=arrays.arrays(np.float32, st.integers(1, 30), elements=st.floats(1, 1000, width=32)))
    def test_a_border_never_moves_by_more_than_a_twentieth(self, values):
        network = self.make(line(1, outputs=2))
        network.learn([values[0]], 0)
        top = borders(network)[-1]
        for value in values[1:]:
            network.learn([value], 1)
            before, top = top, borders(network)[-1]
            assert top <= max(before * np.float32(1.051), value if before > 256 * value else 0)

    def test_outliers_do_not_stretch_what_is_known(self):
        network = self.mature(10.0)
        for _ in range(7):
            network.learn([1e7], 1)
        assert borders(network) == [0, 10]

    # Splits

    @few
    @given(seed=st.integers(0, 2**32 - 1), inputs=st.integers(1, 4), outputs=st.integers(1, 3))
    def test_splits_keep_the_function(self, seed, inputs, outputs):
        random = np.random.default_rng(seed)
        network = self.make(line(inputs, outputs=outputs, values="real", learning_rate=STILL, fan_out=1), seed % 100)
        network.learn_many(np.full((16, inputs), 100.0), np.ones((16, outputs)))  # no first value is in doubt any more
        probes = random.random((100, inputs)) * 100
        before = network.predict_many(probes)
        network.learn_many(random.random((2000, inputs)) * 100, random.choice([-1.0, -0.5, 1.0], (2000, outputs)))
        levels = network.stats().levels
        assert levels > inputs
        # every level rounds once more, by at most 1/2048 in every neuron, and weights to the outputs are below 0.1
        bound = levels / 2048 * 0.1 * np.sqrt(128) * 3
        assert np.abs(network.predict_many(probes) - before).max() < bound

    def test_a_curve_is_cut_where_it_bends(self):
        x = np.random.default_rng(0).random((20_000, 1)) * 100
        network = self.make(line(1, 256, 1, "real"))
        network.learn_many(x, np.where(x < 80, 0, np.abs(x - 90) / 10))
        found = np.array(borders(network))
        assert len(found) > 4
        assert (found[1:-1] > 60).mean() > 0.5  # three quarters of the range are straight

    def test_inputs_of_two_values_are_not_cut(self):
        random = np.random.default_rng(0)
        samples, labels = random.integers(0, 2, (5000, 3)), random.integers(0, 2, 5000)
        for values, kind in ((samples * 200, "real"), (samples, "binary"), (samples * 7.5, "match")):
            network = self.make(line(3, outputs=2, kind=kind))
            network.learn_many(values, labels)
            assert network.stats().levels == 3

    def test_noise_grows_less_and_less(self):
        random = np.random.default_rng(0)
        network, found = self.make(line(1, outputs=2, fan_out=1)), []
        for _ in range(2):
            for _ in range(4 ** len(found)):
                network.learn_many(random.random((4000, 1)), random.integers(0, 2, 4000))
            found.append(network.stats().levels)
        assert found[0] < found[1] <= 3 * found[0]

    # Sections and blocks

    def test_blocks_open_where_errors_ask_for_them(self):
        random = np.random.default_rng(0)
        samples, labels = random.random((20_000, 4)) * 100, random.integers(0, 4, 20_000)
        noisy = self.make(line(4, 1000, 4))
        noisy.learn_many(samples, labels)
        calm = self.make(line(4, 1000, 4))
        calm.learn_many(np.eye(4, dtype=np.uint8)[labels] * 9, labels)
        assert calm.stats().neurons <= 256
        assert noisy.stats().neurons == 1000  # its last block is not whole
        idle = self.make(line(4, 1000, 4, dead_zone=1))
        idle.learn_many(samples, labels)
        assert idle.stats().neurons == 128

    @pytest.mark.parametrize("fan_out", [1, 2, 8])
    def test_a_level_reaches_so_many_blocks_in_the_end(self, fan_out):
        random = np.random.default_rng(0)
        network = self.make(line(4, 512, 4, kind="binary", fan_out=fan_out))
        network.learn_many(random.integers(0, 2, (5000, 4)), random.integers(0, 4, 5000))
        assert network.stats().neurons == 512
        assert network.stats().sections == 4 * min(fan_out, 4)

    @few
    @given(case=cases(rows=(40, 300)))
    def test_no_level_has_more_sections_than_it_may(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        inside = Anatomy(network)  # looks for two sections to one block, and audits all lists
        for index in range(len(case.template.hexagons)):
            for source in inside.sources(index):
                for level in inside.levels(source):
                    assert 1 <= len(level.rows) <= case.template.settings.fan_out

    @few
    @given(case=cases(rows=(300,)), data=st.data())
    def test_the_report_counts_what_was_born(self, case, data):
        network = self.make(case.template)
        cut = data.draw(st.integers(0, case.rows))
        first = network.learn_many(*case.part(0, cut))
        before = int(Anatomy(network).record["born"])
        second = network.learn_many(*case.part(cut))
        assert first.grown == before
        assert second.grown == int(Anatomy(network).record["born"]) - before
        assert (first.samples, second.samples) == (cut, case.rows - cut)
        assert network.stats().samples == case.rows
