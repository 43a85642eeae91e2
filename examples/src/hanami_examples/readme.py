"""Figures in the README: each block of them is written by the script that measured it, never by hand."""

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

README = Path(__file__).resolve().parents[3] / "README.md"


def publish(name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]) -> None:
    """Write a table into its block of the README.

    Raises
    ------
    ValueError
        The README has no block of this name.
    """
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    block = "\n".join([begin, f"**{title}**", "", *lines, "", *(f"- {note}" for note in notes), end])
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    text, found = place.subn(lambda _: block, README.read_text("utf-8"))
    if not found:
        raise ValueError(f"README.md has no block '{begin}'")
    README.write_text(text, "utf-8")


def machine() -> str:
    """Name the machine: processor, cores, operating system."""
    try:
        information = Path("/proc/cpuinfo").read_text()
        found = re.search(r"model name\s*:\s*(.+)", information)
        processor = found.group(1).strip() if found else platform.machine()
    except OSError:
        processor = platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
