"""Ways through the lattice: on any layout that is not refused, they lead from inputs to outputs and nowhere else."""

import itertools
import math

import pytest
from hanami_engine.lattice import HexagonType, Position, neighbours
from hanami_engine.paths import PathError, Target, find_paths
from hypothesis import assume, given, settings
from hypothesis import strategies as st

INPUT, INTERNAL, OUTPUT = HexagonType


def line(*kinds):
    return {Position(x, 0, 0): kind for x, kind in enumerate(kinds)}


def at(x, y=0, z=0):
    return Position(x, y, z)


@st.composite
def layouts(draw, most_axons=3):
    """Hexagons that were put one beside the other, of any type, and axons between any two of them."""
    places = [Position(0, 0, 0)]
    for _ in range(draw(st.integers(2, 14))):
        beside = draw(st.sampled_from(places))
        free = sorted(neighbours(beside) - set(places))
        if free:
            places.append(draw(st.sampled_from(free)))
    kinds = dict(zip(draw(st.permutations(places)), [INPUT, OUTPUT], strict=False))
    kinds = {place: kinds.get(place) or draw(st.sampled_from([INTERNAL] * 4 + [INPUT, OUTPUT])) for place in places}
    ends = st.tuples(st.sampled_from(places), st.sampled_from(places))
    return kinds, draw(st.lists(ends, max_size=most_axons))


@st.composite
def usable(draw, most_axons=3):
    """Layouts with ways: what lies on none is left out until nothing is refused; then the ways, and their length."""
    kinds, axons = draw(layouts(most_axons))
    farthest = draw(st.integers(1, 5))
    while True:
        try:
            paths = find_paths(kinds, axons, farthest)
        except PathError as error:
            if error.axon is not None:
                axons = axons[: error.axon] + axons[error.axon + 1 :]
            else:
                kinds = {place: kind for place, kind in kinds.items() if place != error.position}
        else:
            assume({INPUT, OUTPUT} <= set(kinds.values()))
            return kinds, axons, farthest, paths


def reached(starts, steps):
    """Everything that steps lead to, and in how many."""
    found = dict.fromkeys(starts, 0)
    for place in (queue := list(starts)):
        for target in steps.get(place, ()):
            if target not in found:
                found[target] = found[place] + 1
                queue.append(target)
    return found


def single_steps(kinds, axons):
    """The steps between hexagons, as what can be reached with one step."""
    paths = find_paths(kinds, axons, 1)
    return {source: [target.position for target in targets] for source, targets in paths.reach.items()}


def refusal(kinds, axons, farthest):
    try:
        find_paths(kinds, axons, farthest)
    except PathError as error:
        return error
    return None


def turned(steps):
    back = {}
    for source, targets in steps.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    return back


def of(kind, kinds):
    return [place for place in kinds if kinds[place] is kind]


# What holds for all layouts


@given(usable())
def test_every_hexagon_has_its_place_in_an_order_from_sources_to_targets(layout):
    kinds, _, _, paths = layout
    assert sorted(paths.order) == sorted(kinds)
    place = {position: index for index, position in enumerate(paths.order)}
    for source, targets in paths.reach.items():
        assert all(place[source] < place[target.position] for target in targets)


@given(usable())
def test_every_hexagon_lies_on_a_way_from_an_input_to_an_output(layout):
    kinds, axons, _, _ = layout
    steps = single_steps(kinds, axons)
    assert reached(of(INPUT, kinds), steps).keys() == kinds.keys()
    assert reached(of(OUTPUT, kinds), turned(steps)).keys() == kinds.keys()


@given(usable())
def test_steps_lead_to_touching_hexagons_or_along_axons_and_every_axon_is_one(layout):
    kinds, axons, _, _ = layout
    steps = single_steps(kinds, axons)
    pairs = {(source, target) for source, targets in steps.items() for target in targets}
    assert set(axons) <= pairs
    assert all(target in neighbours(source) for source, target in pairs - set(axons))


