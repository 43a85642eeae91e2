"""9. Hexagons decide who may meet whom; whatever stands on the lattice trains."""

from collections import deque
from fractions import Fraction

import numpy as np
import pytest
from hanami_engine.lattice import neighbours
from hanami_engine.records import LANES
from hypothesis import given
from hypothesis import strategies as st

from .anatomy import Anatomy
from .base import Contract, accuracy, explained, few
from .plans import cases, chain, inlet, inner, line, outlet, plan


def steps_to(starts, ways):
    """Steps from the nearest start to every position that can be reached."""
    found, waiting = dict.fromkeys(starts, 0), deque(starts)
    while waiting:
        place = waiting.popleft()
        for other in ways[place]:
            if other not in found:
                found[other] = found[place] + 1
                waiting.append(other)
    return found


def within_reach(template):
    """What every hexagon of a template may reach, and in how many steps: as the handbook says it, without axons."""
    kinds = {hexagon.position: hexagon.type for hexagon in template.hexagons}
    ways = {
        place: [o for o in neighbours(place) & kinds.keys() if kinds[o] != "input"] if kind != "output" else []
        for place, kind in kinds.items()
    }
    back = {place: [other for other in kinds if place in ways[other]] for place in kinds}
    fed = steps_to([place for place, kind in kinds.items() if kind == "input"], ways)
    useful = steps_to([place for place, kind in kinds.items() if kind == "output"], back)
    onward = {
        place: [o for o in others if fed[o] - useful[o] > fed[place] - useful[place]] for place, others in ways.items()
    }
    farthest = template.settings.max_connection_distance
    return {
        place: {other: far for other, far in steps_to([place], onward).items() if 0 < far <= farthest}
        for place in kinds
    }


def is_likely(counts, shares):
    """Tell whether counts follow stated shares: chi-square, wrong once in three million times.

    The cube root of chi-square is normal enough (Wilson and Hilferty, 1931).
    """
    wanted = np.array(shares) * np.sum(counts)
    assert (np.array(counts)[wanted == 0] == 0).all()
    counts, wanted = np.array(counts)[wanted > 0], wanted[wanted > 0]
    free = max(len(wanted) - 1, 1)
    root, spread = (((counts - wanted) ** 2 / wanted).sum() / free) ** (1 / 3), 2 / (9 * free)
    return (root - (1 - spread)) / np.sqrt(spread) < 5


SPACE = plan(  # two ways of different length, and skips beside them
    inlet(1, 1, 1, size=2, name="in"), inner(1, 1, 2), inner(2, 2, 1), inner(2, 2, 2, size=256),
    outlet(2, 2, 3, size=2, values="real", name="out"), max_connection_distance=3,
)  # fmt: skip
AXON = plan(  # nothing touches: only axons join them
    inlet(0, 0, 0, size=2), inner(5, 0, 0, size=256), outlet(9, 9, 9, size=2, values="real"),
    axons=[((0, 0, 0), (5, 0, 0)), ((5, 0, 0), (9, 9, 9))],
)  # fmt: skip


