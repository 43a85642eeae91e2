"""Where the server is and who asks: arguments count most, then the environment, then a profile.

Profiles are in `hanami/profiles.json` below `XDG_CONFIG_HOME` (`~/.config`), or where `HANAMI_CONFIG` says; all clients
read the same file::

    {"current": "lab", "profiles": {"lab": {"url": "https://hanami.example", "user": "ada", "password": "…"}}}
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

import httpx

from hanami_sdk._auth import FixedToken, Login
from hanami_sdk.errors import ConfigurationError
from hanami_sdk.generated.models.token_create import TokenCreate
from hanami_sdk.generated.types import UNSET

WAYS = ({"token"}, {"device_key"}, {"user", "password"})
FIELDS = ("url", "project", "token", "device_key", "user", "password")


class Access(NamedTuple):
    """The address of a server, and how to log in there."""

    url: str
    auth: httpx.Auth


def find_access(profile: str | None, given: dict[str, str | None]) -> Access:
    """Put together what was given, what the environment says and what a profile says.

    Raises
    ------
    ConfigurationError
        There is no such profile, no address, or nothing to log in with.
    """
    known = {name: value for name, value in given.items() if value is not None}
    for source in (_environment(), _read_profile(profile)):
        for name in FIELDS:
            if name in source and name not in known and _fits(name, known):
                known[name] = source[name]
    url = known.get("url", "").rstrip("/")
    if not url:
        raise ConfigurationError("the address of a server is needed: an argument, HANAMI_URL or a profile")
    return Access(url, _auth(url, known))


def _fits(name: str, known: dict[str, str]) -> bool:
    """Say whether a value belongs to what is known: the token of one and the password of another are no way in."""
    begun = [way for way in WAYS if known.keys() & way]
    return not begun or name in begun[0] or not any(name in way for way in WAYS)


def _auth(url: str, known: dict[str, str]) -> httpx.Auth:
    fixed = known.get("token") or known.get("device_key")
    if fixed:
        return FixedToken(fixed)
    user, password = known.get("user"), known.get("password")
    if not user or not password:
        raise ConfigurationError(
            "user and password, a token, or a device key are needed: as arguments, in the environment as HANAMI_USER "
            "and HANAMI_PASSWORD, HANAMI_TOKEN or HANAMI_DEVICE_KEY, or in a profile"
        )
    return Login(url, TokenCreate(user_id=user, password=password, project_id=known.get("project") or UNSET))


def _environment() -> dict[str, str]:
    found = {name: os.environ.get(f"HANAMI_{name.upper()}", "") for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def _read_profile(wanted: str | None) -> dict[str, str]:
    name = wanted or os.environ.get("HANAMI_PROFILE")
    path = _config_path()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        profiles = {
            key: {field: str(value) for field, value in part.items()} for key, part in content["profiles"].items()
        }
        current = name or content.get("current")
    except FileNotFoundError:
        profiles, current = {}, name
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise ConfigurationError(f"{path}: expected profiles as JSON: {error}") from error
    if current is None:
        return {}
    if current not in profiles:
        raise ConfigurationError(f"{path} has no profile {current!r}")
    return profiles[current]


def _config_path() -> Path:
    given = os.environ.get("HANAMI_CONFIG")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "hanami" / "profiles.json"