@given(usable())
def test_nothing_leads_into_an_input_or_out_of_an_output(layout):
    kinds, _, _, paths = layout
    assert set(paths.reach) == {place for place in kinds if kinds[place] is not OUTPUT}
    for targets in paths.reach.values():
        assert all(kinds[target.position] is not INPUT for target in targets)


@given(usable())
def test_hexagons_reach_what_lies_within_the_distance_by_the_shortest_way(layout):
    kinds, axons, farthest, paths = layout
    steps = single_steps(kinds, axons)
    for source, targets in paths.reach.items():
        near = {place: steps for place, steps in reached([source], steps).items() if 0 < steps <= farthest}
        assert {target.position: target.distance for target in targets} == near
        assert [(target.distance, target.position) for target in targets] == sorted(
            (steps, place) for place, steps in near.items()
        )


@given(usable())
def test_each_step_farther_halves_the_probability_and_all_sum_to_one(layout):
    _, _, _, paths = layout
    for targets in paths.reach.values():
        assert math.fsum(target.probability for target in targets) == pytest.approx(1)
        for one, other in itertools.combinations(targets, 2):
            assert one.probability == pytest.approx(other.probability * 2.0 ** (other.distance - one.distance))


@given(usable(most_axons=0))
def test_without_axons_steps_lead_away_from_inputs_and_towards_outputs(layout):
    kinds, _, _, _ = layout
    ways = {
        place: [other for other in neighbours(place) & kinds.keys() if kinds[other] is not INPUT]
        for place in kinds
        if kinds[place] is not OUTPUT
    }
    fed, useful = reached(of(INPUT, kinds), ways), reached(of(OUTPUT, kinds), turned(ways))
    height = {place: fed[place] - useful[place] for place in kinds}
    assert {source: set(targets) for source, targets in single_steps(kinds, []).items()} == {
        source: {other for other in others if height[other] > height[source]} for source, others in ways.items()
    }


@given(usable(), st.randoms(use_true_random=False))
def test_the_order_of_the_text_does_not_matter(layout, random):
    kinds, axons, farthest, paths = layout
    places, pairs = list(kinds), list(axons)
    random.shuffle(places)
    random.shuffle(pairs)
    assert find_paths({place: kinds[place] for place in places}, pairs, farthest) == paths


@settings(max_examples=300)
@given(layouts(), st.integers(1, 5))
def test_what_is_refused_names_a_position_and_the_axon(layout, farthest):
    kinds, axons = layout
    error = refusal(kinds, axons, farthest)
    assume(error)
    assert error.position in kinds
    assert str(error.position) in str(error)
    assert error.axon is None or error.position in axons[error.axon]


# The distribution


def test_a_line_is_a_layered_network_or_lets_connections_skip():
    kinds = line(INPUT, INTERNAL, INTERNAL, OUTPUT)
    assert find_paths(kinds, [], 1).reach[at(0)] == (Target(at(1), 1, 1.0),)
    assert find_paths(kinds, [], 2).reach == {
        at(0): (Target(at(1), 1, 2 / 3), Target(at(2), 2, 1 / 3)),
        at(1): (Target(at(2), 1, 2 / 3), Target(at(3), 2, 1 / 3)),
        at(2): (Target(at(3), 1, 1.0),),
    }
    assert [target.probability for target in find_paths(kinds, [], 1024).reach[at(0)]] == [4 / 7, 2 / 7, 1 / 7]


def test_an_axon_leads_beyond_the_lattice_and_does_not_turn_it():
    kinds = line(INPUT, *[INTERNAL] * 5, OUTPUT)
    without, within = single_steps(kinds, []), single_steps(kinds, [(at(0), at(4))])
    assert within.pop(at(0)) == [at(1), at(4)]
    assert without.pop(at(0)) == [at(1)]
    assert within == without


