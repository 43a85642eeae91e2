"""Templates, and what clusters and checkpoints do beside learning."""

from xml.etree import ElementTree as ET

import pytest
from hanami_sdk import (
    ConflictError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
)

TEMPLATE = """
version: 1
hexagons:
  - {position: [1, 1, 1], type: input, name: größe, size: 2}
  - {position: [2, 1, 1], type: internal, size: 32}
  - {position: [3, 1, 1], type: output, name: side, size: 2, values: class}
"""
ROWS = 400


@pytest.fixture(scope="module")
def trained(client):
    """A cluster that has learned something."""
    lines = ["x,y,side"] + [f"{i % 20},{i // 20},{int(i % 20 > i // 20)}" for i in range(ROWS)]
    points = client.datasets.upload_csv("points", [line.encode() + b"\n" for line in lines])
    cluster = client.clusters.create("sides", template=TEMPLATE)
    client.clusters.train(cluster.id, points.id, inputs=["x", "y"], outputs=["side"]).wait()
    return client.clusters.get(cluster.id)


def test_templates(client):
    made = client.templates.create("sides", TEMPLATE)
    assert [(hexagon.name, hexagon.size) for hexagon in made.hexagons] == [("größe", 2), (None, 32), ("side", 2)]
    assert client.templates.get(made.id) == made
    assert made.id in [template.id for template in client.templates.list()]
    assert client.templates.check(TEMPLATE).hexagons == made.hexagons
    assert ET.fromstring(client.templates.picture(made.id)).tag.endswith("svg")
    cluster = client.clusters.create("from a kept one", template_id=made.id)
    assert cluster.template == TEMPLATE
    client.templates.delete(made.id)
    with pytest.raises(NotFoundError):
        client.templates.get(made.id)
    assert client.clusters.template(cluster.id) == TEMPLATE
    assert "größe" in client.clusters.picture(cluster.id)


def test_a_bad_template_is_refused_with_its_line(client):
    for refused in (client.templates.check, lambda text: client.templates.create("bad", text)):
        with pytest.raises(ValidationFailedError) as caught:
            refused(TEMPLATE.replace("internal", "infernal"))
        (fault,) = caught.value.errors
        assert fault.field == "text"
        assert "line 5, key 'hexagons[1].type'" in fault.message


WHAT = {"templates": {"text": TEMPLATE}, "clusters": {"template": TEMPLATE}}


@pytest.mark.parametrize("kind", ["templates", "clusters", "checkpoints"])
def test_names_change_only_while_nobody_else_changed_them(client, kind):
    resource = getattr(client, kind)
    if kind == "checkpoints":
        made = resource.create(client.clusters.create("c").id, "first")
    else:
        made = resource.create("first", **WHAT[kind])
    renamed = resource.update(made.id, "second", version=made.version)
    assert (renamed.name, renamed.version) == ("second", made.version + 1)
    with pytest.raises(PreconditionFailedError):
        resource.update(made.id, "third", version=made.version)
    assert resource.update(made.id, "fourth").name == resource.get(made.id).name == "fourth"


def test_a_copy_and_its_past(client, trained):
    twin = client.clusters.copy(trained.id, "twin")
    assert (twin.name, twin.statistics.samples, twin.seed) == ("twin", ROWS, trained.seed)
    past = client.clusters.growth(twin.id).points
    assert [point.samples for point in past] == [point.samples for point in client.clusters.growth(trained.id).points]
    assert (past[0].samples, past[-1].statistics) == (0, twin.statistics)


def test_a_checkpoint_goes_down_and_up_again(client, trained, tmp_path):
    kept = client.checkpoints.create(trained.id, "kept")
    path = client.checkpoints.download(kept.id, tmp_path / "kept.hanami")
    fresh, heard = client.clusters.create("fresh", template=TEMPLATE), []
    sent = client.checkpoints.upload(fresh.id, "sent", path, lambda *now: heard.append(now))
    assert (sent.name, sent.sha256, sent.cluster_id) == ("sent", kept.sha256, fresh.id)
    assert heard[-1] == (path.stat().st_size, path.stat().st_size)
    assert client.clusters.restore(fresh.id, sent.id).statistics == trained.statistics
    other = client.clusters.create("other", template=TEMPLATE.replace("32", "64"))
    with pytest.raises(ConflictError, match="hexagon 2,1,1: expected size 64, got 32"):
        client.checkpoints.upload(other.id, "sent", path)
    with pytest.raises(ValidationFailedError):
        client.checkpoints.upload(fresh.id, "sent", iter([path.read_bytes()[:-1]]))
