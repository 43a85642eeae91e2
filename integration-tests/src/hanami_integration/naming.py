"""What differs from run to run gets a name, so that the answers of clients can be compared."""

import re
from typing import Any

Json = Any
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
TOKEN = re.compile(r"^(eyJ[\w-]+\.[\w-]+\.[\w-]+|hdk_[\w-]+)$")
REQUEST = re.compile(r"^[0-9a-f]{32}$")
RUNNING = {  # as fast as the machine is at that moment
    "samples_per_second",
    "digest",
    "pid",
    "address",
    "cores",
    "memory_bytes",
    "resident_bytes",
    "load",
}


class Names:
    """Names of values of one run."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._ids: dict[str, str] = {}

    def plain(self, value: Json, ignore: tuple[str, ...] = (), momentary: frozenset[str] = frozenset()) -> Json:
        """Return a value as every client should have it.

        Parameters
        ----------
        value
            What a client says.
        ignore
            Fields that are left out.
        momentary
            Fields that depend on when the client asks: that they are there is kept, their values are not.
        """
        if isinstance(value, dict):
            unknown = RUNNING | momentary
            return {
                key: "<some>" if key in unknown else self.plain(part, ignore, momentary)
                for key, part in sorted(value.items())
                if key not in ignore
            }
        if isinstance(value, list):
            return [self.plain(part, ignore, momentary) for part in value]
        if isinstance(value, str):
            return self._plain_text(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    def _plain_text(self, text: str) -> str:
        if MOMENT.match(text):
            return "<moment>"
        if REQUEST.match(text):
            return "<request>"
        if TOKEN.match(text):
            return "<token>"
        text = UUID.sub(lambda found: self._ids.setdefault(found[0], f"<id {len(self._ids) + 1}>"), text)
        return text.replace(self._run, "<run>")


def find(value: Json, place: str) -> Json:
    """Return what is at a place inside a value, as in ``items.0.id``; the value itself for an empty place."""
    for part in place.split(".") if place else ():
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def filled(value: Json, known: dict[str, Json]) -> Json:
    """Return a value with ``${name}`` in the place of what is known by that name."""
    if isinstance(value, dict):
        return {filled(key, known): filled(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, known) for part in value]
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\$\{(\w+)\}", value)
    if whole:
        return known[whole[1]]
    return re.sub(r"\$\{(\w+)\}", lambda found: str(known[found[1]]), value)


def missing(expected: Json, value: Json, at: str = "") -> list[str]:
    """Say what a value does not have of what was expected; a mapping may have more, a list may not."""
    if isinstance(expected, dict) and isinstance(value, dict):
        return [
            told
            for key, part in expected.items()
            for told in (missing(part, value[key], f"{at}.{key}") if key in value else [f"{at}.{key} is missing"])
        ]
    if isinstance(expected, list) and isinstance(value, list):
        if len(expected) != len(value):
            return [f"{at}: expected {len(expected)} of them, got {len(value)}"]
        return [told for i, part in enumerate(expected) for told in missing(part, value[i], f"{at}.{i}")]
    return [] if expected == value else [f"{at}: expected {expected!r}, got {value!r}"]
