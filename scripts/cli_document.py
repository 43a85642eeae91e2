"""What the command line needs to know of every operation, put into the document for the templates in openapi/cli.

A command is data: its arguments, its flags, what it answers. What is done with them is written by hand in cli-go.
"""

from __future__ import annotations

import copy
import json
import re
import shlex
from typing import Any

Json = Any
METHODS = {"get", "put", "post", "delete", "patch"}
LONG_TEXT = 10_000  # texts that may be longer than that are given as files
GLOBAL = {  # flags that every command has; a field of that name would hide one
    "all", "debug", "dry-run", "file", "help", "idempotency-key", "if-version", "interval", "jq", "output", "profile",
    "progress", "timeout", "to", "url", "wait", "watch", "yes",
}  # fmt: skip
NAMED = {"clusters": "pump", "datasets": "readings", "templates": "small", "users": "ada", "projects": "lab"}
VALUES = {  # in examples, where the document's own would be none for a reader; what is most exact counts
    "name": "pump",
    "clusters copy name": "twin",
    "clusters update name": "old pump",
    "datasets create name": "readings",
    "datasets update name": "old readings",
    "templates create name": "small",
    "templates update name": "tiny",
    "checkpoints name": "monday",
    "device-keys create name": "sensor",
    "users create id": "eve",
    "users create name": "Eve",
    "projects create id": "hall",
    "projects create name": "Hall 2",
    "projects update name": "Lab 1",
    "column": "state",
    "reference_column": "state",
    "tasks inputs": "temperature,pressure",
    "samples inputs": "[[20.5, 101325]]",
    "outputs": "state",
    "type": "train",
    "source.kind": "csv",
    "source.file": "@readings.csv",
    "text": "@net.yaml",
    "scopes": "learn",
    "role": "project-admin",
    "size": "16",
    "password": "-",
    "id_token": "-",
    "user_id": "ada",
    "project_id": "lab",
}
MORE = {  # flags that nobody needs, and that people want to know
    "clusters list": "--name pump --order name",
    "clusters picture": "--to pump.svg",
    "clusters template": "--to net.yaml",
    "checkpoints download": "--to network.hanami",
    "checkpoints upload": "--file network.hanami --name monday",
    "datasets download": "--to readings.arrow",
    "datasets export": "--format csv --to readings.csv",
    "datasets rows": "--start 0 --stop 2",
    "logs audit": "--user-id ada",
    "projects set-quota": "--clusters 10",
    "tasks create": "--epochs 3 --wait",
    "tasks list": "--state running --all",
    "uploads append": "--file readings.csv",
    "uploads create": "--file readings.csv",
    "users set-quota": "--clusters 10 --sessions 2",
    "users update": "--is-disabled",
}


