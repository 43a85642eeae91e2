"""6. Inputs, outputs and classes that appear and vanish at any time: what was learned stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from .base import Contract, accuracy, explained, few
from .plans import line, streams

OPEN = {"values": "real"}


class Change(Contract):
    def test_a_network_takes_its_shape_from_the_data(self):
        network = self.make()
        assert network.template.inputs[0].size is None
        network.learn([3.0, 0.0], 1)
        assert network.predict([3.0, 0.0]).shape == (2,)
        network.learn([3.0, 0.0, 5.0], 4)
        assert network.predict([3.0, 0.0, 5.0]).shape == (5,)
        real = self.make()
        real.learn([3.0], [0.5, 2.0])
        assert real.predict([3.0]).shape == (2,)

    # Inputs

    @few
    @given(stream=streams(), extra=st.integers(1, 300))
    def test_new_inputs_change_no_answer_until_they_speak(self, stream, extra):
        samples, labels = stream
        network = self.make(line(None, outputs=4, dead_zone=1))
        network.learn_many(samples, labels)
        before = network.predict_many(samples)
        padded = np.pad(samples, ((0, 0), (0, extra)))
        np.testing.assert_array_equal(network.predict_many(padded), before)
        beside = self.restore(network.to_bytes())
        assert network.learn(padded[0], labels[0]) == beside.learn(samples[0], labels[0])
        np.testing.assert_array_equal(network.predict_many(padded), beside.predict_many(samples))

    def test_half_a_picture_and_then_the_whole(self, digits, is_mnist):
        count, pixels = digits.train_images.shape
        part = slice(None, min(count // 2, 20_000))
        network = self.make(line(None, 256))
        for _ in range(1 if is_mnist else 10):
            network.learn_many(digits.train_images[part, : pixels // 2], digits.train_labels[part])
        upper = accuracy(network, digits.test_images[:, : pixels // 2], digits.test_labels)
        for _ in range(1 if is_mnist else 5):
            network.learn_many(digits.train_images[part], digits.train_labels[part])
        whole = accuracy(network, digits.test_images, digits.test_labels)
        covered = digits.test_images.copy()
        covered[:, pixels // 2 :] = 0
        assert whole > upper + 4
        assert accuracy(network, covered, digits.test_labels) > upper - 12

    def test_inputs_that_vanish_leave_the_rest_at_work(self, digits, is_mnist):
        count, pixels = digits.train_images.shape
        blind = [images.astype(np.float32) for images in (digits.train_images, digits.test_images)]
        for images in blind:
            images[:, pixels // 3 : pixels // 2] = np.nan
        part = slice(None, min(count // 2, 20_000))
        network, never_saw = self.make(line(None, 256, 10)), self.make(line(None, 256, 10))
        for _ in range(1 if is_mnist else 10):
            network.learn_many(digits.train_images[part], digits.train_labels[part])
            never_saw.learn_many(blind[0][part], digits.train_labels[part])
        before = accuracy(network, digits.test_images, digits.test_labels)
        for _ in range(1 if is_mnist else 5):
            network.learn_many(blind[0][part], digits.train_labels[part])
        at_work, best = (accuracy(each, blind[1], digits.test_labels) for each in (network, never_saw))
        assert at_work > best - 2
        assert accuracy(network, digits.test_images, digits.test_labels) > before - (6 if is_mnist else 10)

    # Classes and outputs

    def test_new_classes_leave_the_old_ones_as_they_were(self, digits, is_mnist):
        known, few_mixed = digits.train_labels < 5, slice(None, 5000)
        network = self.make(line(None, 256))
        for _ in range(1 if is_mnist else 10):
            network.learn_many(digits.train_images[known], digits.train_labels[known])
        asked = digits.test_labels < 5
        images, labels = digits.test_images[asked], digits.test_labels[asked]
        assert network.predict_many(images).shape[1] == 5
        before = accuracy(network, images, labels)
        for _ in range(1 if is_mnist else 5):
            network.learn_many(digits.train_images[few_mixed], digits.train_labels[few_mixed])
        answers = network.predict_many(images)
        assert answers.shape[1] == 10
        assert (answers[:, :5].argmax(axis=1) == labels).mean() * 100 > before - 1.5
        assert accuracy(network, digits.test_images, digits.test_labels) > 90

    def test_a_class_appears_in_the_middle_of_a_call(self):
        labels = np.array([0, 0, 1, 0, 3, 2] * 60)
        network = self.make(line())
        network.learn_many(np.eye(4)[labels] * 100, labels)
        np.testing.assert_array_equal(network.predict_many(np.eye(4) * 100).argmax(axis=1), range(4))

    def test_an_only_class_is_no_mistake(self):
        network = self.make(line(None, 1000))
        report = network.learn_many(np.random.default_rng(0).random((2000, 3)), np.zeros(2000, int))
        assert report.loss == 0
        assert network.stats().neurons == 128
        assert network.stats().levels == 3

    @few
    @given(stream=streams(), later=st.integers(4, 600))
    def test_the_answers_of_old_classes_keep_their_order(self, stream, later):
        samples, labels = stream
        network = self.make(line(None, dead_zone=1))
        network.learn_many(samples, labels)
        before = network.predict_many(samples)
        network.learn(np.zeros_like(samples[0]), later)
        after = network.predict_many(samples)
        assert after.shape[1] == later + 1
        old = after[:, : before.shape[1]]
        np.testing.assert_allclose(old / old.sum(axis=1, keepdims=True), before, rtol=1e-4, atol=1e-6)

    def test_a_new_real_output_leaves_the_others_as_they_were(self):
        x = np.random.default_rng(0).random((15_000, 2)) * 100
        y = np.stack([np.sin(x[:, 0] / 20), x[:, 1] / 50, np.cos(x.sum(axis=1) / 40)], axis=1)
        network = self.make(line(None, 256, **OPEN))
        network.learn_many(x, y[:, :2])
        before, old = explained(network, x, y[:, :2]), network.predict_many(x)
        assert before.min() > 0.98
        unknown = y.copy()
        unknown[:, :2] = np.nan
        network.learn(x[0], unknown[0])
        assert np.abs(network.predict_many(x)[:, :2] - old).max() < 0.05
        network.learn_many(x, y)
        after = explained(network, x, y)
        assert (after[:2] > before - 0.01).all()
        assert after[2] > 0.98

    def test_an_output_that_is_not_known_for_a_while_stays(self):
        x = np.random.default_rng(0).random((8000, 2)) * 100
        y = np.stack([x[:, 0] / 100, np.sin(x[:, 1] / 20)], axis=1)
        network = self.make(line(2, 256, 2, "real"))
        network.learn_many(x, y)
        y[:, 1] = np.nan
        network.learn_many(x, y)
        after = explained(network, x, np.stack([x[:, 0] / 100, np.sin(x[:, 1] / 20)], axis=1))
        assert after.min() > 0.8

    def test_unknown_truths_teach_nothing(self):
        network = self.make(line(2, outputs=2, values="real"))
        network.learn([1.0, 2.0], [0.5, -3.0])
        before = network.predict([1.0, 2.0])
        report = network.learn_many(np.ones((50, 2)) * [1, 2], np.full((50, 2), np.nan))
        assert report.loss == 0
        np.testing.assert_array_equal(network.predict([1.0, 2.0]), before)
