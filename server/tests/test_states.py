"""States of clusters: copied, in rest and in the middle of a task; and where clusters are."""

import json
import platform
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from hanami_engine import Network, Template
from hanami_engine.snapshot import KEY
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

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
    assert page["items"][0]["running_tasks"] < host["running_tasks"]
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


BYTES = {"Content-Type": "application/octet-stream"}


def upload(client, cluster, content, **query):
    path = f"/v1/clusters/{cluster['id']}/checkpoints/upload"
    return client.post(path, params=query, content=content, headers=BYTES)


def learned(text=TEMPLATE, rows=100):
    """The bytes of a network that learned somewhere else."""
    network = Network(Template.parse(text), seed=7)
    images, labels = digit_rows()
    network.learn_many(images[:rows], labels[:rows])
    return network.to_bytes()


def of_format(content, number):
    """A snapshot as an engine of another format would write it."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][KEY])
    return save_tensors(load_tensors(content), {KEY: json.dumps(header | {"format": number})})


def test_a_checkpoint_from_elsewhere_is_taken_and_gone_back_to(member):
    cluster = make_cluster(member, "# the same\n" + TEMPLATE)
    content = learned()
    kept = made(upload(member, cluster, content, name="from the laboratory"))
    assert (kept["name"], kept["bytes"], kept["cluster_id"]) == ("from the laboratory", len(content), cluster["id"])
    assert member.get(f"/v1/checkpoints/{kept['id']}/content").content == content
    assert member.get(f"/v1/clusters/{cluster['id']}/checkpoints").json()["items"] == [kept]
    assert member.get(f"/v1/clusters/{cluster['id']}").json()["statistics"]["samples"] == 0
    wish = {"checkpoint_id": kept["id"]}
    restored = made(member.post(f"/v1/clusters/{cluster['id']}/restore", json=wish), 200)
    assert restored["statistics"]["samples"] == 100
    assert state_of(member, cluster) == content
    assert made(upload(member, cluster, content))["name"] == "uploaded"


DAMAGED = {
    "nothing": lambda _: b"",
    "rubbish": lambda _: b"x" * 1000,
    "a pickle": lambda _: b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "cut off": lambda content: content[:-1],
    "a flipped bit": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "an older format": lambda content: of_format(content, 1),
    "a newer format": lambda content: of_format(content, 99),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_and_leaves_nothing(member, server, damage):
    cluster = make_cluster(member)
    before = set((server.data_dir / "checkpoints").iterdir())
    answer = upload(member, cluster, damage(learned()))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "body"
    assert set((server.data_dir / "checkpoints").iterdir()) == before
    assert member.get(f"/v1/clusters/{cluster['id']}/checkpoints").json()["items"] == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("size: 128", "size: 256", "hexagon 2,1,1: expected size 128, got 256"),
        ("version: 1", "settings: {fan_out: 3}\nversion: 1", "settings.fan_out: expected 8, got 3"),
    ],
)
def test_a_state_of_another_template_is_refused_with_the_difference(member, server, old, new, words):
    cluster, text = make_cluster(member), TEMPLATE.replace(old, new)
    before = set((server.data_dir / "checkpoints").iterdir())
    answer = upload(member, cluster, learned(text))
    assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text
    assert set((server.data_dir / "checkpoints").iterdir()) == before
    other = make_cluster(member, text)
    kept = made(upload(member, other, learned(text)))
    answer = member.post(f"/v1/clusters/{cluster['id']}/restore", json={"checkpoint_id": kept["id"]})
    assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text


def test_an_upload_to_nothing_without_a_good_name_or_too_large(member):
    cluster = make_cluster(member)
    assert upload(member, {"id": str(uuid4())}, learned()).status_code == 404
    assert upload(member, cluster, learned(), name="").json()["errors"][0]["field"] == "name"
    assert upload(member, cluster, iter([bytes(1 << 20)] * 65)).status_code == 413


def test_a_network_of_an_older_format_is_no_fault_of_the_server(member, server):
    cluster, other = make_cluster(member), make_cluster(member)
    kept = made(upload(member, cluster, learned()))
    file = server.data_dir / "clusters" / f"{cluster['id']}.hanami"
    file.write_bytes(of_format(file.read_bytes(), 1))
    path = f"/v1/clusters/{cluster['id']}"
    task = {"type": "train", "dataset_id": make_digits(member)["id"], "inputs": ["image"], "outputs": ["label"]}
    for answer in (
        member.get(path),
        member.patch(path, json={"name": "new"}),
        member.post(f"{path}/copy", json={"name": "new"}),
        member.post(f"{path}/checkpoints", json={"name": "new"}),
        member.post(f"{path}/tasks", json=task),
    ):
        assert answer.status_code == 409, answer.text
        assert "cannot be loaded by this version: expected format 2, got 1" in answer.json()["detail"]
    listed = member.get("/v1/clusters").json()["items"]
    assert [item["name"] for item in listed] == ["c", "c"]
    assert member.get(f"{path}/picture").status_code == member.get(f"{path}/template").status_code == 200
    assert member.get(f"/v1/clusters/{other['id']}").status_code == 200
    made(member.post(f"{path}/restore", json={"checkpoint_id": kept["id"]}), 200)  # what is newer replaces it
    assert member.get(path).json()["statistics"]["samples"] == 100
    file.write_bytes(of_format(learned(), 1))
    assert member.delete(path).status_code == 204
