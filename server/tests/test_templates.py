"""Templates: kept, listed, drawn, checked, and used for clusters."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from hanami_engine import Template
from hanami_engine.layout import InputValues, OutputValues
from hanami_server.contract.templates import HexagonValues
from hanami_server.fleet.layouts import MOST_REACHED, layout_of
from hanami_server.store import tables
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = """\
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: image, size: 64}
  - {position: [2, 1, 1], type: internal}
  - {position: [3, 1, 1], type: output, values: null}
settings: {max_connection_distance: 2}
"""
HOSTILE = "</title><script>alert(1)</script>&lt;\"'"


def keep(client, text=TEXT, name="t"):
    answer = client.post("/v1/templates", json={"name": name, "text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_template_is_kept_and_tells_what_it_lays_out(member):
    made = keep(member)
    assert made["text"] == TEXT
    first, inner, last = made["hexagons"]
    assert first == {
        "position": [1, 1, 1],
        "type": "input",
        "name": "image",
        "size": 64,
        "values": "real",
        "reachable": 2,
        "reaches": [
            {"position": [2, 1, 1], "distance": 1, "probability": 2 / 3},
            {"position": [3, 1, 1], "distance": 2, "probability": 1 / 3},
        ],
    }
    assert (inner["type"], inner["size"], inner["values"], inner["name"]) == ("internal", 512, None, None)
    assert (last["size"], last["values"], last["reaches"], last["reachable"]) == (None, None, [], 0)
    address = f"/v1/templates/{made['id']}"
    assert member.get(address).json() == made
    (listed,) = member.get("/v1/templates").json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "hexagons"}
    assert member.delete(address).status_code == 204
    assert member.get(address).status_code == 404


def test_a_cluster_is_made_from_a_kept_template(member, new_user):
    template = keep(member)
    cluster = member.post("/v1/clusters", json={"name": "c", "template_id": template["id"]})
    assert (cluster.status_code, cluster.json()["template"]) == (201, TEXT)
    assert member.delete(f"/v1/templates/{template['id']}").status_code == 204
    assert member.get(f"/v1/clusters/{cluster.json()['id']}").json()["template"] == TEXT
    foreign = keep(new_user().client)["id"]
    for wish, message in (
        ({"template_id": foreign}, "there is no such template"),
        ({"template_id": template["id"]}, "there is no such template"),
        ({"template_id": foreign, "template": TEXT}, "expected either template or template_id, got both"),
    ):
        answer = member.post("/v1/clusters", json={"name": "c"} | wish)
        assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": "template_id", "message": message}])
    for nothing in ({"template_id": None, "template": TEXT}, {"template_id": None, "template": None}):
        assert member.post("/v1/clusters", json={"name": "c"} | nothing).status_code == 201


BAD = {
    "not YAML": ("version: 1\nhexagons: [", "line 2"),
    "unknown key": (TEXT.replace("name: image", "colour: red"), "line 3, key 'hexagons[0].colour'"),
    "too much memory": (TEXT.replace("settings: {", "settings: {memory_limit: 1099511627, "), "settings.memory_limit"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_text_that_is_none_is_refused_with_its_line(member, name):
    text, words = BAD[name]
    for path, body in (("/v1/templates", {"name": "t", "text": text}), ("/v1/templates/check", {"text": text})):
        answer = member.post(path, json=body)
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert (fault["field"], words in fault["message"]) == ("text", True), fault
    assert member.get("/v1/templates").json()["items"] == []


def test_a_check_keeps_nothing(member):
    answer = member.post("/v1/templates/check", json={"text": TEXT})
    assert (answer.status_code, list(answer.json())) == (200, ["hexagons"])
    assert member.get("/v1/templates").json()["items"] == []
    assert answer.json()["hexagons"] == keep(member)["hexagons"]


def test_a_picture_has_no_script_whatever_names_say(member):
    quoted = HOSTILE.replace("'", "''")
    made = keep(member, TEXT.replace("name: image", f"name: '{quoted}'"), name=HOSTILE)
    answer = member.get(f"/v1/templates/{made['id']}/picture")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in answer.text
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(answer.text).iter()}
    assert tags == {"svg", "style", "defs", "marker", "path", "rect", "g", "title", "polygon", "text"}
    titles = [element.text for element in ET.fromstring(answer.text).iter() if element.tag.endswith("title")]
    assert any(HOSTILE in title for title in titles)


def test_a_text_that_this_version_cannot_read(new_user, in_database):
    account = new_user()
    row = tables.Template(id=uuid4(), owner_id=account.id, project_id=account.project_id, name="old", text="version: 0")
    address = f"/v1/templates/{row.id}"
    in_database(lambda session: session.add(row))
    for path in (address, f"{address}/picture"):
        answer = account.client.get(path)
        assert (answer.status_code, "cannot read the template: line 1" in answer.json()["detail"]) == (409, True)
    assert account.client.get("/v1/templates").json()["items"][0]["text"] == "version: 0"
    assert account.client.delete(address).status_code == 204


def test_a_large_text_does_not_hold_up_others(member):
    inner = "".join(f"  - {{position: [{x}, 1, 1], type: internal, size: 1}}\n" for x in range(2, 1000))
    text = TEXT.replace("[3, 1, 1]", "[1000, 1, 1]").replace("distance: 2", "distance: 999")
    text = text.replace("  - {position: [2, 1, 1], type: internal}\n", inner)
    waits = []
    with ThreadPoolExecutor(1) as pool:
        keeping = pool.submit(keep, member, text)
        while not keeping.done():
            began = time.perf_counter()
            assert member.get("/livez").status_code == 200
            waits.append(time.perf_counter() - began)
    made = keeping.result()
    assert (made["hexagons"][0]["reachable"], len(made["hexagons"][0]["reaches"])) == (999, MOST_REACHED)
    assert max(waits) < sum(waits) / 2  # nobody waited until it was done


def test_the_words_of_the_contract_are_those_of_the_engine():
    assert {it.value for it in HexagonValues} == {it.value for it in (*InputValues, *OutputValues)}


@settings(max_examples=50, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    distance=st.integers(1, 6),
    kinds=st.sampled_from(["real", "binary", "match"]),
)
def test_a_layout_is_what_the_engine_read(lengths, distance, kinds):
    """Rows of hexagons between one column of inputs and one of outputs."""
    lines = []
    for row, length in enumerate(lengths):
        y = 3 * row  # rows that do not touch
        lines.append(f"  - {{position: [0, {y}, 0], type: input, name: in{row}, values: {kinds}}}")
        lines += [f"  - {{position: [{x}, {y}, 0], type: internal, size: {x}}}" for x in range(1, length + 1)]
        lines.append(f"  - {{position: [{length + 1}, {y}, 0], type: output, name: out{row}}}")
    settings_line = f"settings: {{max_connection_distance: {distance}}}\n"
    text = "version: 1\nhexagons:\n" + "\n".join(lines) + f"\n{settings_line}"
    template, layout = Template.parse(text), layout_of(text)
    assert [tuple(it.position) for it in layout.hexagons] == [it.position for it in template.hexagons]
    for told, read in zip(layout.hexagons, template.hexagons, strict=True):
        assert (told.type, told.name, told.size, told.values) == (read.type, read.name, read.size, read.values)
        reach = template.paths.reach.get(read.position, ())
        assert told.reachable == len(reach)
        assert [(tuple(it.position), it.distance, it.probability) for it in told.reaches] == list(reach)[:MOST_REACHED]
