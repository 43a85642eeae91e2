"""The history of clusters: seen while they learn, kept when they have learned, short for ever."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hanami_engine import Stats
from hanami_server import growth
from hanami_server.fleet import growth as fleet_growth
from hanami_server.fleet.growth import Recorder
from hanami_server.growth import EVEN, MOST_POINTS, STEP, Point, merge, thin
from hanami_server.store import tables
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from .test_states import copy
from .test_work import finish, made, make_cluster, make_digits, run_until_progress, train

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def points_of(client, cluster):
    return made(client.get(f"/v1/clusters/{cluster['id']}/growth"), 200)["points"]


def samples_of(client, cluster):
    return [point["samples"] for point in points_of(client, cluster)]


def test_a_training_is_remembered(member):
    cluster, digits = make_cluster(member), make_digits(member)
    assert samples_of(member, cluster) == [0]
    finish(member, train(member, cluster, digits))
    points = points_of(member, cluster)
    samples = [point["samples"] for point in points]
    assert samples == sorted(set(samples))
    assert (samples[0], samples[-1]) == (0, 1797)
    assert len(samples) > 3
    for name in ("synapses", "sections", "levels", "neurons"):
        counts = [point["statistics"][name] for point in points]
        assert counts == sorted(counts)
    assert all(point["statistics"]["samples"] == point["samples"] for point in points)
    assert [point["at"] for point in points] == sorted(point["at"] for point in points)
    assert points[-1]["statistics"] == member.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]
    finish(member, train(member, cluster, digits))
    assert samples_of(member, cluster)[-1] == 2 * 1797
    assert set(samples) <= set(samples_of(member, cluster))


def test_a_task_that_learns_is_seen(member, in_database):
    cluster, digits = make_cluster(member), make_digits(member)
    task = run_until_progress(member, cluster, digits)
    seen = samples_of(member, cluster)
    assert len(seen) > 1
    counted = select(func.count()).select_from(tables.Growth).where(tables.Growth.samples > 0)
    own = counted.join(tables.Cluster).where(tables.Cluster.owner_id == cluster["owner_id"])
    assert in_database(lambda session: session.scalar(own)) == 0  # nothing is written while it learns
    member.post(f"/v1/tasks/{task['id']}/cancel")
    kept = samples_of(member, cluster)
    assert kept[-1] == member.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]["samples"]
    assert in_database(lambda session: session.scalar(own)) == len(kept) - 1


def test_going_back_takes_what_came_later_away(member):
    cluster, digits = make_cluster(member), make_digits(member)
    finish(member, train(member, cluster, digits))
    before = points_of(member, cluster)
    checkpoint = made(member.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))
    finish(member, train(member, cluster, digits))
    other = make_cluster(member, seed=9)
    finish(member, train(member, other, digits, epochs=3))
    for target in (cluster, other):
        wish = {"checkpoint_id": checkpoint["id"]}
        made(member.post(f"/v1/clusters/{target['id']}/restore", json=wish), 200)
        after = points_of(member, target)
        assert after[:-1] == before[:-1]
        assert (after[-1]["samples"], after[-1]["at"] > before[-1]["at"]) == (1797, True)
    finish(member, train(member, cluster, digits))
    assert samples_of(member, cluster)[-1] == 2 * 1797
    assert points_of(member, cluster)[: len(before) - 1] == before[:-1]


def test_a_copy_has_the_past_of_its_original(member):
    cluster, digits = make_cluster(member), make_digits(member)
    finish(member, train(member, cluster, digits))
    task = run_until_progress(member, cluster, digits)
    twin = made(copy(member, cluster))
    member.post(f"/v1/tasks/{task['id']}/cancel")
    past = points_of(member, twin)
    assert past[-1]["samples"] == twin["statistics"]["samples"] > 1797
    known = points_of(member, cluster)
    assert past[0] == known[0]
    assert past[:3] == known[:3]
    assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204
    assert points_of(member, twin) == past


def test_the_past_goes_with_its_cluster(member, in_database):
    cluster = make_cluster(member)
    assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204
    assert member.get(f"/v1/clusters/{cluster['id']}/growth").status_code == 404
    rows = select(func.count()).select_from(tables.Growth).outerjoin(tables.Cluster).where(tables.Cluster.id.is_(None))
    assert in_database(lambda session: session.scalar(rows)) == 0


def point(samples):
    return Point(samples, NOW + timedelta(seconds=samples % 1000), {})


histories = st.one_of(
    st.lists(st.integers(0, 10**6), max_size=2000, unique=True),
    st.builds(lambda start, step, number: [start + step * i for i in range(number)],
              st.integers(0, 10**6), st.integers(1, 10**12), st.integers(0, 3000)),
    st.builds(lambda factor: sorted({int(2.0 ** (i * factor)) for i in range(int(62 / factor))}), st.floats(0.002, 1)),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(histories)
def test_a_history_is_short_and_keeps_its_ends_and_its_shape(samples):
    points = [point(number) for number in sorted(samples)]
    kept = thin(points)
    assert len(kept) <= MOST_POINTS
    assert thin(kept) == kept
    if len(points) <= MOST_POINTS:
        assert kept == points
        return
    assert [kept[0], kept[-1]] == [points[0], points[-1]]
    numbers = [it.samples for it in kept]
    assert numbers == sorted(set(numbers) & set(samples))
    widest = points[-1].samples / EVEN
    for one, other in pairwise(numbers):  # the next that is there after the step
        step = max(1.0, min(widest, STEP * one))
        assert not any(one + step <= number < other for number in samples)


def test_a_long_history_forgets_nothing_at_large():
    history = []
    for number in range(0, 40 * MOST_POINTS * 100, 100):
        history = thin([*history, point(number)])
    gaps = [b.samples - a.samples for a, b in pairwise(history)]
    assert max(gaps) <= 3 * history[-1].samples / EVEN
    assert history[0].samples == 0


def test_points_are_put_together_in_order():
    other = Point(2, NOW, {"new": 1})
    assert merge([point(2), point(5)], [point(3), other]) == [other, point(3), point(5)]
    assert merge() == []


def stats(samples):
    return Stats(samples, 1, 1, 1, 1, 1, 1)


def test_a_recorder_is_short_and_knows_the_end(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr(fleet_growth.time, "monotonic", lambda: next(clock))
    recorder = Recorder()
    assert recorder.points() == []
    for number in range(1, 5000):
        recorder.note(stats(number))
        assert recorder.points()[-1].samples == number
    assert len(recorder.points()) <= 2 * growth.MOST_POINTS + 1
    assert recorder.points()[0].samples == 1


def test_a_recorder_takes_few_points_at_a_time(monkeypatch):
    monkeypatch.setattr(fleet_growth.time, "monotonic", lambda: 0.0)
    recorder = Recorder()
    for number in range(64, 100_000, 64):
        recorder.note(stats(number))
    assert len(recorder.points()) < 45


@pytest.mark.parametrize("failing", [True, False])
async def test_a_training_does_not_fail_for_want_of_its_history(failing, tmp_path, database_url, monkeypatch):
    from .test_fleet import Floor, end_of

    floor = Floor(tmp_path, database_url)
    await floor.open()
    cluster_id, told = await floor.cluster(), []

    async def grew(_, points):
        told.append(points)
        if failing:
            raise OSError("no room")

    monkeypatch.setattr(floor.fleet._tasks, "grew", grew)
    assert (await end_of(await floor.train(cluster_id))).state.value == "finished"
    assert [points[-1].samples for points in told] == [3000]  # one transaction of one task
    await floor.fleet.close()
    await floor.database.close()
