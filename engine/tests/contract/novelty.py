"""14. Novelty: how much a sample makes, or would make, a network grow."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from .base import Contract, few
from .plans import cases, line, pick, streams


class Novelty(Contract):
    @few
    @given(case=cases(rows=(1, 40, 300)))
    def test_what_was_learned_is_not_new_and_asking_says_the_same_as_learning(self, case):
        network = self.make(case.template)
        for index in range(min(case.rows, 40)):
            x, y = case.row(index)
            asked = network.request(x).novelty
            assert network.learn(x, y).novelty == asked >= 0

    @few
    @given(stream=streams(), kind=st.sampled_from(["real", "binary", "match"]))
    def test_the_same_sample_is_new_only_once(self, stream, kind):
        samples, labels = stream
        network = self.make(line(samples.shape[1], outputs=4, kind=kind))
        first = network.learn(samples[0], labels[0]).novelty
        values = samples[0].astype(np.float32)
        assert first == ((values > 0) if kind == "binary" else (np.abs(values) > np.float32(1e-30))).sum()
        assert network.request(samples[0]).novelty == 0
        assert network.learn(samples[0], labels[0]).novelty == 0

    @few
    @given(value=st.floats(1e-6, 1e6), factors=st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=8))
    def test_it_counts_the_doublings_beyond_what_was_seen(self, value, factors):
        network = self.make(line(1, outputs=2, dead_zone=1))
        network.learn_many(np.full((20, 1), value), np.zeros(20, int))
        factors = np.sort(factors)
        found = network.request_many((np.float32(value) * factors)[:, None]).novelty
        np.testing.assert_allclose(found, np.maximum(np.log2(factors), 0), atol=1e-3)
        assert (np.diff(found) >= -1e-6).all()

    def test_it_is_finite_whatever_the_ratio(self):
        network = self.make(line(1, outputs=2, dead_zone=1))
        network.learn_many(np.full((20, 1), 2e-30), np.zeros(20, int))
        assert np.isclose(network.request([np.inf]).novelty, np.log2(1e30 / 2e-30), atol=0.01)

    @few
    @given(new=st.integers(0, 30), far=st.lists(st.integers(1, 20), max_size=5))
    def test_it_sums_over_inputs(self, new, far):
        network = self.make(line(40, outputs=2))
        sample = np.zeros(40)
        sample[:5] = 3
        network.learn_many(np.tile(sample, (20, 1)), np.zeros(20, int))
        sample[5 : 5 + new] = 1e5
        sample[: len(far)] = 3 * 2.0 ** np.array(far, float)
        assert np.isclose(network.request(sample).novelty, new + sum(far), atol=1e-3)

    def test_a_new_sensor_counts_once_on_an_open_input(self):
        network = self.make(line())
        network.learn([3.0, 1.0], 0)
        asked = network.request([3.0, 1.0, 0.0, 7.0])
        assert asked.novelty == 1
        assert asked.outputs.shape == (1,)
        assert network.learn([3.0, 1.0, 0.0, 7.0], 1).novelty == 1
        assert network.request([3.0, 1.0, 0.0, 7.0]).novelty == 0
        assert network.request([3.0, 1.0, 5.0, np.nan]).novelty == 1

    @few
    @given(case=cases(rows=(40,)))
    def test_no_reading_is_never_new(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        nothing = {name: np.zeros_like(part[:1]) for name, part in case.inputs.items()}
        assert network.request_many(pick(nothing)).novelty[0] == 0

    def test_a_negative_reading_of_a_positive_sensor_is_new(self):
        network = self.make(line(1, outputs=2))
        network.learn([5.0], 0)
        assert network.request([-1.0]).novelty == 1

    def test_nothing_new_stays_new_where_there_is_no_room_for_it(self):
        network = self.make(line(400, outputs=2, memory_limit=1 << 16))
        network.learn_many(np.eye(400, dtype=np.uint8)[:300], np.arange(300) % 2)
        last = np.eye(400, dtype=np.uint8)[399]
        assert network.learn(last, 0).novelty == network.learn(last, 0).novelty == 1

    def test_a_removed_input_is_no_news(self):
        network = self.make(line(2, outputs=2, enable_reduction=True, dead_zone=1))
        network.learn([5, 7], 0)
        network.learn_many(np.tile([5, 0], (20_000, 1)), np.zeros(20_000, int))
        assert network.stats().inputs == 1
        assert network.request([5, 7]).novelty == 0

    def test_it_finds_what_does_not_belong_into_a_stream(self):
        random, steps = np.random.default_rng(0), np.arange(12_000)
        x = np.stack([50 + 40 * np.sin(steps / 50), 20 + 5 * np.sin(steps / 7), 3 + random.random(len(steps))], axis=1)
        x += random.normal(size=x.shape) * [1, 0.3, 0.05]
        odd = random.choice(np.arange(4000, len(steps)), 20, replace=False)
        x[odd, random.integers(0, 3, 20)] *= random.choice([-1, 4, 20], 20)
        network = self.make(line(3, outputs=1, values="real"))
        novelty = network.learn_many(x, np.roll(x[:, :1], -1)).novelty
        usual = np.setdiff1d(np.arange(4000, len(steps)), odd)
        assert (novelty[odd] > np.quantile(novelty[usual], 0.999)).mean() >= 0.9

    def test_a_report_gives_one_number_per_sample(self):
        network = self.make(line(3, outputs=2))
        report = network.learn_many([[1, 0, 0], [1, 0, 0], [1, 1, 1], [4, 0, 0]], [0, 1, 0, 1])
        assert report.novelty.dtype == np.float32
        np.testing.assert_allclose(report.novelty, [1, 0, 2, 2], atol=1e-3)
