"""11. Spiking: potentials fade from step to step, and a neuron that fired rests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .anatomy import Anatomy
from .base import Contract, few
from .plans import cases, line

ENDLESS = {"dead_zone": 1}  # nothing is corrected, so that potentials depend on inputs alone


def echoes(network):
    """What is left of the potentials of the only block."""
    return Anatomy(network).arrays.echoes[0].astype(int)


def fade(cooldown):
    """Cool-down in the units of the kernels."""
    return min(round(32768 / cooldown), 32767)


class Spiking(Contract):
    def ready(self, value=100, **settings):
        """A network that knows one value and has no echo."""
        network = self.make(line(1, 128, 2, **ENDLESS, **settings))
        network.learn([value], 0)
        network.rest()
        return network

    def test_a_constant_input_gives_a_saw_tooth(self):
        network, found = self.ready(neuron_cooldown=1.5, refractory_time=3), []
        for _ in range(30):
            network.predict([100])
            found.append(echoes(network))
        jump = found[0]
        assert (jump > 0).sum() > 30
        for step in range(1, 30):
            left = (found[step - 1] * fade(1.5)) >> 15
            np.testing.assert_array_equal(found[step], left + jump if step % 3 == 0 else left)
        strongest = int(jump.argmax())
        series = np.array([potentials[strongest] for potentials in found]) / jump[strongest]
        np.testing.assert_allclose(series[:4], [1, 1 / 1.5, 1 / 1.5**2, 1 + 1 / 1.5**3], atol=0.01)
        assert np.abs(series[24] - 1 / (1 - 1.5**-3)) < 0.01  # the plateau
        assert (np.diff(series[::3]) > -0.01).all()

    @few
    @given(
        cooldown=st.floats(1.0, 1e4), refractory=st.integers(1, 5), inputs=st.lists(st.integers(0, 100), max_size=25)
    )
    def test_potentials_follow_the_stated_rule(self, cooldown, refractory, inputs):
        network = self.ready(neuron_cooldown=cooldown, refractory_time=refractory)
        drive = []
        for value in inputs:  # what each value gives by itself
            network.rest()
            network.predict([value])
            drive.append(echoes(network))
        network.rest()
        echo, rest = np.zeros(128, int), np.zeros(128, int)
        for value, part in zip(inputs, drive, strict=True):
            network.predict([value])
            echo = (echo * fade(cooldown)) >> 15
            triggered = (rest == 0) & (part > 0)
            echo = np.minimum(echo + np.where(triggered, part, 0), 32767)
            rest = np.where(triggered, refractory - 1, np.maximum(rest - 1, 0))
            found = echoes(network)
            # a drive below zero, which its echo does not show, cools a neuron that does not rest
            shown = (part > 0) | (rest > 0)
            np.testing.assert_array_equal(found[shown], echo[shown])
            assert (found <= echo).all()
            echo = found

    def test_a_neuron_that_fired_is_silent_until_it_may_fire_again(self):
        network = self.ready(neuron_cooldown=1e9, refractory_time=4)
        first = network.predict([100])
        between = [network.predict([100]) for _ in range(3)]
        silent = self.ready(neuron_cooldown=1e9, refractory_time=4).predict([0])
        for answer in between:
            np.testing.assert_array_equal(answer, silent)
        np.testing.assert_array_equal(network.predict([100]), first)

    @pytest.mark.parametrize("time", [255, 256, 65_535, 65_536])
    def test_refractory_times_may_be_long(self, time):
        network = self.ready(refractory_time=time)
        first = network.predict([100])
        network.predict_many(np.full((time - 2, 1), 100))
        assert (network.predict([100]) != first).any()
        np.testing.assert_array_equal(network.predict([100]), first)

    def test_echoes_fade_without_input(self):
        network = self.ready(neuron_cooldown=2)
        network.predict([100])
        before = echoes(network)
        for step in range(1, 16):
            network.predict([0])
            np.testing.assert_array_equal(echoes(network), before >> step)
        assert not echoes(network).any()

    def test_without_spiking_there_are_no_echoes(self):
        network = self.ready(neuron_cooldown=1e9, refractory_time=1)
        answers = network.predict_many(np.full((5, 1), 100))
        assert (answers == answers[0]).all()
        assert not echoes(network).any()
        before = network.to_bytes()
        network.rest()
        assert network.to_bytes() == before

    @few
    @given(case=cases(rows=(40,), spiking=True))
    def test_after_a_rest_nothing_of_the_past_is_left(self, case):
        network, x = self.make(case.template), case.part()[0]
        network.learn_many(*case.part())
        network.rest()
        rested = network.to_bytes()
        first = network.request_many(x)
        network.rest()
        assert network.to_bytes() == rested
        second = network.request_many(x)
        np.testing.assert_equal(second.outputs, first.outputs)
        np.testing.assert_array_equal(second.novelty, first.novelty)

    @few
    @given(case=cases(rows=(40,), spiking=True), cut=st.integers(0, 40))
    def test_requests_are_steps_however_they_are_cut(self, case, cut):
        whole = self.make(case.template)
        whole.learn_many(*case.part())
        sliced = self.restore(whole.to_bytes())
        whole.predict_many(case.part()[0])
        sliced.predict_many(case.part(0, cut)[0])
        sliced = self.restore(sliced.to_bytes())
        sliced.predict_many(case.part(cut)[0])
        assert whole.to_bytes() == sliced.to_bytes()

    @few
    @given(case=cases(rows=(40,), spiking=False))
    def test_without_spiking_a_request_changes_nothing(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        before, x = network.to_bytes(), case.part()[0]
        many = network.request_many(x)
        one = [network.request(case.row(index)[0]) for index in range(case.rows)]
        assert network.to_bytes() == before
        np.testing.assert_array_equal(many.novelty, np.array([answer.novelty for answer in one], np.float32))
        for name, rows in many.outputs.items() if isinstance(many.outputs, dict) else [(None, many.outputs)]:
            np.testing.assert_array_equal(rows, [answer.outputs[name] if name else answer.outputs for answer in one])

    # A task that needs memory

    def delayed_match(self, steps, samples=3000, **settings):
        """Tell, steps after a first signal and with a second one, whether they were the same: share of successes."""
        random, network = np.random.default_rng(steps), self.make(line(4, 128, 1, "real", **settings))

        def trial():
            first, second = random.integers(0, 2, 2)
            x = np.zeros((steps + 1, 4), np.uint8)
            x[0, first] = x[steps, 2 + second] = 100
            y = np.full((steps + 1, 1), np.nan)  # until the end there is nothing to tell
            y[steps] = first == second
            return x, y

        for _ in range(samples):
            network.rest()
            network.learn_many(*trial())
        hits = 0
        for _ in range(300):
            x, y = trial()
            network.rest()
            hits += (network.predict_many(x)[steps, 0] > 0.5) == y[steps, 0]
        return hits / 300

    @pytest.mark.parametrize("steps", [1, 2, 4])
    def test_a_delayed_match_needs_spiking_and_is_learned_with_it(self, steps):
        assert self.delayed_match(steps, neuron_cooldown=1.5) >= 0.9
        assert self.delayed_match(steps, neuron_cooldown=1.5, refractory_time=2) >= 0.9
        assert 0.4 < self.delayed_match(steps) < 0.6
