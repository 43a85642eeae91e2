"""Whether a dataset fits a network: what is refused before a task, and that the engine agrees with it."""

from contextlib import suppress
from itertools import count

import numpy as np
import pytest
from hanami_engine import InputError, Network, Template
from hanami_server.blobs.columns import Column
from hanami_server.blobs.reader import DatasetReader
from hanami_server.blobs.writer import writing_dataset
from hanami_server.fleet import pace, work
from hanami_server.fleet.host import Ports
from hanami_server.fleet.work import MisfitError, Selection, plan_request, plan_training
from hypothesis import example, given, settings
from hypothesis import strategies as st

SMALL = "version: 1\nsettings: {{memory_limit: 67108864}}\nhexagons:\n{}"
LINE = """\
  - {{position: [1, 1, 1], type: input{inputs}}}
  - {{position: [2, 1, 1], type: internal, size: 16}}
  - {{position: [3, 1, 1], type: output{outputs}}}
"""
SEVERAL = """\
  - {{position: [1, 1, 1], type: input, name: left{left}}}
  - {{position: [1, 2, 1], type: input, name: right, size: 1}}
  - {{position: [2, 1, 1], type: internal, size: 16}}
  - {{position: [2, 2, 1], type: internal, size: 16}}
  - {{position: [3, 1, 1], type: output, name: kind, size: 3, values: class}}
  - {{position: [3, 2, 1], type: output, name: flow, size: 2, values: real}}
"""


def line(inputs="", outputs=""):
    """A network with one input and one output hexagon."""
    return Network(Template.parse(SMALL.format(LINE.format(inputs=inputs, outputs=outputs))))


def several(left=", size: 2"):
    """A network with two input and two output hexagons."""
    return Network(Template.parse(SMALL.format(SEVERAL.format(left=left))))


