"""The page of the protocol and the AsyncAPI document say what the types say."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from hanami_server.app import create_app
from hanami_server.contract.asyncapi import build_asyncapi
from hanami_server.contract.document import build_document
from hanami_server.contract.errors import ERRORS
from hanami_server.contract.sessions import PROTOCOL, SessionNews, SessionOrder
from hanami_server.sessions import connection, frames
from hanami_server.settings import Settings
from ruamel.yaml import YAML

from .test_session_fuzz import CODES, KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "sessions.md").read_text()


def members(union):
    return get_args(get_args(union.__value__)[0])


def rows(first):
    """The rows of the table that begins with this header."""
    table = PAGE[PAGE.index(f"| {first} |") :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def type_of(model):
    return get_args(model.model_fields["type"].annotation)[0]


@pytest.mark.parametrize(("union", "table"), [(SessionOrder, "client says"), (SessionNews, "server says | fields")])
def test_the_page_has_every_message_and_its_fields(union, table):
    told = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows(table) if row[0].startswith("`")}
    assert told == {type_of(model): set(model.model_fields) - {"type"} for model in members(union)}


def test_the_page_has_the_header():
    assert f"`{frames.HEADER.format}`" in PAGE
    told = [(row[0], int(row[1])) for row in rows("field")]
    assert [name for name, _ in told] == list(frames.Header._fields)
    assert [size for _, size in told] == [1, 1, 2, 4, 8]
    assert sum(size for _, size in told) == frames.HEADER.size
    (kinds,) = (row[2] for row in rows("field") if row[0] == "type")
    for kind in frames.FrameType:
        assert f"{kind.value} {kind.name.lower().replace('_', ' ')}" in kinds
    assert f"plus {frames.ANSWER}" in kinds
    (dtypes,) = (row[2] for row in rows("field") if row[0] == "dtype")
    for code, dtype in frames.DTYPES.items():
        assert f"{code} {dtype.name}" in dtypes


def test_the_page_has_every_close_code_and_kind():
    told = {int(row[0]) for row in rows("code")}
    used = {value.code for value in vars(connection).values() if isinstance(value, connection.Ending)}
    assert told >= used - {connection.GONE.code}
    assert told >= CODES - {1002}  # of broken websockets: not this protocol's
    kinds = {row[0].strip("`") for row in rows("kind")}
    assert kinds == KINDS
    assert kinds <= {error.slug() for error in ERRORS.values()}


def test_the_page_has_every_setting():
    wanted = {name for name in Settings.model_fields if name.startswith(("session_", "truth_", "allowed_origins"))}
    assert {name.lower() for name in re.findall(r"HANAMI_(\w+)", PAGE)} >= wanted
    assert PROTOCOL in PAGE


def test_asyncapi_has_every_message_and_is_committed():
    document = build_asyncapi()
    names = {model.__name__ for model in (*members(SessionOrder), *members(SessionNews))}
    assert set(document["components"]["messages"]) == names | {"Frame", "FrameAnswer"}
    assert YAML(typ="safe").load((ROOT / "openapi" / "asyncapi.yaml").read_text()) == document
    said, heard = (document["operations"][name]["messages"] for name in ("say", "hear"))
    assert len(said) + len(heard) == len(document["components"]["messages"])
    schemas = build_document(create_app(Settings()))["components"]["schemas"]
    for message in document["components"]["messages"].values():
        reference = message["payload"].get("$ref")
        assert reference is None or reference.rsplit("/", 1)[1] in schemas


def test_only_messages_of_sessions_are_outside_of_operations():
    document = build_document(create_app(Settings()))
    used, todo = set(), [document["paths"], document["components"]["responses"]]
    while todo:
        for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(todo.pop())):
            if name not in used:
                used.add(name)
                todo.append(document["components"]["schemas"][name])
    unions = {"SessionOrder", "SessionNews"}
    alone = set(document["components"]["schemas"]) - used
    assert unions <= alone
    reached, todo = set(), [document["components"]["schemas"][name] for name in unions]
    while todo:
        for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(todo.pop())):
            if name not in reached:
                reached.add(name)
                todo.append(document["components"]["schemas"][name])
    assert alone <= unions | reached