class CliDocument:
    """A copy of the document in which every operation says what its command is like."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._schemas = document["components"]["schemas"]
        self._tags = {tag["name"]: tag["description"] for tag in document["tags"]}

    def patched(self) -> Json:
        """Return the copy."""
        patched = copy.deepcopy(self._document)
        seen: set[str] = set()
        for path, methods in patched["paths"].items():
            for method, operation in methods.items():
                tag = operation["tags"][0]
                operation["x-cli"] = self._command(path, method, operation)
                if tag not in seen:
                    operation["x-cli"]["group"] = {"name": tag, "about": self._tags[tag]} | self._reference(tag)
                    seen.add(tag)
        return patched

    def _command(self, path: str, method: str, operation: Json) -> Json:
        parameters = operation.get("parameters", [])
        headers = {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
        (media, body) = _first(operation.get("requestBody", {}))
        made = {
            "noun": operation["tags"][0],
            "verb": operation["x-verb"],
            "summary": operation["summary"],
            "about": operation["description"],
            "method": method.upper(),
            "path": path,
            "arguments": [self._argument(parameter) for parameter in parameters if parameter["in"] == "path"],
            "query": [
                self._flag([parameter["name"]], parameter["schema"], parameter["description"], parameter["required"])
                for parameter in parameters
                if parameter["in"] == "query"
            ],
            "sends": media,
            "fields": self._fields(body["schema"]) if media == "application/json" else [],
            "public": not operation["security"],
            "once": "Idempotency-Key" in headers,
            "conditional": "If-Match" in headers,
        } | self._answer(operation)
        self._check(made)
        made["example"] = _example(made)
        return made

    def _argument(self, parameter: Json) -> Json:
        name = parameter["name"]
        return {"name": name, "shown": name.removesuffix("_id").replace("_", "-"), "of": self._noun_of(name)}

    def _answer(self, operation: Json) -> Json:
        status = next(status for status in operation["responses"] if status.startswith("2"))
        (media, content) = _first(operation["responses"][status])
        schema = self._resolved(content.get("schema", {}))
        model = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        told = {"answers": media, "model": model, "columns": [], "wide": [], "pages": False}
        if "next_cursor" in schema.get("properties", {}):
            item = self._resolved(schema["properties"]["items"]["items"])
            columns = schema["x-columns"]
            told |= {"columns": columns, "wide": columns + self._others(item, columns), "pages": True}
        return told

    def _others(self, item: Json, columns: list[str]) -> list[str]:
        """List fields that are one value each and short, and are no column yet."""
        return [
            name
            for name, field in item["properties"].items()
            if name not in columns and not self._is_long(field) and self._kind(field) not in {"value", "strings"}
        ]

    def _is_long(self, schema: Json) -> bool:
        return bool(self._bare(schema).get("maxLength", 0) >= LONG_TEXT)

    def _fields(self, schema: Json, at: tuple[str, ...] = (), needed: bool = True) -> list[Json]:
        """List the flags of a body: one for each field, also of bodies that come in several kinds."""
        schema = self._resolved(schema)
        if "oneOf" in schema:
            return self._fields_of_kinds(schema, at, needed)
        found = []
        for name, field in schema.get("properties", {}).items():
            required = needed and name in schema.get("required", [])
            if self._resolved(field).get("type") == "object" or "oneOf" in self._resolved(field):
                found += self._fields(field, (*at, name), required)
            else:
                found.append(self._flag([*at, name], field, self._bare(field).get("description", ""), required))
        return found

    def _fields_of_kinds(self, schema: Json, at: tuple[str, ...], needed: bool) -> list[Json]:
        """Merge the fields of all kinds; those that not every kind has, or needs, say which do."""
        kinds = sorted(schema["discriminator"]["mapping"].items())
        chosen = [*at, schema["discriminator"]["propertyName"]]
        choice = {"type": "string", "enum": [kind for kind, _ in kinds]}
        merged = {tuple(chosen): self._flag(chosen, choice, "Which kind.", needed)}
        having: dict[tuple[str, ...], list[str]] = {}
        needing: dict[tuple[str, ...], list[str]] = {}
        for kind, ref in kinds:
            for flag in self._fields({"$ref": ref}, at, needed):
                place = tuple(flag["path"])
                if place == tuple(chosen):
                    continue
                having.setdefault(place, []).append(kind)
                needing.setdefault(place, []).extend([kind] if flag["required"] else [])
                merged.setdefault(place, flag)
        for place, wanting in having.items():
            everywhere = len(wanting) == len(kinds)
            merged[place]["required"] = everywhere and len(needing[place]) == len(kinds)
            merged[place]["kinds"] = [] if everywhere else wanting
            merged[place]["needed_by"] = [] if merged[place]["required"] else needing[place]
            merged[place]["choice"] = _hyphens(chosen)
        return list(merged.values())

    def _flag(self, path: list[str], schema: Json, about: str, required: bool) -> Json:
        bare = self._bare(schema)
        kind = self._kind(schema)
        items = self._resolved(bare["items"]) if kind == "strings" else {}
        of = bare.get("x-of") or (self._noun_of(path[-1]) if kind != "value" else "")
        return {
            "name": _hyphens(path),
            "path": path,
            "kind": kind,
            "about": schema.get("description") or about or bare.get("description", ""),
            "of": of,
            "enum": bare.get("enum", items.get("enum", [])),
            "default": _text(schema["default"]) if "default" in schema else "",
            "required": required,
            "null": {"type": "null"} in schema.get("anyOf", []),
            "secret": bare.get("format") == "password",
            "file": kind == "value" or of == "uploads" or bare.get("maxLength", 0) >= LONG_TEXT,
            "example": _text(next(iter(bare.get("examples", [])), "")),
            "kinds": [],
            "needed_by": [],
            "choice": "",
        }

    def _kind(self, schema: Json) -> str:
        bare = self._bare(schema)
        if bare.get("type") == "array":
            return "strings" if self._resolved(bare["items"]).get("type") == "string" else "value"
        if bare.get("format") == "date-time":
            return "moment"
        return bare["type"] if bare.get("type") in {"string", "integer", "number", "boolean"} else "value"

    def _bare(self, schema: Json) -> Json:
        """Return a schema without null, and without reference."""
        arms = [arm for arm in schema.get("anyOf", []) if arm != {"type": "null"}]
        return self._resolved(arms[0] if arms else schema)

    def _resolved(self, schema: Json) -> Json:
        found: Json = schema
        while "$ref" in found:
            found = self._schemas[found["$ref"].rpartition("/")[2]]
        return found

    def _noun_of(self, name: str) -> str:
        """Name what a field is the id of, as `reference_dataset_id` is of a dataset; nothing for other fields."""
        found = re.fullmatch(r"(?:\w+_)?([a-z]+)_id|(device_key)_id", name)
        noun = f"{(found[2] or found[1]).replace('_', '-')}s" if found else ""
        return "device-keys" if name == "device_key_id" else noun if noun in self._tags else ""

    def _reference(self, tag: str) -> Json:
        """Say where the things of a group are listed, for completion, and whether they are known by names."""
        for path, methods in self._document["paths"].items():
            operation = methods.get("get", {})
            if operation.get("tags") == [tag] and operation.get("x-verb") == "list":
                names = {parameter["name"] for parameter in operation["parameters"]}
                item = self._resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
                item = self._resolved(item["properties"]["items"]["items"])
                uuids = item["properties"].get("id", {}).get("format") == "uuid"
                return {"path": path, "named": "name" in names and uuids, "within": "clusters" if "{" in path else ""}
        return {"path": "", "named": False, "within": ""}

    @staticmethod
    def _check(command: Json) -> None:
        flags = [flag["name"] for flag in command["query"] + command["fields"]]
        if clash := GLOBAL & set(flags):
            raise ValueError(f"{command['noun']} {command['verb']}: every command has the flag {clash.pop()}")
        if len(set(flags)) < len(flags):
            raise ValueError(f"{command['noun']} {command['verb']}: expected flags that differ, got {flags}")


def _first(body: Json) -> tuple[str, Json]:
    """Return the only media type of a body or an answer, and what it says of it; nothing where there is none."""
    contents: dict[str, Json] = body.get("content", {})
    return next(iter(contents.items()), ("", {}))


def _hyphens(path: list[str]) -> str:
    return "-".join(path).replace("_", "-")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _example(command: Json) -> str:
    """Write a line that does what the command is for; a test runs it."""
    words = ["hanamictl", command["noun"], command["verb"]]
    for argument in command["arguments"]:
        noun = argument["of"]
        variable = (argument["shown"] or argument["name"]).upper().replace("-", "_")
        words.append("local" if noun == "hosts" else NAMED.get(noun) or f"${variable}")
    kind = next((VALUES[flag["choice"].replace("-", ".")] for flag in command["fields"] if flag["choice"]), None)
    for flag in command["query"] + command["fields"]:
        if flag["required"] or kind in flag["needed_by"]:
            words += [f"--{flag['name']}", _value(command, flag)]
    words += MORE.get(f"{command['noun']} {command['verb']}", "").split()
    if command["method"] == "DELETE":
        words.append("--yes")
    return " ".join(word if word.startswith("$") else shlex.quote(word) for word in words)


def _value(command: Json, flag: Json) -> str:
    place = ".".join(flag["path"])
    for known in (f"{command['noun']} {command['verb']} {place}", f"{command['noun']} {place}", place):
        if known in VALUES:
            return VALUES[known]
    if flag["of"]:
        return NAMED.get(flag["of"]) or f"${flag['path'][-1].removesuffix('_id').upper()}"
    return str(flag["enum"][0] if flag["enum"] else flag["example"])
