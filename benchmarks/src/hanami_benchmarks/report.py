"""One table for the terminal and the same one for the README."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from hanami_examples import readme
from rich.console import Console
from rich.table import Table

WIDTH = 150  # where the terminal does not tell its own


@dataclass(frozen=True)
class Result:
    """A table of figures, with a title, the notes that it needs to be read rightly, and pictures for the terminal."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    pictures: Sequence[str] = field(default_factory=list)

    def show(self) -> None:
        """Print the table."""
        table = Table(title=self.title)
        for index, column in enumerate(self.columns):
            table.add_column(column, justify="right" if index else "left")
        for row in self.rows:
            table.add_row(*(cell.replace("`", "") for cell in row))
        console = Console()
        if not console.is_terminal:
            console = Console(width=WIDTH)
        console.print(table)
        for note in self.notes:
            console.print(f"· {note}", highlight=False)
        for picture in self.pictures:
            console.print(picture, highlight=False, markup=False)

    def publish(self) -> None:
        """Write the table into its block of the README."""
        readme.publish(self.name, self.title, self.columns, self.rows, self.notes)


def pin_to_one_core() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
