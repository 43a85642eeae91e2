"""How tasks run: slice after slice on a host, with a look around between any two."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from hanami_server.blobs.results import append_answers, result_columns
from hanami_server.blobs.writer import DatasetWriter, writing_dataset
from hanami_server.fleet.host import Host
from hanami_server.fleet.job import Job
from hanami_server.fleet.pace import Pace
from hanami_server.fleet.work import RequestWork, TrainWork


async def train(host: Host, job: Job, work: TrainWork) -> None:
    """Learn; raises InterruptedTaskError, or what the engine raises."""
    await host.announce(job.cluster_id, work.total)
    pace, counted = Pace(), True
    for _ in range(work.epochs):
        await host.rest(job.cluster_id)
        for start, stop in pace.slices(work.dataset.rows):
            job.check()
            learned = await host.learn(job.cluster_id, work.inputs_of(start, stop), work.targets_of(start, stop))
            pace.measured(stop - start, learned.seconds)
            job.advance(stop - start, learned.novelty, learned.loss, learned.stats)
            counted = learned.stats is not None
    if not counted:
        job.note(await host.stats(job.cluster_id))


async def request(host: Host, job: Job, work: RequestWork, target: Path) -> None:
    """Answer into a new dataset; fails in the way that `train` does, and leaves nothing then."""
    pace = Pace()
    await host.rest(job.cluster_id)
    with ExitStack() as stack:
        dataset: DatasetWriter | None = None
        for start, stop in pace.slices(work.dataset.rows):
            job.check()
            answered = await host.predict(job.cluster_id, work.inputs_of(start, stop))
            if dataset is None:  # what a network answers is known when it does
                dataset = stack.enter_context(writing_dataset(target, result_columns(answered.answers)))
            await asyncio.to_thread(append_answers, dataset, answered.answers, answered.novelty)
            pace.measured(stop - start, answered.seconds)
            job.advance(stop - start, float(answered.novelty.mean()))
