"""The document obeys the rules that every generator of clients needs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hanami_server.app import create_app
from hanami_server.contract.document import TAGS, build_document, dump
from hanami_server.contract.op import operation_of
from hanami_server.settings import Settings
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

APP = create_app(Settings())
DOCUMENT = build_document(APP)
OPERATIONS = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
SCHEMAS = DOCUMENT["components"]["schemas"]


def walk(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every object of the document with its address."""
    if isinstance(node, dict):
        yield at, node
        for key, value in node.items():
            yield from walk(value, f"{at}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{at}/{index}")


def test_valid_openapi():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.fixture(scope="module")
def texts() -> set[str]:
    return {
        subprocess.run(
            [sys.executable, "-m", "hanami_server", "openapi"],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(5)
    }


def test_same_bytes_under_five_hash_seeds(texts):
    assert texts == {dump(DOCUMENT)}


def test_server_sends_the_same_bytes(anonymous):
    assert anonymous.get("/v1/openapi.json").text == dump(DOCUMENT)


def test_every_route_is_described_or_a_marked_page():
    pages = {rule.rule for rule in APP.url_map.iter_rules() if operation_of(APP.view_functions[rule.endpoint]) is None}
    assert pages == {"/", "/docs", "/docs/style.css", "/v1/openapi.json"}


def test_operation_ids_are_unique_camel_case():
    ids = [operation["operationId"] for operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name) for name in ids), ids


def test_every_operation_has_a_short_name_of_its_own_beside_its_tag():
    names = [(operation["tags"][0], operation["x-verb"]) for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for tag, verb in names:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", tag)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", verb)


def test_every_operation_is_told_in_full():
    for operation in OPERATIONS:
        assert operation["summary"]
        assert operation["description"]
        assert operation["x-access"] in {"public", "policy"}
        assert bool(operation["x-roles"]) == (operation["x-access"] == "policy")
        assert (operation["security"] == []) == (operation["x-access"] == "public")
        assert len(operation["tags"]) == 1
        assert operation["tags"][0] in TAGS
        assert len([status for status in operation["responses"] if status.startswith("2")]) == 1


def test_failures_are_declared():
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            statuses = set(operation["responses"])
            assert "500" in statuses
            assert ("401" in statuses) or operation["security"] == []
            assert ("404" in statuses) or "{" not in path
            assert ({"400", "413", "415", "422"} <= statuses) or "requestBody" not in operation
            assert ("403" in statuses) or operation["x-access"] == "public"


def test_one_media_type_per_body():
    for operation in OPERATIONS:
        if "requestBody" in operation:
            assert operation["requestBody"]["required"] is True
            assert len(operation["requestBody"]["content"]) == 1


def test_json_bodies_have_an_example_that_is_right():
    for rule in APP.url_map.iter_rules():
        operation = operation_of(APP.view_functions[rule.endpoint])
        if operation and operation.body and operation.body.model:
            assert operation.body.example, operation.id
            operation.body.adapter.validate_python(operation.body.example, strict=False)


def test_references_lead_somewhere():
    for at, node in walk(DOCUMENT):
        if isinstance(node.get("$ref"), str):
            kind, name = node["$ref"].removeprefix("#/components/").split("/")
            assert name in DOCUMENT["components"][kind], at


def test_component_names_suit_every_language():
    for name, schema in SCHEMAS.items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        assert name.lower() not in {field.replace("_", "") for field in schema.get("properties", {})}, name
        assert schema.get("description"), name


def test_unions_and_enums_are_named_and_tagged():
    for at, node in walk(DOCUMENT):
        if "oneOf" in node:
            assert re.fullmatch(r"/components/schemas/\w+", at), at
            tag = node["discriminator"]["propertyName"]
            for reference in node["oneOf"]:
                arm = SCHEMAS[reference["$ref"].rsplit("/", 1)[1]]
                assert "const" in arm["properties"][tag], at
                assert "default" not in arm["properties"][tag], at
                assert tag in arm["required"], at
        if isinstance(node.get("enum"), list):
            assert re.fullmatch(r"/components/schemas/\w+", at), at
            assert len({type(value) for value in node["enum"]}) == 1, at


