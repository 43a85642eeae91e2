"""``python -m hanami_integration``: replay the table, show the matrix, write a report."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hanami_integration import drivers, report
from hanami_integration.runner import Outcome, replay
from hanami_integration.table import read_scenarios, unused


def main() -> None:
    """Replay the scenarios; the exit status is 1 where a client differs, fails, or an operation is left out."""
    parser = argparse.ArgumentParser(prog="integration-test", description=__doc__)
    parser.add_argument("--only", help="scenarios whose name has this")
    parser.add_argument("--clients", default=",".join(drivers.COMMANDS), help="which clients, with commas")
    parser.add_argument(
        "--out", type=Path, default=Path("integration-out"), help="folder of the report [integration-out]"
    )
    arguments = parser.parse_args()
    console, clients = Console(), arguments.clients.split(",")
    scenarios = [one for one in read_scenarios() if not arguments.only or arguments.only in one.name]
    drivers.build(clients)
    columns = (TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        tempfile.TemporaryDirectory(prefix="hanami-integration-") as folder,
        Progress(*columns, console=console) as bar,
    ):
        rows = {client: bar.add_task(client, total=len(scenarios)) for client in clients}

        def heard(_: str, client: str, outcome: Outcome) -> None:
            bar.advance(rows[client])
            for fault in outcome.faults:
                bar.console.print(f"[red]{client}[/]: {fault}", highlight=False, markup=True)

        matrix = replay(scenarios, clients, Path(folder), heard)
    console.print(report.table(matrix, clients))
    for name, client, fault in report.faults(matrix):
        console.print(f"{name}, {client}: {fault}", style="red", markup=False, highlight=False)
    arguments.out.mkdir(parents=True, exist_ok=True)
    report.write_html(matrix, clients, arguments.out / "report.html")
    console.print(f"{arguments.out / 'report.html'} has all of it")
    left_out = set() if arguments.only else unused(scenarios)
    if left_out:
        console.print(f"no scenario exercises {', '.join(sorted(left_out))}", style="red")
    if left_out or report.faults(matrix):
        sys.exit(1)


if __name__ == "__main__":
    main()
