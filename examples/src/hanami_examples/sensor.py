"""``make sensor``: a machine speaks to a network, reading by reading; the network forecasts, and notices what is new.

Every reading is asked about at once; what the channels really became is told `LEAD` readings later, and learned then.
"""

import argparse
import secrets
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from hanami_sdk import Client, Session
from hanami_server.process import server_process
from rich.console import Console
from rich.live import Live

from hanami_examples.machine import CHANNELS, Array, Reading, run
from hanami_examples.watch import Watch

LEAD = 10  # readings that a forecast looks ahead
BACK = (0, 4, 12)  # it is made from the reading now, and from what changed since so many readings ago
STEPS, PER_SECOND = 4000, 400.0
TEMPLATE = f"""
version: 1
hexagons:
  - {{position: [1, 1, 1], type: input, name: readings, size: {len(CHANNELS) * len(BACK)}}}
  - {{position: [2, 1, 1], type: internal, size: 512}}
  - {{position: [3, 1, 1], type: output, name: change, size: {len(CHANNELS)}, values: real}}
"""


def listen(session: Session, readings: Iterator[Reading]) -> Iterator[tuple[Reading, Array, float]]:
    """Ask about every reading, and tell the truth about the one `LEAD` before; gives forecast and novelty."""
    window: deque[Array] = deque(maxlen=max(BACK) + 1)
    waiting: deque[tuple[int, Array]] = deque()
    for reading in readings:
        now = reading.values
        window.append(now)
        if len(waiting) == LEAD:
            request, then = waiting.popleft()
            session.truth(request, now - then)
        if len(window) == window.maxlen:
            answer = session.request(np.concatenate([now, *(now - window[-1 - ago] for ago in BACK[1:])]), keep=True)
            waiting.append((answer.request_id, now))
            yield reading, now + np.asarray(answer.outputs), float(np.asarray(answer.novelty))


@contextmanager
def opened() -> Iterator[Session]:
    """Open a session with a new network, on a server of its own."""
    password = secrets.token_urlsafe(18)
    with tempfile.TemporaryDirectory(prefix="hanami-sensor-") as folder:
        settings = {"admin_user": "admin", "admin_password": password, "log_level": "warning"}
        with (
            server_process(Path(folder), settings) as server,
            Client(server.url, user="admin", password=password) as client,
        ):
            cluster = client.clusters.create("the machine", template=TEMPLATE)
            with client.session(cluster.id) as session:
                yield session


def main() -> None:
    """Run the machine, show what is going on, and leave a picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help=f"readings (default {STEPS})")
    parser.add_argument("--rate", type=float, default=PER_SECOND, help=f"readings a second (default {PER_SECOND:.0f})")
    parser.add_argument("--seed", type=int, default=0, help="of the machine")
    parser.add_argument("--out", type=Path, default=Path("sensor-out"), help="folder of the picture")
    options = parser.parse_args()
    console, watch = Console(), Watch(LEAD)
    with opened() as session, Live(watch, console=console, refresh_per_second=10, transient=True):
        begin = time.monotonic()
        for number, (reading, forecast, novelty) in enumerate(listen(session, run(options.steps, options.seed))):
            watch.add(reading, forecast, novelty)
            time.sleep(max(0.0, begin + number / options.rate - time.monotonic()))
    console.print(watch.summary())
    options.out.mkdir(parents=True, exist_ok=True)
    watch.draw(options.out / "sensor.png")
    console.print(f"[bold]{options.out / 'sensor.png'}[/] has the whole run")


if __name__ == "__main__":
    main()
