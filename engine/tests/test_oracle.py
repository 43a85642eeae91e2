"""The engine beside the oracle: the same rule, written to be read."""

import numpy as np
import pytest
from hypothesis import given, settings

from .oracle.cases import CASES, LEAST_MEMORY
from .oracle.compare import Difference, Pair
from .oracle.lives import lives
from .oracle.shapes import LINE, template


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_the_rule_is_made_of(case):
    case()


@settings(max_examples=150, deadline=None)
@given(life=lives())
def test_any_small_network_on_any_stream(life):
    life.live()


def test_the_first_difference_is_named():
    pair = Pair(template(LINE))
    pair.learn([[3, 4]], [1])
    pair.network._state.arrays.weights[1, 5] += 1
    with pytest.raises(Difference, match=r"1,1,1 · sources · 0 · levels · 0 · sections · 0 · weights · 5: the engine"):
        pair.check_structure()


def test_outputs_that_can_never_fit_are_refused():
    pair = Pair(template(LINE, {"output": "size: 40, values: int"}, memory_limit=LEAST_MEMORY))
    assert not pair.learn([[1]], np.zeros((1, 40), np.uint64))
    pair.check_structure()
