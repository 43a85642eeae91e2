"""What only the system has: found, or installed where that may be done, else named (``debian.py chromium g++``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import NamedTuple


class Tool(NamedTuple):
    """A program that tests need, the names that it goes by, and how others than Debian get it."""

    programs: tuple[str, ...]
    wanted: str


TOOLS = {  # by the name of Debian's package
    "chromium": Tool(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "the tests need Chromium: install it (Debian: apt install chromium; macOS: brew install --cask chromium)",
    ),
    "g++": Tool(
        ("g++",),
        "the tests need g++ 11 or newer with its sanitizers: install it (Debian: apt install g++)",
    ),
}


def ensure(package: str) -> None:
    """Install Debian's package if the program is missing and this user may; else stop and say what to install."""
    tool = TOOLS[package]
    if any(map(shutil.which, tool.programs)):
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(tool.wanted)
    print(f"installing {package} for the tests", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", package],
    ):
        if subprocess.run(command, env=environment, check=False).returncode:
            sys.exit(f"{' '.join(command)} failed; {tool.wanted}")
    if not any(map(shutil.which, tool.programs)):
        sys.exit(tool.wanted)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        ensure(name)