def ports(network):
    return Ports(network.inputs, network.outputs)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Make a dataset of columns by name, each an array [rows] or [rows, width]."""
    folder, numbers = tmp_path_factory.mktemp("tables"), count()

    def make(**columns):
        blocks = {name: values.reshape(len(values), -1) for name, values in columns.items()}
        path = folder / str(next(numbers))
        kinds = [Column(name, block.dtype.name, block.shape[1]) for name, block in blocks.items()]
        with writing_dataset(path, kinds) as dataset:
            dataset.append(list(blocks.values()))
        return DatasetReader(path)

    return make


def train(network, dataset, inputs, outputs, *, of_inputs=None, of_outputs=None):
    return plan_training(ports(network), dataset, Selection(inputs, of_inputs), Selection(outputs, of_outputs), 1)


def refused(*arguments, **more):
    with pytest.raises(MisfitError) as caught:
        train(*arguments, **more)
    return caught.value.field, caught.value.message


CLASSES = np.array([0, 1, 2, 3, 0, 1, 2, 9, 3, 8], np.uint8)


@pytest.mark.parametrize(
    ("inputs", "outputs", "field", "words"),
    [
        (["z"], ["y"], "inputs", "no column 'z'"),
        (["y"], ["y"], "inputs", "20 values"),
        (["x", "y"], ["y"], "inputs", "got 21"),
        (["x"], ["z"], "outputs", "no column 'z'"),
        (["x"], ["x"], "outputs", "1 values"),
        (["x"], ["y"], "outputs", "row 8: expected a class from 0 to 3, got 9"),
    ],
)
def test_what_does_not_fit_a_template_with_sizes(table, inputs, outputs, field, words):
    network = line(", size: 20", ", size: 4")
    found, message = refused(network, table(x=np.zeros((10, 20), np.uint8), y=CLASSES), inputs, outputs)
    assert found == field
    assert words in message


@pytest.mark.parametrize("value", [1.5, -1, 4])
def test_classes_from_a_table(table, value):
    dataset = table(x=np.zeros(2, np.float32), y=np.array([3, value], np.float32))
    field, message = refused(line(", size: 1", ", size: 4"), dataset, ["x"], ["y"])
    assert (field, message.partition(",")[0]) == ("outputs", "row 2: expected a class from 0 to 3")


def test_open_sizes_never_shrink(table):
    dataset = table(narrow=np.ones((4, 2), np.uint8), wide=np.ones((4, 5), np.uint8), y=np.arange(4, dtype=np.uint8))
    network = Network()
    for columns in (["narrow"], ["wide"], ["narrow", "wide"]):
        train(network, dataset, columns, ["y"])
    network.learn_many(np.ones((1, 3)), [0])
    assert refused(network, dataset, ["narrow"], ["y"]) == (
        "inputs",
        "expected columns of 3 or more values per row for this cluster, got 2",
    )
    with pytest.raises(MisfitError, match="3 or more"):
        plan_request(ports(network), dataset, Selection(["narrow"]))
    train(network, dataset, ["wide"], ["y"])
    plan_request(ports(network), dataset, Selection(["wide"]))


def test_what_is_learned_first_decides(table):
    rows = np.arange(100, dtype=np.float32)
    dataset = table(
        x=rows,
        classes=rows % 3,
        real=rows / 7,
        late=np.where(rows == pace.FIRST_ROWS, np.float32(0.5), rows % 3),
        early=np.where(rows == pace.FIRST_ROWS - 1, np.float32(0.5), rows % 3),
    )
    for column in ("classes", "real", "early"):
        train(Network(), dataset, ["x"], [column])
    field, message = refused(Network(), dataset, ["x"], ["late"])
    assert field == "outputs"
    assert message.startswith("row 65: expected a class, as in all rows before")
    assert message.endswith("got 0.5")
    train(line(outputs=", values: real"), dataset, ["x"], ["late"])
    taught = Network()
    taught.learn([0], 0.5)
    train(taught, dataset, ["x"], ["late"])


def test_columns_are_dealt_by_name(table):
    given = {"a": [1], "b": [2], "c": [3], "flow": [[4, 5]], "kind": [2]}
    dataset = table(**{name: np.array(values, np.float32) for name, values in given.items()})
    plan = train(
        several(left=""),
        dataset,
        ["c", "a", "b"],
        ["flow", "kind"],
        of_inputs=["right", "left", "left"],
        of_outputs=["flow", "kind"],
    )
    shown = {name: part.tolist() for name, part in plan.inputs_of(0, 1).read().items()}
    assert shown == {"left": [[1, 2]], "right": [[3]]}
    wanted = {name: part.tolist() for name, part in plan.targets_of(0, 1).read().items()}
    assert wanted == {"kind": [[2]], "flow": [[4, 5]]}


def test_values_are_dealt_by_the_sizes_of_the_template(table):
    dataset = table(x=np.array([[1, 2, 3]], np.uint8), y=np.array([[2, 4, 5]], np.uint8))
    plan = train(several(), dataset, ["x"], ["y"])
    assert {name: part.tolist() for name, part in plan.inputs_of(0, 1).read().items()} == {
        "left": [[1, 2]],
        "right": [[3]],
    }
    assert plan.targets_of(0, 1).read()["flow"].tolist() == [[4, 5]]


@pytest.mark.parametrize(
    ("network", "change", "field", "words"),
    [
        (several, {"inputs": ["x"]}, "inputs", "expected columns of 3 values per row for this cluster, got 2"),
        (lambda: several(left=""), {}, "inputs", "how many are for 'left': expected input_hexagons"),
        (several, {"of_inputs": ["left"]}, "input_hexagons", "expected 2 names"),
        (several, {"of_inputs": ["left", "middle"]}, "input_hexagons", "no input hexagon 'middle'"),
        (several, {"of_inputs": ["left", "left"]}, "input_hexagons", "no columns for the hexagon 'right'"),
        (several, {"of_inputs": ["right", "left"]}, "inputs", "2 values per row for the hexagon 'left', got 1"),
        (several, {"of_outputs": ["flow", "kind"]}, "outputs", "1 values per row for the hexagon 'kind', got 2"),
        (several, {"outputs": ["class_9", "y"]}, "outputs", "row 1: expected a class from 0 to 2, got 9"),
        (line, {"of_inputs": ["1,1,1", "2,1,1"]}, "input_hexagons", "no input hexagon '2,1,1'"),
    ],
)
def test_what_does_not_fit_several_hexagons(table, network, change, field, words):
    dataset = table(
        x=np.ones((3, 2), np.uint8),
        z=np.ones(3, np.uint8),
        y=np.ones((3, 2), np.uint8),
        class_1=np.ones(3, np.uint8),
        class_9=np.full(3, 9, np.uint8),
    )
    wish = {"inputs": ["x", "z"], "outputs": ["class_1", "y"]} | change
    found, message = refused(network(), dataset, wish.pop("inputs"), wish.pop("outputs"), **wish)
    assert found == field
    assert words in message


@pytest.mark.parametrize(
    ("values", "bad", "words"),
    [
        ("bool", 2, "row 3: expected 0 or 1, got 2.0"),
        ("int", -1, "row 3: expected whole numbers from 0, got -1.0"),
        ("int", 0.5, "row 3: expected whole numbers from 0, got 0.5"),
        ("real", np.inf, "row 3: expected finite numbers, got inf"),
        ("class", 4096, "row 3: expected a class from 0 to 4095, got 4096.0"),
    ],
)
def test_targets_of_every_kind(table, monkeypatch, values, bad, words):
    monkeypatch.setattr(work, "CHECKED_ROWS", 2)
    dataset = table(x=np.zeros(4, np.uint8), y=np.array([1, 0, bad, 1], np.float32))
    assert refused(line(outputs=f", values: {values}"), dataset, ["x"], ["y"]) == ("outputs", words)


NUMBERS = st.sampled_from([0, 1, 2, 3, 4095, 4096, -1, 0.5, 1e30, np.inf])
TARGETS = st.integers(1, 2).flatmap(
    lambda width: st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1, max_size=12)
)


@given(
    targets=TARGETS,
    size=st.sampled_from(["", ", size: 1", ", size: 2", ", size: 3"]),
    kind=st.sampled_from(["class", "real", "bool", "int", "float", "null"]),
    first=st.sampled_from([None, [[1]], [[0.5]], [[1, 0]]]),
)
@example(targets=[[0]] * 4 + [[0.5]], size="", kind="null", first=None)
@settings(deadline=None, max_examples=300)
def test_the_engine_takes_what_is_not_refused_and_nothing_else(table, targets, size, kind, first):
    """Where a training is planned, every slice is learned; where it is refused, the engine refuses a slice."""
    if kind == "class" and size == ", size: 1":
        size = ", size: 2"
    network = line(outputs=f"{size}, values: {kind}")
    if first is not None:
        with suppress(InputError):
            network.learn_many([[1]], first)
    targets = np.array(targets, np.float32)
    dataset = table(x=np.ones(len(targets), np.uint8), y=targets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "FIRST_ROWS", 4)
        try:
            train(network, dataset, ["x"], ["y"])
            fits = True
        except MisfitError:
            fits = False
    try:
        for start in range(0, len(targets), 4):
            network.learn_many(np.ones((len(targets[start : start + 4]), 1)), targets[start : start + 4])
        learned = True
    except InputError:
        learned = False
    assert fits == learned
