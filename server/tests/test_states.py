"""States of clusters: copied, in rest and in the middle of a task; and where clusters are."""

import platform
from xml.etree import ElementTree as ET

import pytest
from hanami_engine import Network, Template

from .test_work import IMAGES, LABELS, TEMPLATE, finish, made, make_cluster, make_digits, run_until_progress, train


def state_of(client, cluster):
    """The bytes of a network, as a checkpoint has them."""
    kept = made(client.post(f"/v1/clusters/{cluster['id']}/checkpoints", json={"name": "k"}))
    return client.get(f"/v1/checkpoints/{kept['id']}/content").content


def copy(client, cluster, name="copy"):
    return client.post(f"/v1/clusters/{cluster['id']}/copy", json={"name": name})


def test_a_copy_is_the_same_and_goes_its_own_way(member):
    cluster, digits = make_cluster(member, seed=3), make_digits(member)
    finish(member, train(member, cluster, digits))
    twin = made(copy(member, cluster))
    own = {"id", "name", "created_at", "updated_at", "version", "statistics"}
    now = member.get(f"/v1/clusters/{cluster['id']}").json()
    assert {name for name, value in twin.items() if now[name] != value} <= own
    assert (twin["name"], twin["version"], twin["statistics"]["samples"]) == ("copy", 1, 1797)
    before = state_of(member, cluster)
    assert state_of(member, twin) == before
    finish(member, train(member, twin, digits))
    assert state_of(member, cluster) == before
    finish(member, train(member, cluster, digits))
    assert state_of(member, cluster) == state_of(member, twin) != before
    assert member.delete(f"/v1/clusters/{cluster['id']}").status_code == 204
    assert member.get(f"/v1/clusters/{twin['id']}").json()["statistics"]["samples"] == 2 * 1797


def test_a_copy_in_the_middle_of_a_task(member):
    cluster, digits = make_cluster(member), make_digits(member)
    task = run_until_progress(member, cluster, digits)
    twin = made(copy(member, cluster))
    samples = twin["statistics"]["samples"]
    assert samples > 0
    assert member.get(f"/v1/tasks/{task['id']}").json()["state"] == "running"
    assert member.get(f"/v1/clusters/{twin['id']}/tasks").json()["items"] == []
    member.post(f"/v1/tasks/{task['id']}/cancel")
    expected = Network(Template.parse(TEMPLATE))
    expected.announce(task["progress"]["total"])
    images, labels = digit_rows()
    for start in range(0, samples, len(images)):
        rows = slice(0, min(len(images), samples - start))
        expected.learn_many(images[rows], labels[rows])
    assert state_of(member, twin) == expected.to_bytes()


def digit_rows():
    return IMAGES.reshape(len(IMAGES), -1).astype("uint8"), LABELS.astype("uint8")


def test_a_copy_without_a_good_name_or_of_nothing(member):
    cluster = make_cluster(member)
    assert copy(member, cluster, name="").status_code == 422
    assert copy(member, {"id": "00000000-0000-4000-8000-000000000000"}).status_code == 404
    assert len(member.get("/v1/clusters").json()["items"]) == 1


def test_a_copy_belongs_to_its_maker_and_stays_in_the_project(new_user):
    owner = new_user()
    boss = new_user(owner.project_id, role="project-admin")
    twin = made(copy(boss.client, make_cluster(owner.client)))
    assert (twin["owner_id"], twin["project_id"]) == (boss.id, owner.project_id)
    assert owner.client.get(f"/v1/clusters/{twin['id']}").status_code == 404


def test_the_template_and_the_picture_of_a_cluster(member):
    cluster = make_cluster(member, "# größer\n" + TEMPLATE)
    text = member.get(f"/v1/clusters/{cluster['id']}/template")
    assert (text.status_code, text.headers["Content-Type"]) == (200, "application/yaml")
    assert text.content.decode() == cluster["template"]
    picture = member.get(f"/v1/clusters/{cluster['id']}/picture")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/svg+xml")
    assert picture.text == Template.parse(TEMPLATE).to_svg()
    assert ET.fromstring(picture.text).tag.endswith("svg")


def test_hosts_tell_what_they_do(member):
    cluster, digits = make_cluster(member), make_digits(member)
    assert cluster["host"] == "local"
    task = run_until_progress(member, cluster, digits)
    host = made(member.get(f"/v1/hosts/{cluster['host']}"), 200)
    assert (host["id"], host["kind"]) == ("local", "local")
    assert min(host["threads"], host["clusters"], host["running_tasks"]) >= 1
    member.post(f"/v1/tasks/{task['id']}/cancel")
    page = member.get("/v1/hosts").json()
    assert (page["items"][0]["id"], page["next_cursor"]) == ("local", None)
    assert page["items"][0]["running_tasks"] < host["running_tasks"] + 1
    assert member.get("/v1/hosts/elsewhere").status_code == 404
    assert member.get("/v1/hosts", params={"cursor": "x"}).json()["errors"][0]["field"] == "cursor"


def test_the_version_is_public_and_the_rest_is_not(anonymous, member):
    version = made(anonymous.get("/v1/version"), 200)
    assert anonymous.get("/v1/system/info").status_code == 401
    info = made(member.get("/v1/system/info"), 200)
    assert version == {"api_version": "v1", "server_version": info["version"]}
    assert info["python_version"] == platform.python_version()
    assert info["platform"] == f"{platform.system()} {platform.machine()}"
    assert info["memory_bytes"] > 1 << 20


@pytest.mark.parametrize("secret", ["postgres", "sqlite+", "/", "password"])
def test_what_is_told_of_the_server_has_no_paths_and_no_secrets(member, secret):
    told = " ".join(map(str, member.get("/v1/system/info").json().values()))
    assert secret not in told.replace("postgresql", "")


def test_the_kind_of_database_is_told(member, server_url):
    _, url = server_url
    assert member.get("/v1/system/info").json()["database"] == url.partition("+")[0]
