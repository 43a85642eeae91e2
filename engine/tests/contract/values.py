"""4. Raw values of any unit.  5. One broken value.  8. Binary inputs; and those that match."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .anatomy import Anatomy
from .base import Contract, few
from .plans import line, streams

SEEDS = range(3)


class Values(Contract):
    @pytest.fixture(scope="class")
    @classmethod
    def plain(cls, digits):
        """Mean accuracy of three seeds on the digits as they are."""
        return float(np.mean([cls.read_digits(digits, seed)[1] for seed in SEEDS]))

    def test_one_pass_reads_digits(self, plain, is_mnist):
        assert plain >= (97.5 if is_mnist else 94)

    # 4. Raw values

    @few
    @given(stream=streams("float32"), powers=st.lists(st.integers(-10, 20), min_size=20, max_size=20))
    def test_units_do_not_matter(self, stream, powers):
        samples, labels = stream
        samples = np.where(np.abs(samples) < 1e-6, 0, samples).astype(np.float32)
        scaled = samples * 2.0 ** np.array(powers[: samples.shape[1]], np.float32)
        one, other = (self.make(line(samples.shape[1], outputs=4)) for _ in range(2))
        first, second = one.learn_many(samples, labels), other.learn_many(scaled, labels)
        assert (first.loss, first.grown) == (second.loss, second.grown)
        np.testing.assert_allclose(first.novelty, second.novelty, rtol=1e-5)
        np.testing.assert_array_equal(one.predict_many(samples), other.predict_many(scaled.astype(np.float32)))

    def test_any_scale_of_any_input_reads_digits_as_well(self, digits, plain, grain):
        factors = 10.0 ** np.random.default_rng(0).uniform(-3, 6, digits.train_images.shape[1])
        found = [self.read_digits(digits, seed, lambda images: (images * factors).astype("f4"))[1] for seed in SEEDS]
        assert abs(np.mean(found) - plain) <= max(0.3, grain)

    @few
    @given(stream=streams("float32"), data=st.data(), kind=st.sampled_from(["real", "binary", "match"]))
    def test_what_is_no_number_never_poisons_a_weight(self, stream, data, kind):
        samples, labels = stream
        broken = samples.copy()
        places = st.tuples(*(st.integers(0, size - 1) for size in samples.shape))
        for place in data.draw(st.lists(places, min_size=1, max_size=5)):
            broken[place] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45]))
        network = self.make(line(samples.shape[1], outputs=4, kind=kind))
        for _ in range(5):
            assert np.isfinite(network.learn_many(broken, labels).novelty).all()
        assert np.isfinite(network.predict_many(samples)).all()
        assert np.isfinite(network.predict_many(broken)).all()
        Anatomy(network)  # a snapshot refuses what is not finite

    def test_nan_is_no_reading(self):
        network = self.make(line(2, outputs=2))
        network.learn_many(np.array([[1, np.nan], [1, 0]], np.float32), [0, 1])
        assert network.stats().inputs == 1
        np.testing.assert_array_equal(network.predict([1, np.nan]), network.predict([1, 0]))

    def test_infinity_is_the_largest_value(self):
        network = self.make(line(1, outputs=2))
        network.learn([1e30], 0)
        np.testing.assert_array_equal(network.predict([np.inf]), network.predict([1e30]))
        assert network.request([np.inf]).novelty == 0

    def test_both_signs_are_learned_apart(self):
        x = np.random.default_rng(0).uniform(-5, 5, (5000, 1))
        network = self.make(line(1, outputs=1, values="real"))
        network.learn_many(x, np.abs(x))
        assert np.abs(network.predict_many(x) - np.abs(x)).mean() < 0.25
        inside = Anatomy(network)
        assert inside.levels(inside.source(0))
        assert inside.levels(inside.source(0, negative=True))

    # 5. One broken value

    @pytest.mark.parametrize("moment", ["before", "during", "after"])
    def test_one_broken_value_does_no_harm(self, digits, plain, grain, moment):
        found = []
        for seed in SEEDS:
            images = digits.train_images.astype(np.float32)
            row = {"before": 0, "during": len(images) // 2, "after": len(images) - 1}[moment]
            images[row, int(images.sum(axis=0).argmax())] = 255e6
            found.append(self.read_digits(digits._replace(train_images=images), seed)[1])
        assert plain - np.mean(found) < max(0.1, grain)

    def test_a_source_born_from_a_broken_value_is_born_again(self):
        network = self.make(line(1, outputs=2))
        network.learn([1e9], 0)
        assert network.learn([3.0], 1).grown == 1
        assert network.stats().sections == 1
        for _ in range(200):
            network.learn([3.0], 1)
            network.learn([1.0], 0)
        assert network.predict([3.0]).argmax() == 1
        assert network.predict([1.0]).argmax() == 0

    def test_a_broken_target_cannot_drag_the_network_along(self):
        x = np.random.default_rng(0).random((5000, 3)).astype(np.float32)
        y = x.sum(axis=1)
        y[[0, 1000]] = 1e9
        network = self.make(line(3, outputs=1, values="real"))
        network.learn_many(x, y)
        assert np.abs(network.predict_many(x[2000:])[:, 0] - y[2000:]).mean() < 0.3

    # 8. Binary inputs, and those that match

    def test_digits_in_black_and_white_are_read_as_well(self, digits, is_mnist):
        bright, limit = int(digits.train_images.max()) // 2, 97.2 if is_mnist else 92
        found = []
        for kind in ("binary", "real"):
            template = line(digits.train_images.shape[1], 256, 10, kind=kind)
            found.append(self.read_digits(digits, 0, lambda images: (images > bright).astype(np.uint8), template)[1])
        assert min(found) >= limit
        assert found[0] == found[1]  # all values are one: there is nothing to tell them apart by

    @few
    @given(stream=streams())
    def test_binary_inputs_ask_only_whether_there_is_anything(self, stream):
        samples, labels = stream
        raw, cut = (self.make(line(samples.shape[1], outputs=4, kind="binary")) for _ in range(2))
        ones = (samples > 0).astype(np.uint8)
        raw.learn_many(np.where(np.abs(samples) < 1e-30, 0, samples).astype(np.float32), labels)
        cut.learn_many(np.where(np.abs(samples) < 1e-30, 0, ones), labels)
        np.testing.assert_array_equal(raw.predict_many(ones), cut.predict_many(ones))
        assert raw.to_bytes() == cut.to_bytes()

    def test_matching_inputs_know_every_value_by_itself(self):
        values = np.random.default_rng(0).permutation(np.arange(1, 41)) * 0.5
        answers = np.random.default_rng(1).integers(0, 3, 40)
        network = self.make(line(1, 256, 3, kind="match"))
        for _ in range(30):
            network.learn_many(values[:, None], answers)
        assert (network.predict_many(values[:, None]).argmax(axis=1) == answers).all()
        assert network.stats().levels == 40
        assert network.request([values[0]]).novelty == 0
        assert network.request([0.25]).novelty == 1
        np.testing.assert_array_equal(network.predict([0.25]), network.predict([0]))  # it is like nothing else

    @few
    @given(stream=streams())
    def test_matching_inputs_have_a_level_per_value_and_sign(self, stream):
        samples, labels = stream
        network = self.make(line(samples.shape[1], outputs=4, kind="match"))
        report = network.learn_many(samples, labels)
        wide = samples.astype(np.float32)
        seen = [set(column[np.abs(column) > np.float32(1e-30)].tolist()) for column in wide.T]
        assert network.stats().levels == sum(map(len, seen)) == report.novelty.sum()
        inside = Anatomy(network)
        for column, values in enumerate(seen):
            lows = [level.low for level in inside.levels(inside.source(column))]
            assert sorted(lows) == sorted(value for value in values if value > 0)
