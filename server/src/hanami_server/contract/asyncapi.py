"""The AsyncAPI 3 document of direct sessions, built from the types of their messages; the same bytes on every run."""

from importlib.metadata import version
from typing import Any, get_args

from hanami_server.contract.sessions import PROTOCOL, SessionNews, SessionOrder

Document = dict[str, Any]
ADDRESS = "/v1/clusters/{cluster_id}/session"
SCHEMAS = "openapi.json#/components/schemas/"
FRAME = "A frame: 16 bytes of header and raw rows, as the reference of the protocol lays them out."
ANSWER = "The answer to a frame: a header, the loss, the novelty of every row, and what every output hexagon says."


def build_asyncapi() -> Document:
    """Return the document; its schemas are those of `openapi.json`, which lies beside it."""
    orders, news = _names(SessionOrder), _names(SessionNews)
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Hanami direct sessions",
            "version": version("hanami-server"),
            "description": (
                f"The websocket protocol `{PROTOCOL}`: text messages are JSON, binary messages are frames of samples. "
                "The page `docs/reference/sessions.md` says what follows what."
            ),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": "sessions", "description": "Clients that speak to a network directly."}],
        },
        "servers": {"local": {"host": "localhost:8000", "protocol": "ws", "description": "As `make serve` starts it."}},
        "defaultContentType": "application/json",
        "channels": {
            "session": {
                "address": ADDRESS,
                "description": f"A websocket with the subprotocol `{PROTOCOL}`, opened with a token.",
                "parameters": {"cluster_id": {"description": "Id of the cluster."}},
                "messages": {
                    name: {"$ref": f"#/components/messages/{name}"} for name in (*orders, "Frame", *news, "FrameAnswer")
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "say": _operation("receive", "What a client says.", [*orders, "Frame"]),
            "hear": _operation("send", "What the server says.", [*news, "FrameAnswer"]),
        },
        "components": {
            "messages": {
                **{name: _text(name) for name in (*orders, *news)},
                "Frame": _bytes("Frame", FRAME),
                "FrameAnswer": _bytes("FrameAnswer", ANSWER),
            },
        },
    }


def _names(union: Any) -> list[str]:  # noqa: ANN401 (an alias of a union)
    """List the messages of a union."""
    members, *_ = get_args(union.__value__)
    return [member.__name__ for member in get_args(members)]


def _operation(action: str, summary: str, messages: list[str]) -> Document:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/session"},
        "summary": summary,
        "description": "In an order that the reference of the protocol tells.",
        "messages": [{"$ref": f"#/channels/session/messages/{name}"} for name in messages],
    }


def _text(name: str) -> Document:
    return {
        "name": name,
        "title": name,
        "contentType": "application/json",
        "payload": {"$ref": SCHEMAS + name},
    }


def _bytes(name: str, summary: str) -> Document:
    return {
        "name": name,
        "title": name,
        "summary": summary,
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }
