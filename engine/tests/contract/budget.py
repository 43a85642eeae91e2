"""13. Bounded: a byte budget, and what happens at its end."""

import numpy as np
import pytest
from hanami_engine import InputError
from hypothesis import given

from .anatomy import Anatomy
from .base import Contract, few
from .plans import cases, line

LEAST = 1 << 16


def ledger(network):
    """Bytes of levels, sections and weights to outputs."""
    return int(Anatomy(network).record["bytes"])


class Budget(Contract):
    def full(self, inputs=300, width=600, **settings):
        """A network whose inputs, each shown by itself, have used up its memory."""
        network = self.make(line(width, 128, 2, memory_limit=LEAST, dead_zone=0, **settings))
        network.learn_many(*self.one_by_one(width, range(inputs)))
        assert LEAST - 300 < ledger(network) <= LEAST
        return network

    def one_by_one(self, width, inputs, times=1):
        """Samples in which one input is active, every other one of them of class 1."""
        rows = np.tile(np.array(inputs), times)
        x = np.zeros((len(rows), width), np.uint8)
        x[np.arange(len(rows)), rows] = 9
        return x, rows % 2

    @few
    @given(case=cases(rows=(300,), limit=LEAST))
    def test_no_network_exceeds_its_limit(self, case):
        network = self.make(case.template)
        tables = network.stats().bytes
        for begin in range(0, case.rows, 50):
            try:
                network.learn_many(*case.part(begin, begin + 50))
            except InputError as error:  # so many outputs are too many for so little memory
                assert "memory limit" in str(error)  # noqa: PT017
                return
            inside = Anatomy(network)
            assert int(inside.record["bytes"]) <= LEAST
            sources = inside.arrays.hexagons["open"].sum() * 128 + 2 * inside.arrays.hexagons["width"].sum()
            assert network.stats().bytes <= LEAST + tables + 16 * int(sources) + 512 * len(case.template.hexagons)

    def test_item_21_learning_goes_on_at_the_limit(self):
        network = self.full()
        stats = network.stats()
        x, y = self.one_by_one(600, range(200), 40)
        assert network.learn_many(x, y).grown == 0
        assert (network.predict_many(x).argmax(axis=1) == y).mean() > 0.95
        assert network.stats().sections <= stats.sections

    def test_nothing_is_taken_from_a_network_that_uses_all_it_has(self):
        network = self.full(inputs=250)
        owned = network.stats().inputs
        assert owned < 250
        # forty inputs at a time, so that each is active often
        x = np.zeros((12_000, 600), np.uint8)
        random = np.random.default_rng(0)
        x[np.arange(12_000)[:, None], random.integers(0, 250, (12_000, 40))] = 9
        network.learn_many(x, random.integers(0, 2, 12_000))
        assert network.stats().inputs == owned

    def test_room_freed_at_the_limit_is_used_again(self):
        network = self.full(inputs=250)
        newcomers = range(500, 520)
        assert network.learn_many(*self.one_by_one(600, newcomers)).grown == 0
        x, y = self.one_by_one(600, newcomers, 1000)  # what was there before is silent from now on
        report = network.learn_many(x, y)
        assert report.grown >= 20
        assert ledger(network) <= LEAST
        assert (network.predict_many(x[:20]).argmax(axis=1) == y[:20]).all()
        inside = Anatomy(network)
        assert inside.record["freed"] > 0
        assert all(inside.levels(inside.source(column)) for column in newcomers)

    def test_levels_and_splits_stop_at_the_limit(self):
        random = np.random.default_rng(0)
        network = self.make(line(40, 2048, 40, memory_limit=LEAST, dead_zone=0))
        x, y = random.random((3000, 40)) * 100, random.integers(0, 40, 3000)
        for _ in range(4):
            network.learn_many(x, y)
            assert ledger(network) <= LEAST
            x *= 3
        assert ledger(network) > LEAST - 128 * 40 * 4 - 5000

    def test_values_that_match_stop_at_the_limit(self):
        network = self.make(line(1, 128, 2, kind="match", memory_limit=LEAST))
        network.learn_many(np.arange(1, 1001)[:, None], np.zeros(1000, int))
        assert ledger(network) <= LEAST
        known = network.stats().levels
        assert 200 < known < 1000
        assert network.learn([7777], 0).novelty == 1
        assert network.stats().levels == known

    def test_classes_beyond_the_limit_are_refused_and_change_nothing(self):
        network = self.make(line(20, 128, None, memory_limit=LEAST))
        network.learn_many(np.eye(20)[:10], np.arange(10))
        before = network.to_bytes()
        with pytest.raises(InputError, match="memory limit") as caught:
            network.learn(np.ones(20), 4000)
        assert caught.value.field == "y"
        assert network.to_bytes() == before
        network.learn(np.ones(20), 30)  # fewer are welcome
        assert network.predict(np.ones(20)).shape == (31,)

    @pytest.mark.parametrize("fixed", [True, False])
    def test_the_first_classes_beyond_the_limit_are_refused_too(self, fixed):
        network = self.make(line(None, 128, 4001 if fixed else None, memory_limit=LEAST))
        before = network.to_bytes()
        with pytest.raises(InputError, match="memory limit"):
            network.learn([1], 4000)
        assert network.to_bytes() == before
        if not fixed:
            assert network.learn([1], 3).grown == 1

    def test_a_hexagon_that_finds_no_room_for_a_block_goes_on_without(self):
        network = self.make(line(4, 2048, 60, memory_limit=LEAST, dead_zone=0))
        order = np.arange(4000) % 4
        network.learn_many(np.eye(4)[order], order)
        assert ledger(network) <= LEAST
        assert network.stats().neurons == 2 * 128  # a third block would cost 30 KiB
        assert (network.predict_many(np.eye(4)).argmax(axis=1) == range(4)).all()