def test_only_null_makes_an_untagged_union():
    for at, node in walk(DOCUMENT):
        if "anyOf" in node:
            assert {"type": "null"} in node["anyOf"], at
            assert len(node["anyOf"]) == 2, at


def test_query_parameters_are_never_null():
    for operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            assert parameter["description"]
            assert "anyOf" not in parameter["schema"]
            assert parameter["required"] or parameter["in"] in {"query", "header"}


def test_numbers_have_formats_and_closed_bounds():
    for at, node in walk(SCHEMAS):
        kind = node.get("type")
        if kind in ("integer", "number"):
            assert node["format"] == {"integer": "int64", "number": "double"}[kind], at
        assert not {"exclusiveMinimum", "exclusiveMaximum", "prefixItems", "contentMediaType"} & set(node), at


def test_bytes_are_binary_strings():
    for at, node in walk(DOCUMENT):
        if "application/octet-stream" in node:
            assert node["application/octet-stream"]["schema"] == {"type": "string", "format": "binary"}, at


def test_requests_refuse_unknown_fields_and_answers_do_not_promise_that():
    answers = {name for name, schema in SCHEMAS.items() if "additionalProperties" not in schema}
    for operation in OPERATIONS:
        for media in operation.get("requestBody", {}).get("content", {}).values():
            name = media["schema"].get("$ref", "/").rsplit("/", 1)[1]
            assert name not in answers or "oneOf" in SCHEMAS[name]


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every body and answer with what it is called and its media type."""
    for operation in OPERATIONS:
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{operation['operationId']} body", media, content
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                yield f"{operation['operationId']} {status}", media, content
    for name, answer in DOCUMENT["components"]["responses"].items():
        for media, content in answer["content"].items():
            yield name, media, content


@pytest.mark.parametrize(
    ("media", "content"), [pytest.param(media, content, id=name) for name, media, content in contents()]
)
def test_every_body_and_answer_has_an_example_that_is_right(media, content):
    if content["schema"].get("format") == "binary":
        return
    assert "example" in content, "a text in its model has no example: give its Field `examples=[…]`"
    schema = content["schema"] | {"components": DOCUMENT["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(content["example"])


def test_every_text_of_a_model_has_an_example():
    """All that lack one at once: `Field(examples=[…])` mends it; numbers, ids and moments get theirs by themselves."""
    lacking = [
        f"{name}.{field}"
        for name, schema in SCHEMAS.items()
        for field, told in schema.get("properties", {}).items()
        if told.get("type") in {"string", "integer", "number", "boolean"} and not told.get("examples")
    ]
    assert lacking == []


def test_examples_of_fields_are_right():
    for name, schema in SCHEMAS.items():
        for field, told in schema.get("properties", {}).items():
            for example in told.get("examples", []):
                Draft202012Validator(told | {"components": DOCUMENT["components"]}).validate(example), (name, field)


def test_objects_are_named_components():
    for at, node in walk(DOCUMENT):
        if node.get("type") == "object" and "properties" in node:
            assert re.fullmatch(r"/components/schemas/\w+", at), at


def test_every_answer_names_its_request():
    for at, node in walk(DOCUMENT):
        if re.search(r"/responses/\w+$", at) and "$ref" not in node:
            assert "X-Request-Id" in node["headers"], at


def test_streams_and_files_are_told():
    for operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            for media in answer.get("content", {}):
                if media not in {"application/json", "application/problem+json"}:
                    assert status == "200"
                    assert len(answer["description"]) > len("Done."), operation["operationId"]


def test_every_operation_that_takes_something_can_be_asked_wrongly():
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            if path not in {"/livez", "/readyz"}:
                assert any(status.startswith("4") for status in operation["responses"]), operation["operationId"]
