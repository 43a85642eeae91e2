"""A Chromium for tests of what runs in browsers: found, or installed where that may be done (`make test`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WANTED = "the tests need Chromium: install it (Debian: apt install chromium; macOS: brew install --cask chromium)"


def ensure() -> None:
    """Install Debian's package if there is none and this user may; else stop and say what to install."""
    if any(map(shutil.which, NAMES)):
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(WANTED)
    print("installing Chromium for the tests", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run(command, env=environment, check=False).returncode:
            sys.exit(f"{' '.join(command)} failed; {WANTED}")
    if not any(map(shutil.which, NAMES)):
        sys.exit(WANTED)


if __name__ == "__main__":
    ensure()
