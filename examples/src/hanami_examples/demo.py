"""``make demo``: a server, its client, digits, a network that grows, a restart, and a report."""

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hanami_sdk import Client, HanamiError
from hanami_sdk.generated.models import TaskProgress
from hanami_server.process import ServerProcess, server_process
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hanami_examples import digits, journey
from hanami_examples.story import Story

USER = "admin"

HOW_TO_GO_ON = """
The server is still running: {url}, user {user}, password {password}

  {url}/docs describes its API. From a shell:

    export HANAMI_URL={url} HANAMI_USER={user} HANAMI_PASSWORD={password}
    {python} -c "from hanami_sdk import Client; print(*Client().clusters.list(), sep='\\n')"

  Stop it, and remove its data:

    kill {pid} && sleep 2 && rm -r {folder}
"""


@dataclass(frozen=True)
class Demo:
    """One run: where it prints, where its data is, and the password of its admin."""

    console: Console
    folder: Path
    keep: bool
    write: bool = False
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)

    def run(self, out: Path) -> None:
        """Go all the way; the report goes to the folder `out`."""
        found = digits.find(self.folder)
        self.say(found.note)
        with self.server() as server, self.client(server) as client:
            planted = journey.plant(client, found)
            self.say("uploaded, and planted a network of no synapses at all")
            learned = self.train(client, planted, journey.EPOCHS[found.name])
            before = journey.answer(client, planted, "answers")
            cluster = client.clusters.get(planted.cluster_id)
            labels = journey.read_labels(client, before, self.folder)
            checkpoint = client.checkpoints.create(planted.cluster_id, "trained")
            requests = journey.requests_per_second(client, planted)
        with self.server(keep=self.keep) as server, self.client(server) as client:
            client.clusters.restore(planted.cluster_id, checkpoint.id)
            after = journey.answer(client, planted, "answers after the restart")
            if after.accuracy != before.accuracy:
                raise RuntimeError(
                    f"accuracy was {before.accuracy.accuracy}, and is {after.accuracy.accuracy} when restored"
                )
            self.say("restarted, restored, and asked again: the same answers")
            story = Story(found, planted, learned, before, after, cluster, checkpoint, requests)
            self.console.print(story.table())
            story.write_report(labels, out / "report.html")
            if self.write:
                story.publish()
            self.say(f"[bold]{out / 'report.html'}[/] has the pictures")
            if self.keep:
                self.tell_how_to_go_on(server)

    @contextmanager
    def server(self, *, keep: bool = False) -> Iterator[ServerProcess]:
        """Run a server on the folder until the end of the block, or longer."""
        settings = {"admin_user": USER, "admin_password": self.password, "log_level": "warning"}
        with ExitStack() as stack:
            with self.console.status("starting the server (the very first time, it compiles the engine)"):
                running = server_process(self.folder / "server", settings, keep=keep)
                server = stack.enter_context(running)
            self.say(f"the server is ready at {server.url}")
            yield server

    def client(self, server: ServerProcess) -> Client:
        """Log in as the admin, who has a project to work in."""
        return Client(server.url, user=USER, password=self.password)

    def train(self, client: Client, planted: journey.Planted, epochs: int) -> journey.Learned:
        """Train while a bar shows how far it is."""
        columns = (TextColumn("  learning"), BarColumn(40), MofNCompleteColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=self.console) as bar:
            row = bar.add_task("", total=None)

            def show(news: TaskProgress) -> None:
                grown = f"{news.samples_per_second:,.0f}/s, {news.synapses:,} synapses"
                bar.update(row, completed=news.done, total=news.total, description=grown)

            return journey.train(client, planted, epochs, show)

    def say(self, sentence: str) -> None:
        """Print one step."""
        self.console.print(f"[magenta]✿[/] {sentence}", highlight=False, soft_wrap=True)

    def tell_how_to_go_on(self, server: ServerProcess) -> None:
        """Print what is needed to use the server that was kept."""
        text = HOW_TO_GO_ON.format(
            url=server.url,
            user=USER,
            password=self.password,
            python=sys.executable,
            pid=server.pid,
            folder=self.folder,
        )
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Run the demo; nothing of it stays but the report, unless it is told to keep the server."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the server running at the end")
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="folder of the report [demo-out]")
    arguments = parser.parse_args()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _: sys.exit(128 + number))
    folder = Path(tempfile.mkdtemp(prefix="hanami-demo-"))
    kept = False
    try:
        Demo(Console(), folder, arguments.keep, arguments.write).run(arguments.out)
        kept = arguments.keep
    except (HanamiError, RuntimeError) as error:
        sys.exit(f"the demo failed: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
    finally:
        if not kept:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