def test_axons_join_islands():
    kinds = {at(0): INPUT, at(10): INTERNAL, at(11): INTERNAL, at(20): OUTPUT}
    steps = single_steps(kinds, [(at(0), at(10)), (at(11), at(20))])
    assert steps == {at(0): [at(10)], at(10): [at(11)], at(11): [at(20)]}


# What is refused

CHAIN = line(INPUT, INTERNAL, INTERNAL, OUTPUT)
BEND = {at(-1, -1, 1): INPUT, at(0, 0, 1): INTERNAL, at(0): INTERNAL, at(0, 1): INTERNAL, at(0, 1, -1): OUTPUT}


@pytest.mark.parametrize(
    ("kinds", "axons", "position", "axon", "words"),
    [
        (CHAIN | {at(9, 9): INTERNAL}, [], at(9, 9), None, "9,9,0 touches no other one and has no axon"),
        (CHAIN | {at(1, 0, 5): INTERNAL, at(2, 0, 5): OUTPUT}, [], at(1, 0, 5), None, "no input reaches"),
        (CHAIN | {at(1, 0, 5): INPUT, at(2, 0, 5): INTERNAL}, [], at(1, 0, 5), None, "1,0,5 is a dead end"),
        (CHAIN | {at(1, 0, 5): INPUT, at(2, 0, 5): INPUT}, [], at(1, 0, 5), None, "1,0,5 is a dead end"),
        (CHAIN | {at(9, 9): INTERNAL}, [(at(1), at(9, 9))], at(9, 9), None, "9,9,0 is a dead end"),
        (CHAIN | {at(9, 9): INTERNAL}, [(at(9, 9), at(2))], at(9, 9), None, "no input reaches the hexagon 9,9,0"),
        (CHAIN | {at(1, 0, 1): INTERNAL}, [], at(1, 0, 1), None, "1,0,1 is a dead end"),
        (CHAIN, [(at(1), at(3)), (at(1), at(7))], at(7), 1, "no hexagon stands at 7,0,0"),
        (CHAIN, [(at(7), at(1))], at(7), 0, "no hexagon stands at 7,0,0"),
        (CHAIN, [(at(1), at(1))], at(1), 0, "from 1,0,0 to itself"),
        (CHAIN, [(at(3), at(1))], at(3), 0, "out of the output hexagon 3,0,0"),
        (CHAIN, [(at(1), at(0))], at(0), 0, "into the input hexagon 0,0,0"),
        (CHAIN, [(at(0), at(2)), (at(0), at(2))], at(0), 1, "from 0,0,0 to 2,0,0 is given twice"),
        (CHAIN, [(at(0), at(2)), (at(2), at(1))], at(2), 1, "cycle: 2,0,0 -> 1,0,0 -> 2,0,0"),
        (BEND, [(at(0, 1), at(0, 0, 1))], at(0, 1), 0, "cycle: 0,1,0 -> 0,0,1 -> 0,0,0 -> 0,1,0"),
    ],
)
def test_unusable_layouts_are_refused_by_position(kinds, axons, position, axon, words):
    with pytest.raises(PathError) as caught:
        find_paths(kinds, axons, 1)
    assert words in str(caught.value)
    assert (caught.value.position, caught.value.axon) == (position, axon)


def test_a_cycle_names_every_position_that_is_in_it():
    kinds = {at(10 * x): INTERNAL for x in range(1, 5)} | {at(0): INPUT, at(50): OUTPUT}
    chain = [(at(10 * x), at(10 * x + 10)) for x in range(5)]
    with pytest.raises(PathError) as caught:
        find_paths(kinds, [*chain, (at(40), at(20))], 1)
    assert caught.value.position in {at(20), at(30), at(40)}
    assert sorted(str(caught.value).removeprefix("axons make a cycle: ").split(" -> ")[1:]) == [
        "20,0,0",
        "30,0,0",
        "40,0,0",
    ]
