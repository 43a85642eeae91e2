"""The policy: which roles may call which operation, from a YAML file that names every operation."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hanami_server.contract.tokens import Role

VERSION = 1
DEFAULT = "policy.yaml"


class PolicyError(Exception):
    """A file that is no policy of this server; the message names the line."""


class Policy:
    """The roles of every operation, from a file or as they come with the server.

    Parameters
    ----------
    path : Path, optional
    operations : mapping of str to frozenset of Role
        All operations that are not public, and the roles that each can be allowed to.

    Raises
    ------
    PolicyError
        The file cannot be read, names something unknown, or lacks an operation.
    """

    def __init__(self, path: Path | None, operations: Mapping[str, frozenset[Role]]) -> None:
        self._path, self._operations = path, operations
        self.reload()

    def reload(self) -> None:
        """Read the file again; raises PolicyError and keeps what was known where it is not good."""
        name = str(self._path) if self._path else DEFAULT
        self._roles = _read(name, _parse(name, self._path), self._operations)

    @property
    def size(self) -> int:
        """Number of operations."""
        return len(self._roles)

    def allows(self, operation_id: str, roles: AbstractSet[Role]) -> bool:
        """Say whether somebody with these roles may call an operation."""
        return not self._roles[operation_id].isdisjoint(roles)

    def roles(self, operation_id: str) -> list[Role]:
        """Return who may call an operation, in the order of `Role`."""
        return [role for role in Role if role in self._roles[operation_id]]


def default_text() -> str:
    """Return the policy that comes with the server."""
    return files("hanami_server.access").joinpath(DEFAULT).read_text("utf-8")


def _parse(name: str, path: Path | None) -> object:
    try:
        text = path.read_text("utf-8") if path else default_text()
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}, line {line}: {error.problem or 'not YAML'}") from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise PolicyError(f"{name}: {error}") from error


def _read(name: str, document: object, operations: Mapping[str, frozenset[Role]]) -> dict[str, frozenset[Role]]:
    if not isinstance(document, CommentedMap) or document.get("version") != VERSION:
        raise PolicyError(f"{name}, line 1: expected `version: {VERSION}` and `operations`")
    for key in document:
        if key not in {"version", "operations"}:
            raise PolicyError(f"{name}, line {_line(document, key)}: unknown key {key!r}")
    table = document.get("operations")
    if not isinstance(table, CommentedMap):
        raise PolicyError(f"{name}, line 1: expected a mapping `operations` from operations to lists of roles")
    for operation in table:
        if operation not in operations:
            raise PolicyError(f"{name}, line {_line(table, operation)}: unknown operation {operation!r}")
    missing = sorted(set(operations) - set(table))
    if missing:
        raise PolicyError(f"{name}, line {_line(document, 'operations')}: no roles for {', '.join(missing)}")
    return {str(operation): _roles(name, table, operation, operations[operation]) for operation in table}


def _roles(name: str, table: CommentedMap, operation: str, possible: frozenset[Role]) -> frozenset[Role]:
    wanted, known = table[operation], [role.value for role in Role if role in possible]
    if not isinstance(wanted, list) or not all(role in known for role in wanted):
        expected = f"expected a list of {', '.join(known)}"
        raise PolicyError(f"{name}, line {_line(table, operation)}: {operation}: {expected}")
    return frozenset(Role(role) for role in wanted)


def _line(mapping: CommentedMap, key: object) -> int:
    return int(mapping.lc.key(key)[0]) + 1
