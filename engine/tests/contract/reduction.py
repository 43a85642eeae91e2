"""10. Reduction: what is hardly ever active goes, and comes back when it is needed."""

import numpy as np
import pytest
from hypothesis import given, settings

from .anatomy import Anatomy
from .base import Contract, accuracy, at_most, few
from .plans import cases, line

SEEDS = range(3)
LONG = 20_000  # samples: ten looks at every source


class Reduction(Contract):
    def idle(self, network, sample, label=0, samples=LONG):
        """Show one sample for a long time."""
        return network.learn_many(np.tile(np.asarray(sample, np.float32), (samples, 1)), np.full(samples, label))

    def with_rare_input(self, seed=0, **settings):
        """A network whose second input told the classes apart, and then was silent for long."""
        random = np.random.default_rng(seed)
        second = random.integers(0, 2, 500)
        network = self.make(line(2, 128, 2, **settings), seed)
        network.learn_many(np.stack([np.full(500, 5), second * 7], axis=1), second)
        assert network.stats().inputs == 2
        self.idle(network, [5, 0])
        return network

    def test_what_is_not_used_goes_and_its_memory_with_it(self):
        network = self.with_rare_input(enable_reduction=True)
        stats = network.stats()
        assert (stats.inputs, stats.levels) == (1, 1)
        inside = Anatomy(network)
        assert inside.record["freed"] > 0
        assert inside.record["free_row"] > 0

    def test_nothing_goes_where_nobody_asked_for_it(self):
        assert self.with_rare_input(enable_reduction=False).stats().inputs == 2

    def test_what_is_used_stays(self):
        random = np.random.default_rng(0)
        x = (random.random((LONG, 20)) < 0.1) * 5
        network = self.make(line(20, 128, 2, enable_reduction=True))
        network.learn_many(x, random.integers(0, 2, LONG))
        assert network.stats().inputs == 20
        assert Anatomy(network).record["freed"] == 0

    @pytest.mark.parametrize("threshold", [0.0, 0.3, 1.0])
    def test_the_threshold_decides(self, threshold):
        random = np.random.default_rng(0)
        x = (random.random((3 * LONG, 2)) < [0.2, 0.4]) * 5
        network = self.make(line(2, 128, 2, dead_zone=1, enable_reduction=True, reduction_threshold=threshold))
        network.learn_many(x, np.zeros(len(x), int))
        assert network.stats().inputs == {0.0: 2, 0.3: 1, 1.0: 0}[threshold]

    def test_what_was_removed_grows_again_when_it_is_needed(self):
        network, random = self.with_rare_input(enable_reduction=True), np.random.default_rng(1)
        assert network.learn([5, 7], 1).grown == 0  # one sample is not worth it
        second = random.integers(0, 2, 1500)
        x = np.stack([np.full(1500, 5), second * 7], axis=1)
        assert network.learn_many(x, second).grown >= 1
        assert network.stats().inputs == 2
        np.testing.assert_array_equal(network.predict_many([[5, 0], [5, 7]]).argmax(axis=1), [0, 1])

    def test_what_nobody_needs_does_not_grow_again(self):
        network = self.with_rare_input(enable_reduction=True)
        x = np.tile([[5, 0], [5, 7]], (1500, 1))
        assert network.learn_many(x, np.zeros(3000, int)).grown == 0
        assert network.stats().inputs == 1

    def test_what_an_outlier_made_grow_goes_again(self):
        random = np.random.default_rng(0)
        network = self.make(line(1, 128, 2, enable_reduction=True, dead_zone=1))
        x = random.uniform(1, 10, (2000, 1))
        network.learn_many(x, np.zeros(2000, int))
        known = network.predict_many(x)
        network.learn_many(np.full((8, 1), 1e6), np.zeros(8, int))
        before = Anatomy(network).levels(0)
        assert before[-1].low == pytest.approx(10, abs=0.5)
        assert before[-1].high == pytest.approx(30, abs=1.5)
        network.learn_many(np.tile(x, (10, 1)), np.zeros(LONG, int))
        assert [level.high for level in Anatomy(network).levels(0)] == [level.high for level in before[:-1]]
        np.testing.assert_array_equal(network.predict_many(x), known)

    def test_values_of_a_matching_input_go_one_by_one(self):
        network = self.make(line(1, 128, 2, kind="match", enable_reduction=True, dead_zone=1))
        network.learn_many(np.arange(1, 7)[:, None], np.zeros(6, int))
        network.learn_many(np.tile([[2], [5]], (LONG // 2, 1)), np.zeros(LONG, int))
        assert sorted(level.low for level in Anatomy(network).levels(0)) == [2, 5]
        assert network.learn([3], 0).novelty == 1
        assert network.stats().levels == 3

    def test_digits_are_read_as_well_with_half_the_synapses(self, digits, is_mnist, grain):
        plain, reduced, kept = [], [], []
        pixels, passes = digits.train_images.shape[1], 1 if is_mnist else 8
        for seed in SEEDS:
            pair = [
                self.make(line(pixels, 256, 10, **more), seed)
                for more in ({}, {"enable_reduction": True, "reduction_threshold": 0.05})
            ]
            for network in pair:
                network.announce(len(digits.train_images) * passes)
                for _ in range(passes):
                    network.learn_many(digits.train_images, digits.train_labels)
            found = [accuracy(network, digits.test_images, digits.test_labels) for network in pair]
            plain.append(found[0])
            reduced.append(found[1])
            kept.append(pair[1].stats().synapses / pair[0].stats().synapses)
        assert np.mean(plain) - np.mean(reduced) <= max(0.1, grain)
        assert np.mean(kept) < (0.6 if is_mnist else 1)

    @settings(few, max_examples=at_most(15))
    @given(case=cases(rows=(5000,), reduction=True))
    def test_a_network_that_sheds_much_stays_sound(self, case):
        network = self.make(case.template)
        for begin in range(0, case.rows, 1000):
            network.learn_many(*case.part(begin, begin + 1000))
            inside = Anatomy(network)  # audits
            rows, free = int(inside.record["rows"]) - 1, 0
            row = int(inside.record["free_row"])
            while row:
                row, free = int(inside.arrays.sections["next"][row]), free + 1
            assert rows - free == network.stats().sections
            assert inside.record["born"] - inside.record["freed"] == network.stats().sections
