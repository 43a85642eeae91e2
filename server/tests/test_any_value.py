"""Any value in any field of any JSON body is answered, with one shape where it does not fit, and never with a fault."""

import copy
import json

import pytest

from .operations import every_operation

pytestmark = pytest.mark.both_databases

VALUES = [
    *("null", "true", "0", "-1", "1e400", "NaN", "Infinity", "9" * 400, "9" * 5000),
    *('"x"', '""', r'"\ud800"', r'"\u0000"', '"' + "y" * 3000 + '"', '"../../etc"'),
    *("[]", "{}", "[[]]", "[null]", '["a", 1, {}]', "[" * 150 + "]" * 150, '{"a": {"b": [1]}}'),
    *('{"kind": "idx"}', '{"kind": 3}', '{"type": []}', '"00000000-0000-4000-8000-000000000000"'),
]
MARK = "@@ here @@"


def places(value, place=()):
    """Every place in a JSON value, the whole first."""
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*place, key))


def marked(value, place):
    """The value with a mark at one place."""
    if not place:
        return MARK
    value = copy.deepcopy(value)
    inner = value
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = MARK
    return value


@every_operation(lambda case: case.media == "application/json")
def test_any_value_is_answered(case, admin):
    url = case.url(project_id="default", user_id="root")
    for place in places(case.example):
        template = json.dumps(marked(case.example, place))
        for value in VALUES:
            body = template.replace(json.dumps(MARK), value)
            answer = admin.request(case.method, url, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, (place, value[:40])
            if not answer.is_success:
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert answer.json()["status"] == answer.status_code
