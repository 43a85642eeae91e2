"""What must hold for every network, whatever runs it: properties 1 to 5 and 12 of the engine.

A backend proves itself by inheriting `NetworkContract` and saying how a network is made.
"""

import threading
from abc import ABC, abstractmethod
from itertools import pairwise

import numpy as np
import pytest
from hanami_engine import InputError, Network
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])


@st.composite
def streams(draw, dtype=None):
    """A raw stream of samples with their classes: any finite magnitude, any sign, many zeros."""
    count, inputs = draw(st.integers(1, 40)), draw(st.integers(1, 20))
    kind = dtype or draw(st.sampled_from(["uint8", "float32"]))
    elements = (
        st.one_of(st.just(0), st.integers(0, 255))
        if kind == "uint8"
        else st.one_of(st.just(0.0), st.floats(-(2.0**40), 2.0**40, width=32, allow_subnormal=False))
    )
    samples = draw(arrays.arrays(kind, (count, inputs), elements=elements))
    labels = draw(arrays.arrays(np.int64, count, elements=st.integers(0, 3)))
    return samples, labels


def accuracy(network, digits):
    """Percentage of the test images that are read rightly."""
    return float((network.predict_many(digits.test_images).argmax(axis=1) == digits.test_labels).mean() * 100)


class NetworkContract(ABC):
    @classmethod
    @abstractmethod
    def make(cls, template, seed=0) -> Network:
        """Give a new network of the backend."""

    @classmethod
    def trained(cls, template, digits, seed=0, change=lambda images: images):
        """A network after one pass over the digits, and its accuracy, both on changed images."""
        images = np.ascontiguousarray(change(digits.train_images))
        network = cls.make(template(images.shape[1], 256), seed)
        network.announce(len(images))
        network.learn_many(images, digits.train_labels)
        changed = digits._replace(test_images=np.ascontiguousarray(change(digits.test_images)))
        return network, accuracy(network, changed)

    @pytest.fixture(scope="class")
    @classmethod
    def plain(cls, template, digits):
        """Mean accuracy of three seeds on the digits as they are."""
        return float(np.mean([cls.trained(template, digits, seed)[1] for seed in range(3)]))

    # 1. Birth

    def test_a_new_network_owns_nothing(self, template):
        stats = self.make(template(1000, 512)).stats()
        assert (stats.sections, stats.synapses, stats.inputs, stats.samples) == (0, 0, 0, 0)

    def test_a_new_network_answers_at_once(self, template):
        np.testing.assert_allclose(self.make(template(3, outputs=4)).predict_many(np.ones((2, 3))), 0.25)
        np.testing.assert_array_equal(self.make(template(3, outputs=4, values="real")).predict([1, 2, 3]), 0)

    @few
    @given(stream=streams())
    def test_only_what_was_active_owns_sections(self, template, stream):
        samples, labels = stream
        network = self.make(template(samples.shape[1], 200, 4))
        network.learn_many(samples, labels)
        wide = samples.astype(np.float64)
        sources = (wide > 1e-30).any(axis=0).sum() + (wide < -1e-30).any(axis=0).sum()
        stats = network.stats()
        assert stats.inputs == (np.abs(wide) > 1e-30).any(axis=0).sum()
        assert stats.sections == 2 * sources  # 200 neurons are two blocks
        assert stats.synapses == 200 * sources + 200 * 4

    # 2. Growth by need

    @few
    @given(stream=streams())
    def test_the_same_samples_grow_nothing_twice(self, template, stream):
        samples, labels = stream
        network = self.make(template(samples.shape[1], outputs=4))
        for _ in range(16):  # by then no first value is in doubt any more
            network.learn_many(samples, labels)
        before = network.stats()
        assert network.learn_many(samples, labels).grown == 0
        assert network.stats().sections == before.sections

    def test_memory_grows_with_the_inputs_seen_and_seldom(self, template):
        network = self.make(template(2000))
        sizes = []
        for i in range(2000):
            sample = np.zeros(2000, np.uint8)
            sample[i] = 9
            assert network.learn(sample, i % 10).grown == 1
            sizes.append(network.stats().bytes)
        empty = self.make(template(2000)).stats().bytes
        assert len(set(sizes)) <= 12  # doubling: a dozen steps for two thousand sections
        assert all(size - empty <= 2 * 260 * (i + 1) + 10 * 128 * 4 for i, size in enumerate(sizes))

    # 3. Cost follows activity

    @few
    @given(stream=streams("uint8"), extra=st.integers(1, 50))
    def test_inputs_that_stay_silent_change_nothing(self, template, stream, extra):
        samples, labels = stream
        slim = self.make(template(samples.shape[1], outputs=4))
        wide = self.make(template(samples.shape[1] + extra, outputs=4))
        padded = np.concatenate([samples, np.zeros((len(samples), extra), np.uint8)], axis=1)
        slim.learn_many(samples, labels)
        wide.learn_many(padded, labels)
        np.testing.assert_array_equal(slim.predict_many(samples), wide.predict_many(padded))
        assert slim.stats().synapses == wide.stats().synapses

    def test_sections_of_silent_inputs_are_not_touched(self, template):
        network = self.make(template(8))
        network.learn_many(np.eye(8, dtype=np.uint8)[[0, 1, 2, 3]] * 50, [0, 1, 2, 3])
        before = network._state.weights[2:4].copy()
        network.learn_many(np.eye(8, dtype=np.uint8)[[0, 1] * 50] * 50, [5, 6] * 50)
        np.testing.assert_array_equal(network._state.weights[2:4], before)

    # 4. Raw values

    @few
    @given(stream=streams("float32"), powers=st.lists(st.integers(-10, 20), min_size=20, max_size=20))
    def test_units_do_not_matter(self, template, stream, powers):
        samples, labels = stream
        samples = np.where(np.abs(samples) < 1e-6, 0, samples).astype(np.float32)
        scaled = samples * 2.0 ** np.array(powers[: samples.shape[1]], np.float32)
        one, other = (self.make(template(samples.shape[1], outputs=4)) for _ in range(2))
        one.learn_many(samples, labels)
        other.learn_many(scaled, labels)
        np.testing.assert_array_equal(one.predict_many(samples), other.predict_many(scaled.astype(np.float32)))

    def test_any_scale_of_any_input_reads_digits_as_well(self, template, digits, plain, grain):
        factors = 10.0 ** np.random.default_rng(0).uniform(-3, 6, digits.train_images.shape[1])
        scaled = [
            self.trained(template, digits, seed, lambda images: (images * factors).astype(np.float32))[1]
            for seed in range(3)
        ]
        assert abs(np.mean(scaled) - plain) <= max(0.3, grain)

    @few
    @given(stream=streams("float32"), position=st.data())
    def test_what_is_no_number_never_poisons_a_weight(self, template, stream, position):
        samples, labels = stream
        broken = samples.copy()
        places = st.tuples(*(st.integers(0, size - 1) for size in samples.shape))
        for place in position.draw(st.lists(places, min_size=1, max_size=5)):
            broken[place] = position.draw(st.sampled_from([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45]))
        network = self.make(template(samples.shape[1], outputs=4))
        for _ in range(5):
            network.learn_many(broken, labels)
        assert np.isfinite(network.predict_many(samples)).all()
        assert np.isfinite(network.predict_many(broken)).all()
        Network.from_bytes(network.to_bytes())  # a snapshot refuses what is not finite

    def test_nan_is_no_reading(self, template):
        network = self.make(template(2))
        network.learn_many(np.array([[1, np.nan], [1, 0]], np.float32), [0, 1])
        assert network.stats().inputs == 1
        np.testing.assert_array_equal(network.predict([1, np.nan]), network.predict([1, 0]))

    # 5. One broken value

    @pytest.mark.parametrize("moment", ["before", "during", "after"])
    def test_one_broken_value_does_no_harm(self, template, digits, plain, grain, moment):
        found = []
        for seed in range(3):
            images = digits.train_images.astype(np.float32)
            row = {"before": 0, "during": len(images) // 2, "after": len(images) - 1}[moment]
            pixel = int(images.sum(axis=0).argmax())
            images[row, pixel] = 255e6
            network = self.make(template(images.shape[1], 256), seed)
            network.announce(len(images))
            network.learn_many(images, digits.train_labels)
            found.append(accuracy(network, digits))
        assert plain - np.mean(found) < max(0.1, grain)

    def test_a_source_born_from_a_broken_value_is_born_again(self, template):
        network = self.make(template(1, outputs=2))
        network.learn([1e9], 0)
        assert network.learn([3.0], 1).grown == 1
        assert network.stats().sections == 1
        for _ in range(200):
            network.learn([3.0], 1)
            network.learn([1.0], 0)
        assert network.predict([3.0]).argmax() == 1
        assert network.predict([1.0]).argmax() == 0

    # 12. Determinism

    @few
    @given(stream=streams(), cuts=st.lists(st.integers(0, 40), max_size=6), data=st.data())
    def test_slicing_saving_and_loading_change_no_bit(self, template, stream, cuts, data):
        samples, labels = stream
        whole, sliced = (self.make(template(samples.shape[1], 200, 4), 7) for _ in range(2))
        for network in (whole, sliced):
            network.announce(len(samples))
        whole.learn_many(samples, labels)
        borders = [0, *sorted(min(cut, len(samples)) for cut in cuts), len(samples)]
        for start, end in pairwise(borders):
            if data.draw(st.booleans()):
                sliced = Network.from_bytes(sliced.to_bytes())
            if end - start == 1:
                sliced.learn(samples[start], labels[start])
            else:
                sliced.learn_many(samples[start:end], labels[start:end], progress=lambda *_: None)
        assert whole.to_bytes() == sliced.to_bytes()

    def test_the_same_seed_gives_the_same_bytes_and_another_one_others(self, template, digits):
        part = digits._replace(train_images=digits.train_images[:1000], train_labels=digits.train_labels[:1000])
        first, again, other = (self.trained(template, part, seed)[0].to_bytes() for seed in (1, 1, 2))
        assert first == again != other

    def test_threads_and_dtypes_change_no_bit(self, template, digits):
        images, labels = digits.train_images[:2000], digits.train_labels[:2000]
        networks = [self.make(template(images.shape[1], 256), 3) for _ in range(4)]
        frozen = images.copy()
        frozen.setflags(write=False)
        forms = [images, frozen, images.astype(np.float32), np.asfortranarray(images)]
        threads = [
            threading.Thread(target=network.learn_many, args=(form, labels))
            for network, form in zip(networks, forms, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({network.to_bytes() for network in networks}) == 1

    # What it is for

    def test_one_pass_reads_digits(self, plain, is_mnist):
        assert plain >= (97.5 if is_mnist else 94)

    @few
    @given(stream=streams())
    def test_asking_changes_nothing_and_inputs_are_not_kept(self, template, stream):
        samples, labels = stream
        network = self.make(template(samples.shape[1], outputs=4))
        given_samples, given_labels = samples.copy(), labels.copy()
        network.learn_many(samples, labels)
        before = network.to_bytes()
        answers = network.predict_many(samples)
        assert network.to_bytes() == before
        np.testing.assert_array_equal(answers, [network.predict(sample) for sample in samples])
        np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_array_equal(samples, given_samples)
        np.testing.assert_array_equal(labels, given_labels)

    def test_real_outputs_of_any_range_are_learned(self, template):
        draw = np.random.default_rng(0)
        x = draw.random((20_000, 4)) * [1, 1e4, 1e-3, 50]
        unit = x / [1, 1e4, 1e-3, 50]
        y = np.stack([1e6 * unit[:, 0] - 5e5 * unit[:, 1], 1e-3 * unit.mean(axis=1), unit[:, 2] * unit[:, 3]], axis=1)
        network = self.make(template(4, outputs=3, values="real"))
        network.announce(len(x))
        network.learn_many(x, y)
        error = ((network.predict_many(x) - y) ** 2).mean(axis=0)
        assert (1 - error / y.var(axis=0) > 0.9).all()

    def test_a_broken_target_cannot_drag_the_network_along(self, template):
        x = np.random.default_rng(0).random((5000, 3)).astype(np.float32)
        y = x.sum(axis=1)
        y[[0, 1000]] = 1e9
        network = self.make(template(3, outputs=1, values="real"))
        network.learn_many(x, y)
        assert np.abs(network.predict_many(x[2000:])[:, 0] - y[2000:]).mean() < 0.3

    @pytest.mark.parametrize(
        ("x", "y", "field", "words"),
        [
            (np.ones((2, 3)), [0, 1], "x", "expected shape (n, 4), got (2, 3)"),
            (np.ones(4), [0], "x", "expected shape (n, 4)"),
            (np.array([["a"] * 4]), [0], "x", "expected real numbers"),
            (np.ones((1, 4), complex), [0], "x", "expected real numbers"),
            ([[1, 2], [3]], [0], "x", "rows have the same length"),
            (np.ones((2, 4)), [0], "y", "expected 2 class numbers"),
            (np.ones((2, 4)), [0, 10], "y", "row 1: expected a class from 0 to 9, got 10"),
            (np.ones((2, 4)), [-1, 0], "y", "row 0: expected a class"),
            (np.ones((2, 4)), [0, 0.5], "y", "row 1: expected a class"),
            (np.ones((2, 4)), [0, np.nan], "y", "row 1: expected a class"),
            (np.ones((2, 4)), ["a", "b"], "y", "expected real numbers"),
        ],
    )
    def test_what_does_not_fit_is_refused_and_changes_nothing(self, template, x, y, field, words):
        network = self.make(template(4))
        network.learn_many(np.ones((3, 4)), [0, 1, 2])
        before = network.to_bytes()
        with pytest.raises(InputError) as caught:
            network.learn_many(x, y)
        assert caught.value.field == field
        assert words in str(caught.value)
        assert network.to_bytes() == before

    @pytest.mark.parametrize("y", [[[np.nan]], [[np.inf]], [[1e39]], [[1, 2]], [1, 2]])
    def test_real_targets_must_be_finite_and_fit(self, template, y):
        network = self.make(template(2, outputs=1, values="real"))
        before = network.to_bytes()
        with pytest.raises(InputError, match="y: "):
            network.learn_many([[1, 2]], y)
        assert network.to_bytes() == before

    def test_nothing_to_learn_is_no_error(self, template):
        network = self.make(template(4))
        assert network.learn_many(np.empty((0, 4), np.uint8), []) == (0, 0.0, 0)
        assert network.predict_many(np.empty((0, 4))).shape == (0, 10)
