"""The example in the docstring of `Network` does what it says."""

import doctest

from hanami_engine import network


def test_examples_run():
    assert doctest.testmod(network).failed == 0
    assert doctest.testmod(network).attempted > 0
