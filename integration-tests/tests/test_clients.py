"""Every client says the same in every scenario; and the suite notices what is wrong."""

import json

import pytest
from hanami_integration import drivers, report
from hanami_integration.naming import Names, filled, find, missing
from hanami_integration.runner import Outcome, compared, judge, replay
from hanami_integration.table import DOCUMENT, MOMENTARY, Step, read_operations, read_scenarios, unused


@pytest.mark.timeout(900)
def test_every_client_in_every_scenario(tmp_path):
    clients, scenarios = list(drivers.COMMANDS), read_scenarios()
    drivers.build(clients)
    matrix = replay(scenarios, clients, tmp_path, lambda *_: None)
    assert [len(outcomes) for outcomes in matrix.values()] == [len(clients)] * len(scenarios)  # no hole
    assert report.faults(matrix) == []
    report.write_html(matrix, clients, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(scenario.name in page for scenario in scenarios)


def test_every_operation_is_exercised():
    assert unused(read_scenarios()) == set()


def test_an_operation_that_is_left_out_is_noticed():
    scenarios = [scenario for scenario in read_scenarios() if scenario.name != "quotas"]
    assert unused(scenarios) == {"setUserQuota", "getUserQuota", "setProjectQuota", "getProjectQuota"}


def test_a_client_that_says_something_else_is_noticed():
    outcomes = {"one": Outcome(1, [], [{"ok": 1}, {"ok": 2}]), "other": Outcome(1, [], [{"ok": 1}, {"ok": 3}])}
    found = compared(outcomes, ["one", "other"])
    assert found["one"].faults == []
    assert found["other"].faults == ["step 2: one says {'ok': 2}, other says {'ok': 3}"]


def test_what_depends_on_when_a_client_asks_is_told_and_not_compared():
    names, step = Names("r1"), Step("sessions.events")
    early, late = {"id": "s", "learned": 5, "novelty": None, "loss": None}, {"novelty": 0.4, "loss": 0.1}
    assert names.plain(early, (), step.momentary) == names.plain(early | late, (), step.momentary)
    assert names.plain(early, (), step.momentary) != names.plain(early | {"learned": 4}, (), step.momentary)
    assert names.plain(early, (), step.momentary) != names.plain({"id": "s", "learned": 5}, (), step.momentary)


def test_momentary_fields_are_those_of_the_answers():
    operations = read_operations()
    extras = {"sessions.events", "tasks.events"}
    assert MOMENTARY.keys() <= operations.keys() | extras
    schemas = json.dumps(json.loads(DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"])
    assert all(f'"{field}"' in schemas for fields in MOMENTARY.values() for field in fields)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (Step("x"), {"broken": "it"}),
        (Step("x"), {"error": {"kind": "not-found"}}),
        (Step("x", fails="not-found"), {"ok": 1}),
        (Step("x", fails="not-found"), {"error": {"kind": "conflict"}}),
        (Step("x", fails={"kind": "conflict", "status": 409}), {"error": {"kind": "conflict"}}),
        (Step("x", expect={"a": [1]}), {"ok": {"a": [1, 2]}}),
        (Step("x", expect={"a": {"b": 1}}), {"ok": {"a": {}}}),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(step, answer):
    assert len(judge(step, answer)) == 1


def test_what_is_right():
    assert judge(Step("x", expect={"a": [1]}), {"ok": {"a": [1], "b": 2}}) == []
    assert judge(Step("x", fails={}), {"error": {"kind": "any"}}) == []


def test_names_of_what_differs():
    names, one = Names("r1"), "0b0f2f2e-0000-4000-8000-000000000000"
    told = names.plain(
        {"id": one, "of": [one], "at": "2026-01-01T00:00:00Z", "who": "r1-eve", "n": 2.0, "x": 1}, ("x",)
    )
    assert told == {"id": "<id 1>", "of": ["<id 1>"], "at": "<moment>", "who": "<run>-eve", "n": 2}
    assert names.plain("2026-01-01T00:00:00.5+00:00") == "<moment>"
    assert names.plain([{"a": None, "b": 1}], (), frozenset("a")) == [{"a": "<some>", "b": 1}]
    assert filled({"a": ["${b}", "x${b}"]}, {"b": 1}) == {"a": [1, "x1"]}
    assert find({"a": [{"b": 3}]}, "a.0.b") == 3
    assert missing([1], [2]) == [".0: expected 1, got 2"]
