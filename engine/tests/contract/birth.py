"""1. Birth: a new network owns nothing, and memory follows what was seen."""

import numpy as np
from hanami_engine.records import LANES, LEVEL_BYTES, SECTION_BYTES
from hypothesis import given
from hypothesis import strategies as st

from .anatomy import Anatomy
from .base import Contract, few
from .plans import cases, inlet, inner, layouts, line, outlet, pick, plan, streams

FAINTEST = np.float32(1e-30)


class Birth(Contract):
    @few
    @given(template=layouts())
    def test_a_new_network_owns_nothing(self, template):
        stats = self.make(template).stats()
        assert (stats.samples, stats.inputs, stats.neurons, stats.levels) == (0, 0, 0, 0)
        assert (stats.sections, stats.synapses) == (0, 0)

    def test_a_new_network_answers_at_once(self):
        np.testing.assert_allclose(self.make(line(3, outputs=4)).predict_many(np.ones((2, 3))), 0.25)
        np.testing.assert_array_equal(self.make(line(3, outputs=4, values="real")).predict([1, 2, 3]), 0)
        assert self.make().predict([1, 2, 3]).shape == (0,)  # nobody has said yet what is asked

    @few
    @given(stream=streams())
    def test_only_what_was_active_owns_levels(self, stream):
        samples, labels = stream
        network = self.make(line(samples.shape[1], 200, 4))
        network.learn_many(samples, labels)
        wide, inside = samples.astype(np.float32), Anatomy(network)
        for negative, active in enumerate([(wide > FAINTEST).any(axis=0), (wide < -FAINTEST).any(axis=0)]):
            owners = [bool(inside.levels(inside.source(i, negative=negative))) for i in range(len(active))]
            assert owners == active.tolist()
        assert network.stats().inputs == (np.abs(wide) > FAINTEST).any(axis=0).sum()

    @few
    @given(case=cases(rows=(40, 300)))
    def test_the_ledger_counts_what_exists(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        inside, stats = Anatomy(network), network.stats()
        table = inside.arrays.hexagons
        levels = [level for index in range(len(table)) for s in inside.sources(index) for level in inside.levels(s)]
        sections = sum(len(level.rows) for level in levels)
        assert (stats.levels, stats.sections) == (len(levels), sections)
        read = 0
        for index in inside.state.outputs:
            reach = [h for h in case.template.internals if inside.reads(h.position, index)]
            read += sum(inside.open_blocks(h.position) for h in reach) * int(table["width"][index])
        ledger = len(levels) * LEVEL_BYTES + sections * SECTION_BYTES + read * LANES * 4
        assert int(inside.record["bytes"]) == ledger <= stats.bytes

    def test_memory_follows_the_inputs_seen(self):
        network, empty = self.make(line(2000, outputs=10)), self.make(line(2000, outputs=10)).stats().bytes
        for i in range(0, 2000, 7):
            sample = np.zeros(2000, np.uint8)
            sample[i] = 9
            assert network.learn(sample, i % 10).grown == 1
            stats = network.stats()
            assert stats.bytes - empty == stats.sections * (SECTION_BYTES + LEVEL_BYTES) + 10 * LANES * 4

    @few
    @given(stream=streams("uint8"), extra=st.integers(1, 50))
    def test_inputs_that_stay_silent_change_nothing(self, stream, extra):
        samples, labels = stream
        padded = np.concatenate([samples, np.zeros((len(samples), extra), np.uint8)], axis=1)
        slim, wide = self.make(line(samples.shape[1], outputs=4)), self.make(line(padded.shape[1], outputs=4))
        one, other = slim.learn_many(samples, labels), wide.learn_many(padded, labels)
        assert (one.loss, one.grown) == (other.loss, other.grown)
        np.testing.assert_array_equal(slim.predict_many(samples), wide.predict_many(padded))
        assert slim.stats().synapses == wide.stats().synapses

    @few
    @given(case=cases(rows=(40,), spiking=False), data=st.data())
    def test_what_is_silent_is_not_touched(self, case, data):
        network = self.make(case.template)
        network.learn_many(*case.part())
        before = Anatomy(network)
        silent = {name: np.zeros_like(part[:1]) for name, part in case.inputs.items()}
        chosen = data.draw(st.sampled_from(sorted(silent)))
        silent[chosen] = case.inputs[chosen][:1]
        network.learn_many(pick(silent), pick(case.outputs, 0, 1))
        after = Anatomy(network)
        for port, hexagon in enumerate(case.template.inputs):
            if hexagon.label != chosen:
                for column in range(silent[hexagon.label].shape[1]):
                    for negative in (False, True):
                        source = before.source(column, negative=negative, port=port)
                        np.testing.assert_array_equal(before.weights(source), after.weights(source))

    def test_several_hexagons_are_born_as_they_are_needed(self):
        template = plan(
            inlet(1, 1, 1, name="a"), inlet(1, 3, 1, name="b"), inner(2, 2, 1), inner(2, 3, 1), inner(1, 2, 1),
            outlet(3, 2, 1, values="class"),
        )  # fmt: skip
        network = self.make(template)
        network.learn({"a": [1.0, 0.0], "b": [0.0]}, 0)
        inside = Anatomy(network)
        assert network.stats().inputs == 1
        assert inside.sources(inside.state.inputs[1]) == []
