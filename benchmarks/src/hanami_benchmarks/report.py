"""One table for the terminal and the same one for the README."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

README = Path(__file__).resolve().parents[3] / "README.md"


@dataclass(frozen=True)
class Result:
    """A table of figures, with a title and the notes that it needs to be read rightly."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]

    def show(self) -> None:
        """Print the table."""
        table = Table(title=self.title)
        for index, column in enumerate(self.columns):
            table.add_column(column, justify="right" if index else "left")
        for row in self.rows:
            table.add_row(*row)
        console = Console()
        console.print(table)
        for note in self.notes:
            console.print(f"· {note}", highlight=False)

    def publish(self) -> None:
        """Write the table into its block of the README.

        Raises
        ------
        ValueError
            The README has no block of this name.
        """
        lines = ["| " + " | ".join(self.columns) + " |", "|---|" + "---:|" * (len(self.columns) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        lines += ["", *(f"- {note}" for note in self.notes)]
        begin, end = f"<!-- begin {self.name} -->", f"<!-- end {self.name} -->"
        block = "\n".join([begin, f"**{self.title}**", "", *lines, end])
        text, found = re.subn(
            f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: block, README.read_text(), flags=re.DOTALL
        )
        if not found:
            raise ValueError(f"README.md has no block '{begin}'")
        README.write_text(text)


def machine() -> str:
    """Name the machine: processor, cores, operating system."""
    try:
        information = Path("/proc/cpuinfo").read_text()
        found = re.search(r"model name\s*:\s*(.+)", information)
        processor = found.group(1).strip() if found else platform.machine()
    except OSError:
        processor = platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def pin_to_one_core() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