class Lattice(Contract):
    @few
    @given(case=cases(rows=(40, 300), axons=False))
    def test_sections_reach_only_what_lies_on_a_way_and_near_enough(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        inside, near = Anatomy(network), within_reach(case.template)
        self.check_reach(inside, near)

    @few
    @given(case=cases(rows=(40, 300)))
    def test_axons_lead_where_they_say(self, case):
        network = self.make(case.template)
        network.learn_many(*case.part())
        reach = case.template.paths.reach
        near = {place: {t.position: t.distance for t in targets} for place, targets in reach.items()}
        self.check_reach(Anatomy(network), near)
        for start, end in case.template.axons:
            assert near[start][end] == 1

    def check_reach(self, inside, near):
        """Sections and weights to outputs lead to what is near, and nowhere else."""
        state, arrays = inside.state, inside.arrays
        for index, hexagon in enumerate(state.hexagons):
            for source in inside.sources(index):
                for level in inside.levels(source):
                    assert {inside.owner(block) for block in level.rows} <= near[hexagon.position].keys()
            if hexagon.type != "internal":
                continue
            entry = arrays.hexagons[index]
            for goal in state.outputs:
                start, outputs = int(arrays.hexagons["start"][goal]), int(arrays.hexagons["width"][goal])
                for block in range(int(entry["block"]), int(entry["block"] + entry["open"])):
                    places = block * len(arrays.bias) + start + np.arange(outputs)
                    reads = state.hexagons[goal].position in near[hexagon.position]
                    assert arrays.readout[places].any() == (reads and outputs > 0)

    def test_nearer_is_likelier_as_stated(self):
        count = 100_000
        template = chain(count, [LANES] * 3, 2, fan_out=1, max_connection_distance=4)
        network = self.make(template)
        network.learn(np.ones(count, np.uint8), 0)
        inside = Anatomy(network)
        owners = inside.arrays.owners[inside.arrays.sections["block"][1 : int(inside.record["rows"])]]
        found = np.bincount(owners, minlength=5)[1:]
        shares = [Fraction(2) ** -step / Fraction(15, 16) for step in range(1, 5)]
        targets = template.paths.reach[template.inputs[0].position]
        assert [target.probability for target in targets] == pytest.approx([float(share) for share in shares])
        assert found.sum() > count  # neurons that fired have sections too
        begin = inside.arrays.sources["level"][: 2 * count : 2]
        first = inside.arrays.owners[inside.arrays.sections["block"][inside.arrays.levels["section"][begin]]]
        assert is_likely(np.bincount(first, minlength=5)[1:], [float(share) for share in shares])

    def test_blocks_of_a_hexagon_are_equally_likely(self):
        count = 100_000
        network = self.make(line(count + 1, 512, 2, fan_out=1, learning_rate=1e-30))
        one = np.zeros((500, count + 1), np.uint8)
        one[:, count] = 1
        network.learn_many(one, np.arange(500) % 2)  # opens all blocks
        network.learn(np.ones(count + 1, np.uint8), 0)
        inside = Anatomy(network)
        begin = inside.arrays.sources["level"][: 2 * count : 2]
        blocks = inside.arrays.sections["block"][inside.arrays.levels["section"][begin]]
        assert is_likely(np.bincount(blocks, minlength=4), [0.25] * 4)

    # Everything trains

    def curve(self, template, samples=20_000, seed=0):
        """R² on two curves of two inputs, of one pass."""
        x = np.random.default_rng(0).random((samples, 2)) * [100, 5]
        y = np.stack([np.sin(x[:, 0] / 20) * x[:, 1], np.cos(x[:, 1])], axis=1)
        network = self.make(template, seed)
        network.announce(len(x))
        network.learn_many(x, y)
        return network, explained(network, x, y).min()

    @pytest.mark.parametrize("length", [1, 2, 3, 4])
    @pytest.mark.parametrize("distance", [1, 3])
    def test_chains_of_any_length_train(self, length, distance):
        template = chain(2, [256] * length, 2, "real", max_connection_distance=distance)
        network, share = self.curve(template, 40_000 if length > 2 and distance == 1 else 20_000)
        assert share > 0.96
        assert network.stats().neurons > 128 * length  # every hexagon took part

    @pytest.mark.parametrize("template", [SPACE, AXON], ids=["three dimensions with skips", "axons alone"])
    def test_other_layouts_train(self, template):
        assert self.curve(template)[1] > 0.97

    def test_errors_reach_the_first_hexagon_of_a_chain(self):
        template = chain(2, [128] * 3, 2, fan_out=1)
        network = self.make(template)
        network.learn([3, 5], 0)
        before = Anatomy(network)
        network.learn_many(np.tile([[3, 5], [3, 0]], (2000, 1)), np.tile([0, 1], 2000))
        after = Anatomy(network)
        for index in range(3):
            old = {source: before.weights(source)[0] for source in before.sources(index)}
            assert any((after.weights(source)[0] != weights).any() for source, weights in old.items())

    def test_an_input_beside_an_output_needs_no_neuron(self):
        template = plan(
            inlet(1, 1, 1, size=10), inner(1, 2, 1), outlet(2, 1, 1, size=10),
            axons=[((1, 1, 1), (1, 2, 1)), ((1, 2, 1), (2, 1, 1))],
        )  # fmt: skip
        network, order = self.make(template), np.arange(2000) % 10
        network.learn_many(np.eye(10, dtype=np.uint8)[order] * 7, order)
        np.testing.assert_array_equal(network.predict_many(np.eye(10) * 7).argmax(axis=1), range(10))
        inside = Anatomy(network)
        goal = template.outputs[0].position
        assert any(goal in map(inside.owner, level.rows) for s in inside.sources(0) for level in inside.levels(s))

    def test_inputs_of_several_hexagons_are_combined(self):
        template = plan(
            inlet(1, 1, 1, name="a", size=1), inlet(3, 1, 1, name="b", size=1), inner(2, 1, 1),
            outlet(2, 1, 2, name="same", size=2), outlet(2, 2, 1, name="sum", size=1, values="real"),
        )  # fmt: skip
        random = np.random.default_rng(0)
        a, b = random.integers(0, 2, (4000, 1)), random.integers(0, 2, (4000, 1))
        network = self.make(template)
        x = {"a": a * 5, "b": b * 9e5}
        network.learn_many(x, {"same": (a == b)[:, 0], "sum": 3 * a - b})
        found = network.predict_many(x)
        np.testing.assert_array_equal(found["same"].argmax(axis=1), (a == b)[:, 0])
        np.testing.assert_allclose(found["sum"], 3 * a - b, atol=0.2)
        answer = network.predict({"a": [5], "b": [0]})
        assert answer["same"].shape == (2,)
        assert answer["sum"].shape == (1,)

    @pytest.mark.parametrize("size", [1, 3, 130])
    def test_a_hexagon_has_no_more_neurons_than_its_size(self, size):
        random = np.random.default_rng(0)
        x, y = random.random((3000, 3)) * 9, random.integers(0, 3, 3000)
        network = self.make(line(3, size, 3))
        network.learn_many(x, y)
        assert network.stats().neurons == size
        inside = Anatomy(network)
        rows = inside.arrays.readout.reshape(-1, 3, LANES)
        assert not rows[-1][:, (size - 1) % LANES + 1 :].any()

    def test_digits_are_read_on_a_lattice_with_depth(self, digits, is_mnist):
        pixels, found = digits.train_images.shape[1], []
        shapes = (
            plan(
                inlet(1, 1, 1, size=pixels), inner(1, 1, 2), inner(2, 2, 1), inner(2, 2, 2), outlet(2, 2, 3, size=10),
                max_connection_distance=3,
            ),
            chain(pixels, [128] * 4, 10, max_connection_distance=4),
            chain(pixels, [128] * 2, 10),
        )  # fmt: skip
        for template in shapes:
            network, _ = self.read_digits(digits, template=template, passes=1 if is_mnist else 5)
            found.append(accuracy(network, digits.test_images, digits.test_labels))
        assert min(found[:2]) > (97 if is_mnist else 96)
        assert found[2] > (94 if is_mnist else 95)

    @few
    @given(case=cases(rows=(40,)), seeds=st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=2, unique=True))
    def test_another_seed_grows_another_network_on_the_same_lattice(self, case, seeds):
        one, other = (self.make(case.template, seed) for seed in seeds)
        for network in (one, other):
            network.learn_many(*case.part())
        assert one.template == other.template
        assert one.to_bytes() != other.to_bytes()
