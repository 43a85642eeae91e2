"""The matrix of scenarios and clients, for terminals and browsers."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rich.table import Table

from hanami_integration.runner import Matrix

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Hanami: clients beside each other</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: right; }}
th:first-child, td:first-child {{ text-align: left; }}
.bad {{ background: #fdd; }} pre {{ white-space: pre-wrap; }}
</style>
<h1>Clients beside each other</h1>
<p>{total} scenarios, each replayed by every client on one server; seconds.</p>
<table><thead><tr><th>scenario</th>{heads}</tr></thead><tbody>{rows}</tbody></table>
{faults}</html>
"""


def table(matrix: Matrix, clients: Sequence[str]) -> Table:
    """Draw the matrix."""
    made = Table("scenario", *clients, title="Seconds of every scenario")
    for column in made.columns[1:]:
        column.justify = "right"
    for name, outcomes in matrix.items():
        cells = [
            f"{one.seconds:.2f} [green]✓[/]" if not one.faults else "[red]✗[/]"
            for one in map(outcomes.get, clients)
            if one
        ]
        made.add_row(name, *cells)
    return made


def faults(matrix: Matrix) -> list[tuple[str, str, str]]:
    """List what went wrong: scenario, client and fault."""
    return [
        (name, client, fault)
        for name, outcomes in matrix.items()
        for client, outcome in outcomes.items()
        for fault in outcome.faults
    ]


def write_html(matrix: Matrix, clients: Sequence[str], path: Path) -> None:
    """Write the matrix as a page."""
    rows = []
    for name, outcomes in matrix.items():
        cells = "".join(
            f"<td class='{'bad' if outcomes[client].faults else 'good'}'>{outcomes[client].seconds:.2f}</td>"
            for client in clients
        )
        rows.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    told = "".join(f"<pre>{escape(f'{name}, {client}: {fault}')}</pre>" for name, client, fault in faults(matrix))
    heads = "".join(f"<th>{escape(client)}</th>" for client in clients)
    page = PAGE.format(total=len(matrix), heads=heads, rows="".join(rows), faults=told)
    path.write_text(page, encoding="utf-8")
