"""Write the reference of the HTTP API as Markdown, from a document: ``api_reference.py openapi.json > api.md``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "patch", "delete")
NOTICE = "<!-- Written by `make generate` from openapi/openapi.json. -->"
Json = dict[str, Any]


def render(document: Json) -> str:
    """Give the whole page."""
    lines = [NOTICE, "", "# HTTP API", "", document["info"]["description"], ""]
    lines += ["The machine's version of this page is `/v1/openapi.json` of every server.", ""]
    for tag in document["tags"]:
        lines += [f"## {tag['name'][:1].upper()}{tag['name'][1:].replace('-', ' ')}", "", tag["description"], ""]
        for method, path, operation in operations(document, tag["name"]):
            lines += describe(document, method, path, operation)
    lines += ["## Schemas", ""]
    for name, schema in document["components"]["schemas"].items():
        lines += describe_schema(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def operations(document: Json, tag: str) -> Iterator[tuple[str, str, Json]]:
    """Give the operations of a tag: method, path and what is said of them."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods and tag in methods[method]["tags"]:
                yield method.upper(), path, methods[method]


def describe(document: Json, method: str, path: str, operation: Json) -> list[str]:
    """Give the part of one operation."""
    lines = [f"### {operation['summary']} {{ #{operation['operationId']} }}", "", f"`{method} {path}`", ""]
    lines += [operation["description"], "", f"`{operation['operationId']}`, for {who(operation)}.", ""]
    parameters = operation.get("parameters", [])
    if parameters:
        lines += ["| parameter | in | type | |", "| --- | --- | --- | --- |"]
        for parameter in parameters:
            needed = "" if parameter["required"] else "Optional. "
            cells = (f"`{parameter['name']}`", parameter["in"], kind(parameter["schema"]))
            lines.append(f"| {' | '.join(cells)} | {needed}{cell(parameter['description'])} |")
        lines.append("")
    if "requestBody" in operation:
        lines += content("Body", operation["requestBody"].get("description", ""), operation["requestBody"])
    failures = []
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            lines += content(f"Answer {status}", answer["description"], answer)
        else:
            failures.append(f"{status} {resolve(document, answer)['description']}")
    return [*lines, "Failures:", "", *(f"- {failure}" for failure in failures), ""]


def who(operation: Json) -> str:
    """Say who may call an operation by default."""
    roles = operation.get("x-roles", [])
    return f"the roles {', '.join(f'`{role}`' for role in roles)}" if roles else "everybody, without a token"


def content(title: str, description: str, part: Json) -> list[str]:
    """Give what a body or an answer is, with its example."""
    lines = []
    for media, told in part.get("content", {"": {}}).items():
        of = f" `{media}`: {kind(told['schema'])}." if media else ""
        lines += [f"**{title}.**{of} {description}".rstrip(), ""]
        if "example" in told:
            lines += ["```json", json.dumps(told["example"], indent=2, ensure_ascii=False), "```", ""]
    return lines


def describe_schema(name: str, schema: Json) -> list[str]:
    """Give the part of one schema."""
    lines = [f"### {name} {{ #schema-{name} }}", "", schema.get("description", ""), ""]
    if "enum" in schema:
        lines += ["One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".", ""]
    if "oneOf" in schema:
        lines += ["One of " + ", ".join(map(kind, schema["oneOf"])) + ".", ""]
    if schema.get("properties"):
        lines += ["| field | type | |", "| --- | --- | --- |"]
        for field, told in schema["properties"].items():
            optional = "" if field in schema.get("required", []) else "Optional. "
            lines.append(f"| `{field}` | {kind(told)} | {optional}{cell(told.get('description', ''))} |")
        lines.append("")
    return lines


def kind(schema: Json) -> str:
    """Name a type, with a link where it has a name of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#schema-{name})"
    if "anyOf" in schema:
        return " or ".join(map(kind, schema["anyOf"]))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    named = schema.get("format") if schema.get("type") == "string" else None
    limits = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
    return " ".join([str(named or schema.get("type", "any")), *limits])


def cell(words: str) -> str:
    """Make text fit into one cell of a table."""
    return words.replace("\n", " ").replace("|", "\\|")


def resolve(document: Json, node: Json) -> Json:
    """Follow a reference to a component."""
    while "$ref" in node:
        _, group, name = node["$ref"].removeprefix("#/").split("/")
        node = document["components"][group][name]
    return node


if __name__ == "__main__":
    sys.stdout.write(render(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
