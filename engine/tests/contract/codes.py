"""7. Curves, and what outputs mean: classes, real values, booleans, integers, floats, over time windows too."""

import numpy as np
import pytest
from hanami_engine import windows
from hypothesis import given
from hypothesis import strategies as st

from .base import Contract, explained, few
from .plans import OUTPUT_KINDS, cases, inlet, inner, line, outlet, plan


def table_test():
    """The table test: 100 rows each of five values, one after the other, and what they stand for."""
    values = np.repeat([0, 80, 30, 10, 0], 100).astype(np.float32)
    return windows(values, np.repeat([0, 1, 0.5, 0.75, 0], 100), time_length=25, forecast_length=5, lead=-4)


def answers(shape, kind, random):
    """Random things to be told of each of ten inputs."""
    if kind == "class":
        return random.permutation(10)
    if kind == "bool":
        return random.integers(0, 2, shape).astype(bool)
    if kind == "int":
        return random.integers(0, 2**64, shape, dtype=np.uint64)
    values = random.normal(size=shape) * 10.0 ** random.integers(-20, 20, shape)
    return values.astype(np.float32) if kind == "float" else random.normal(size=shape) * [1e-6, 1e6][: shape[1]]


class Codes(Contract):
    # Curves

    @pytest.mark.parametrize("seed", [0, 1])
    def test_a_table_of_four_values(self, seed):
        x, y = table_test()
        template = plan(inlet(1, 1, 1, size=25), inner(2, 1, 1), inner(3, 1, 1), outlet(4, 1, 1, size=5, values="real"))
        network = self.make(template, seed)
        network.announce(400 * len(x))
        for _ in range(400):
            network.learn_many(x, y)

        def mean_error(pairs):
            rows = np.repeat(np.array(pairs, np.float32)[:, :1], 25, axis=1)
            return np.abs(network.predict_many(rows) - np.array(pairs)[:, 1:]).mean()

        assert mean_error([(0, 0), (80, 1), (30, 0.5), (10, 0.75)]) < 0.04
        assert mean_error([(5, 0.375), (20, 0.625), (55, 0.75), (100, 1)]) < 0.05

    def test_one_input_learns_a_curve(self):
        x = np.random.default_rng(0).random((20_000, 1)) * 300
        network = self.make(line(1, outputs=1, values="real"))
        network.announce(len(x))
        network.learn_many(x, np.sin(x / 20))
        assert explained(network, x, np.sin(x / 20)) > 0.95

    def test_two_inputs_and_thirty_two_outputs(self):
        random = np.random.default_rng(0)
        x = random.random((60_000, 2)) * [100, 5]
        y = np.sin(x @ (random.normal(size=(2, 32)) * [[0.06], [1.2]]) + random.random(32) * 6)
        network = self.make(line(2, 512, 32, "real"))
        network.announce(len(x))
        network.learn_many(x, y)
        assert explained(network, x[:5000], y[:5000]).mean() > 0.99

    def test_real_outputs_of_any_range_are_learned(self):
        unit = np.random.default_rng(0).random((20_000, 4))
        y = np.stack([1e6 * unit[:, 0] - 5e5 * unit[:, 1], 1e-3 * unit.mean(axis=1), unit[:, 2] * unit[:, 3]], axis=1)
        x = unit * [1, 1e4, 1e-3, 50]
        network = self.make(line(4, outputs=3, values="real"))
        network.announce(len(x))
        network.learn_many(x, y)
        assert (explained(network, x, y) > 0.9).all()

    # Codes

    @pytest.mark.parametrize("kind", OUTPUT_KINDS)
    @pytest.mark.parametrize("fixed", [True, False])
    def test_every_code_is_learned(self, kind, fixed):
        wanted = answers((10, 2), kind, np.random.default_rng(2))
        size = {"outputs": 10 if kind == "class" else 2} if fixed else {}
        network = self.make(line(10, 256, values=kind, **size))
        order = np.arange(4000) % 10
        network.learn_many(np.eye(10, dtype=np.uint8)[order] * 50, wanted[order])
        found = network.predict_many(np.eye(10, dtype=np.uint8) * 50)
        if kind == "class":
            found = found.argmax(axis=1)
        if kind == "real":
            np.testing.assert_allclose(found / [1e-6, 1e6], wanted / [1e-6, 1e6], atol=0.03)
        else:
            assert found.dtype == (np.int64 if kind == "class" else wanted.dtype)
            np.testing.assert_array_equal(found, wanted)

    def test_several_codes_are_learned_side_by_side(self):
        random, kinds = np.random.default_rng(0), OUTPUT_KINDS
        template = plan(
            inlet(1, 1, 1, name="in"), inner(2, 1, 1, size=256), inner(2, 2, 1, size=256),
            *(outlet(*place, name=kind, values=kind) for place, kind in zip(
                [(3, 1, 1), (3, 2, 1), (1, 2, 1), (2, 1, 2), (2, 2, 2)], kinds, strict=True)),
            axons=[((2, 2, 1), (1, 2, 1)), ((2, 1, 1), (2, 2, 2)), ((1, 1, 1), (2, 2, 1))],
        )  # fmt: skip
        wanted = {kind: answers((10, 1), kind, random) for kind in kinds}
        network, order = self.make(template), np.arange(5000) % 10
        network.learn_many(np.eye(10)[order] * 9, {kind: values[order] for kind, values in wanted.items()})
        found = network.predict_many(np.eye(10) * 9)
        assert sorted(found) == sorted(kinds)
        np.testing.assert_array_equal(found["class"].argmax(axis=1), wanted["class"])
        for kind in ("bool", "int", "float"):
            np.testing.assert_array_equal(found[kind], wanted[kind])
        np.testing.assert_allclose(found["real"] * 1e6, wanted["real"] * 1e6, atol=0.05)

    def test_numbers_as_bits_need_their_own_inputs_only(self):
        network = self.make(line(3, values="int", outputs=1))
        for _ in range(300):
            network.learn([9, 0, 0], [2**64 - 1])
            network.learn([0, 9, 0], [2**63 + 1])
        assert network.predict([9, 0, 0])[0] == 2**64 - 1
        assert network.predict([0, 9, 0])[0] == 2**63 + 1

    @few
    @given(case=cases(rows=(0, 1, 40)), cut=st.integers(0, 40))
    def test_answers_while_learning_change_nothing(self, case, cut):
        told, cut_up, silent = (self.make(case.template, 5) for _ in range(3))
        whole = told.learn_many(*case.part(), answer=True).outputs
        parts = [cut_up.learn_many(*case.part(*some), answer=True).outputs for some in ((0, cut), (cut, 40))]
        assert silent.learn_many(*case.part()).outputs is None
        assert told.to_bytes() == cut_up.to_bytes() == silent.to_bytes()
        for port in told.outputs:
            wanted = whole[port.name] if isinstance(whole, dict) else whole
            assert len(wanted) == case.rows
            found = [part[port.name] if isinstance(part, dict) else part for part in parts]
            for answers, expected in zip(found, (wanted[:cut], wanted[cut:]), strict=True):
                np.testing.assert_array_equal(answers, expected[:, : answers.shape[1]])
                assert not expected[:, answers.shape[1] :].any()

    def test_answers_while_learning_do_not_know_the_truth(self):
        network = self.make(line(2, outputs=2))
        for label in (0, 1) * 200:
            network.learn([1, 5] if label else [5, 1], label)
        wrong = network.learn_many([[1, 5]], [0], answer=True)
        assert wrong.outputs[0].argmax() == 1
        assert wrong.loss > 1

    @few
    @given(case=cases(rows=(1, 40)))
    def test_answers_have_the_shape_and_type_of_what_they_mean(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        found, one = network.predict_many(case.part()[0]), network.predict(case.row(0)[0])
        ports = {hexagon.label: hexagon for hexagon in case.template.outputs}
        if len(ports) == 1:
            found, one = {next(iter(ports)): found}, {next(iter(ports)): one}
        assert list(found) == list(one) == list(ports)
        for name, answer in found.items():
            truth, kind = case.outputs[name], ports[name].values
            assert answer.dtype == {"bool": bool, "int": np.uint64}.get(kind, np.float32)
            classes = ports[name].size or int(truth.max()) + 1 if kind == "class" else 0
            assert answer.shape == ((len(truth), classes) if kind == "class" else truth.shape)
            assert one[name].shape == answer.shape[1:]
            if kind == "class":
                np.testing.assert_allclose(answer.sum(axis=1), 1, rtol=1e-5)
            if kind == "real":
                assert np.isfinite(answer).all()

    @few
    @given(case=cases(rows=(1, 40)))
    def test_what_is_handed_in_stays_as_it_is(self, case):
        network = self.make(case.template)
        before = {name: part.copy() for name, part in (case.inputs | case.outputs).items()}
        network.learn_many(*case.part())
        network.predict_many(case.part()[0])
        for name, part in (case.inputs | case.outputs).items():
            np.testing.assert_array_equal(part, before[name])
