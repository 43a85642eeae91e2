"""Bad input: a typed error that names what was expected, and a network that stays as it was."""

import numpy as np
import pytest
from hanami_engine import InputError
from hypothesis import given
from hypothesis import strategies as st

from .base import Contract, few
from .plans import cases, inlet, inner, line, outlet, pick, plan

OPEN, FIXED = line(None, 128, None), line(4, 128, 10)
TWO = plan(
    inlet(1, 1, 1, name="a", size=2), inlet(1, 2, 1, name="b"), inner(2, 1, 1), inner(2, 2, 1),
    outlet(3, 1, 1, name="c", values="class", size=3), outlet(3, 2, 1, name="r", values="real"),
    max_connection_distance=2,
)  # fmt: skip
GOOD_X, GOOD_Y = {"a": [[1, 2]], "b": [[3]]}, {"c": [0], "r": [[0.5]]}


class Strange:
    """Something that is no array and says so loudly."""

    def __array__(self, *_, **__):
        raise TypeError("not today")


class BadInput(Contract):
    def refuse(self, network, x, y, field, words, *, ask=True):
        """A call is refused by name, the sample alone by a request too, and no bit changes."""
        before = network.to_bytes()
        with pytest.raises(InputError) as caught:
            network.learn_many(x, y)
        assert caught.value.field == field
        assert words in str(caught.value)
        assert isinstance(caught.value, ValueError)
        if ask and field.startswith("x"):
            with pytest.raises(InputError) as caught:
                network.request_many(x)
            assert caught.value.field == field
        assert network.to_bytes() == before

    @pytest.mark.parametrize(
        ("x", "y", "field", "words"),
        [
            (np.ones((2, 3)), [0, 1], "x", "expected shape (n, 4), got (2, 3)"),
            (np.ones((2, 5)), [0, 1], "x", "expected shape (n, 4), got (2, 5)"),
            (np.ones(4), [0], "x", "expected shape (n, 4)"),
            (np.ones((1, 4, 1)), [0], "x", "expected shape (n, 4)"),
            (np.ones((3, 0)), [0] * 3, "x", "expected shape (n, 4)"),
            (5, [0], "x", "expected shape (n, 4)"),
            (None, [0], "x", "expected real numbers"),
            ("text", [0], "x", "expected real numbers"),
            (np.array([["a"] * 4]), [0], "x", "expected real numbers"),
            (np.array([[b"a"] * 4]), [0], "x", "expected real numbers"),
            (np.ones((1, 4), complex), [0], "x", "expected real numbers"),
            (np.ones((1, 4), "M8[s]"), [0], "x", "expected real numbers"),
            (np.array([[None] * 4]), [0], "x", "expected real numbers"),
            ([[1, 2], [3]], [0], "x", "rows have the same length"),
            (Strange(), [0], "x", "expected an array"),
            ({"a": [[1]]}, [0], "x", "expected one array"),
            (np.ones((2, 4)), [0], "y", "expected 2 class numbers"),
            (np.ones((2, 4)), [0, 1, 2], "y", "expected 2 class numbers"),
            (np.ones((2, 4)), [[0, 1], [1, 0]], "y", "expected 2 class numbers"),
            (np.ones((2, 4)), 3, "y", "expected 2 class numbers"),
            (np.ones((2, 4)), [0, 10], "y", "row 1: expected a class from 0 to 9, got 10"),
            (np.ones((2, 4)), [-1, 0], "y", "row 0: expected a class"),
            (np.ones((2, 4)), [0, 0.5], "y", "row 1: expected a class"),
            (np.ones((2, 4)), [0, np.nan], "y", "row 1: expected a class"),
            (np.ones((2, 4)), [0, np.inf], "y", "row 1: expected a class"),
            (np.ones((2, 4)), ["a", "b"], "y", "expected real numbers"),
            (np.ones((2, 4)), None, "y", "expected real numbers"),
            (np.empty((0, 4)), [0], "y", "expected 0 class numbers"),
            (np.ones((2, 4)), [], "y", "expected 2 class numbers"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, x, y, field, words):
        network = self.make(FIXED)
        self.refuse(network, x, y, field, words)
        network.learn_many(np.ones((3, 4)), [0, 1, 2])
        self.refuse(network, x, y, field, words)

    @pytest.mark.parametrize(
        ("x", "y", "field", "words"),
        [
            ([[1, 2]], [0], "x", "expected at least 3 values per row, got 2; use NaN"),
            (np.ones((1, 2**20 + 1), np.uint8), [0], "x", "expected at most 1048576 values"),
            ([[1, 2, 3]], [4096], "y", "expected a class from 0 to 4095"),
            ([[1, 2, 3]], [-1], "y", "expected a class from 0"),
        ],
    )
    def test_open_sizes_grow_but_do_not_shrink(self, x, y, field, words):
        network = self.make(OPEN)
        network.learn([1, 2, 3], 2)
        self.refuse(network, x, y, field, words)

    @pytest.mark.parametrize(
        ("values", "y", "words"),
        [
            ("real", [[np.inf]], "within the range of float32"),
            ("real", [[-np.inf]], "within the range of float32"),
            ("real", [[1e39]], "within the range of float32"),
            ("real", [[1, 2]], "expected shape"),
            ("real", [1, 2], "expected shape"),
            ("real", [["a"]], "expected real numbers"),
            ("bool", [[2]], "expected 0 or 1, got 2"),
            ("bool", [[0.5]], "expected 0 or 1"),
            ("bool", [[np.nan]], "expected 0 or 1"),
            ("int", [[-1]], "expected a whole number"),
            ("int", [[2**64]], "expected a whole number"),
            ("int", [[0.5]], "expected a whole number"),
            ("int", [[np.nan]], "expected a whole number"),
            ("int", [[1j]], "expected real numbers"),
            ("float", [[1e39]], "within the range of float32"),
            ("float", [["1"]], "expected real numbers"),
        ],
    )
    def test_targets_that_the_code_cannot_say_are_refused(self, values, y, words):
        network = self.make(line(2, outputs=1, values=values))
        self.refuse(network, [[1, 2]], y, "y", words)
        network.learn([1, 2], [1])
        self.refuse(network, [[1, 2]], y, "y", words)

    @pytest.mark.parametrize(
        ("x", "y", "field", "words"),
        [
            ([[1, 2, 3]], GOOD_Y, "x", "expected a mapping with values of a, b"),
            ({"a": [[1, 2]]}, GOOD_Y, "x.b", "expected values, got none"),
            (GOOD_X | {"z": [[1]]}, GOOD_Y, "x.z", "unknown name, expected a, b"),
            (GOOD_X | {"a": [[1]]}, GOOD_Y, "x.a", "expected shape (n, 2)"),
            (GOOD_X | {"b": [[1], [2]]}, GOOD_Y, "x.b", "expected 1 rows as in a, got 2"),
            (GOOD_X, {"c": [0]}, "y.r", "expected values, got none"),
            (GOOD_X, GOOD_Y | {"c": [3]}, "y.c", "expected a class from 0 to 2"),
            (GOOD_X, GOOD_Y | {"r": [[np.inf]]}, "y.r", "within the range"),
            (GOOD_X, GOOD_Y | {"q": [0]}, "y.q", "unknown name"),
        ],
    )
    def test_names_are_said(self, x, y, field, words):
        network = self.make(TWO)
        network.learn_many(GOOD_X, GOOD_Y)
        self.refuse(network, x, y, field, words)

    @pytest.mark.parametrize(
        ("x", "y", "field", "words"),
        [
            ([1, 2, 3], 0, "x", "expected shape (n, 4), got (1, 3)"),
            ([[1], [2, 3]], 0, "x", "rows have the same length"),
            (Strange(), 0, "x", "expected an array: not today"),
            (None, 0, "x", "expected real numbers"),
            ({"a": 1}, 0, "x", "expected one array"),
            ([1, 2, 3, 4], 10, "y", "row 0: expected a class from 0 to 9"),
            ([1, 2, 3, 4], [1, 2], "y", "expected 1 class numbers"),
            ([1, 2, 3, 4], [[1], [2, 3]], "y", "rows have the same length"),
            ([1, 2, 3, 4], Strange(), "y", "expected an array: not today"),
            ([1, 2, 3, 4], None, "y", "expected real numbers"),
        ],
    )
    def test_one_sample_that_does_not_fit_is_refused_too(self, x, y, field, words):
        network = self.make(FIXED)
        before = network.to_bytes()
        with pytest.raises(InputError) as caught:
            network.learn(x, y)
        assert caught.value.field == field
        assert words in str(caught.value)
        if field == "x":
            with pytest.raises(InputError, match="x"):
                network.predict(x)
        assert network.to_bytes() == before

    def test_one_sample_of_several_hexagons_is_refused_by_name(self):
        network = self.make(TWO)
        with pytest.raises(InputError, match="rows have the same length") as caught:
            network.learn({"a": [[1], [2, 3]], "b": [1]}, {"c": 0, "r": [1]})
        assert caught.value.field == "x.a"
        with pytest.raises(InputError) as caught:
            network.request({"a": [1, 2], "b": Strange()})
        assert caught.value.field == "x.b"

    def test_whole_numbers_of_one_sample_are_exact(self):
        one, other = (self.make(line(1, outputs=2, values="int")) for _ in range(2))
        one.learn([1], [1, 2**63 + 1])
        other.learn_many([[1]], np.array([[1, 2**63 + 1]], np.uint64))
        assert one.to_bytes() == other.to_bytes()

    @few
    @given(case=cases(rows=(40,)), data=st.data())
    def test_one_bad_row_among_good_ones_changes_nothing(self, case, data):
        network = self.make(case.template)
        network.learn_many(*case.part(0, 20))
        before = network.to_bytes()
        x, y = dict(case.inputs), dict(case.outputs)
        hexagon = data.draw(st.sampled_from(case.template.inputs + case.template.outputs))
        parts = x if hexagon.type == "input" else y
        good, row = parts[hexagon.label], data.draw(st.integers(0, 39))
        if hexagon.type == "input":
            bad = np.delete(good, 0, axis=1)  # one reading short
        elif hexagon.values in {"class", "bool"}:
            bad = good.copy()
            bad[row] = -1
        elif hexagon.values == "int":
            bad = good.astype(object)
            bad[row] = -1
            bad = bad.tolist()
        else:
            bad = good.astype(float)
            bad[row] = 1e300
        parts[hexagon.label] = bad
        with pytest.raises(InputError) as caught:
            network.learn_many(pick(x), pick(y))
        assert caught.value.field.split(".")[0] == ("x" if hexagon.type == "input" else "y")
        assert network.to_bytes() == before

    @pytest.mark.parametrize(
        "form",
        [
            np.asfortranarray,
            lambda x: np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)[::2, ::3],
            lambda x: x[::-1][::-1],
            lambda x: x.astype(">f4"),
            lambda x: x.astype(np.float16),
            lambda x: x.astype(np.int64),
            lambda x: x.astype(np.longdouble),
            lambda x: x.tolist(),
            lambda x: np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape),  # read-only
            lambda x: np.frombuffer(b"\0" + x.astype("f4").tobytes(), np.uint8)[1:].view("f4").reshape(x.shape),
            np.ma.masked_array,
        ],
        ids=[*["turned", "cut", "mirrored", "swapped", "half", "whole", "long", "list", "frozen", "askew", "masked"]],
    )
    def test_any_form_of_the_same_numbers_is_the_same(self, form):
        x, y = np.random.default_rng(0).integers(0, 9, (30, 4)).astype(np.uint8), np.arange(30) % 3
        one, other = self.make(FIXED), self.make(FIXED)
        one.learn_many(x, y)
        other.learn_many(form(x), y.astype(np.float64).tolist())
        assert one.to_bytes() == other.to_bytes()
        np.testing.assert_array_equal(one.predict_many(x), other.predict_many(form(x)))

    def test_truth_values_are_numbers(self):
        one, other = self.make(FIXED), self.make(FIXED)
        one.learn_many(np.eye(4, dtype=bool), [0, 1, 2, 3])
        other.learn_many(np.eye(4), [0, 1, 2, 3])
        assert one.to_bytes() == other.to_bytes()

    @few
    @given(case=cases(rows=(0, 40)))
    def test_nothing_to_learn_is_no_error_and_changes_nothing(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        before = network.to_bytes()
        report = network.learn_many(*case.part(0, 0))
        assert (report.samples, report.loss, report.grown, len(report.novelty)) == (0, 0.0, 0, 0)
        answers = network.predict_many(case.part(0, 0)[0])
        for part in answers.values() if isinstance(answers, dict) else [answers]:
            assert len(part) == 0
        assert network.to_bytes() == before

    @pytest.mark.parametrize("seed", [-1, 2**64])
    def test_seeds_out_of_range_are_refused(self, seed):
        with pytest.raises(InputError, match="seed"):
            self.make(FIXED, seed=seed)

    @pytest.mark.parametrize("samples", [0, -5, 2**62])
    def test_absurd_announcements_are_refused(self, samples):
        network = self.make(FIXED)
        before = network.to_bytes()
        with pytest.raises(InputError, match="samples"):
            network.announce(samples)
        assert network.to_bytes() == before

    def test_an_announcement_ends_with_a_low_rate_and_can_be_taken_back(self):
        random = np.random.default_rng(0)
        x, y = random.random((3000, 3)), random.integers(0, 2, 3000)
        announced, endless, taken_back = (self.make(line(3, outputs=2)) for _ in range(3))
        announced.announce(len(x))
        taken_back.announce(len(x))
        taken_back.announce(None)
        for network in (announced, endless, taken_back):
            network.learn_many(x, y)
        assert taken_back.to_bytes() == endless.to_bytes() != announced.to_bytes()

        def unrest(network):
            before = network.predict_many(x)
            network.learn_many(x[:300], y[:300])
            return np.abs(network.predict_many(x) - before).mean()

        assert unrest(announced) < unrest(endless) / 4
