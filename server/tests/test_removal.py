"""Users and projects go: what they own stays or goes with them, ids are never given twice, one admin always stays."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from hanami_server.contract.templates import TEMPLATE_EXAMPLE

from .conftest import ADMIN

pytestmark = pytest.mark.both_databases

NEW = {"name": "Somebody", "password": "a long enough password"}
CSV = {"Content-Type": "application/octet-stream"}


def make_everything(client: httpx.Client) -> dict[str, str]:
    """One resource of each kind; gives the address of each."""
    upload = client.post("/v1/uploads", content=b"a,b\n" + 5000 * b"1,0\n2,1\n", headers=CSV).json()["id"]
    spare = client.post("/v1/uploads", content=b"a\n1\n", headers=CSV).json()["id"]
    source = {"kind": "csv", "file": upload}
    dataset = client.post("/v1/datasets", json={"name": "d", "source": source}).json()["id"]
    cluster = client.post("/v1/clusters", json={"name": "c"}).json()["id"]
    work = {"type": "train", "dataset_id": dataset, "inputs": ["a"], "outputs": ["b"], "epochs": 1000}
    task = client.post(f"/v1/clusters/{cluster}/tasks", json=work).json()["id"]
    checkpoint = client.post(f"/v1/clusters/{cluster}/checkpoints", json={"name": "k"}).json()["id"]
    template = client.post("/v1/templates", json={"name": "t", "text": TEMPLATE_EXAMPLE}).json()["id"]
    return {
        "template": f"/v1/templates/{template}",
        "upload": f"/v1/uploads/{spare}",
        "dataset": f"/v1/datasets/{dataset}",
        "cluster": f"/v1/clusters/{cluster}",
        "task": f"/v1/tasks/{task}",
        "checkpoint": f"/v1/checkpoints/{checkpoint}",
    }


def files(server, addresses: dict[str, str]) -> list[str]:
    ids = {address.rsplit("/", 1)[1] for address in addresses.values()}
    return [path.name for path in server.data_dir.rglob("*") if path.name.split(".")[0] in ids]


@pytest.mark.parametrize("what", ["users", "projects"])
def test_what_owns_something_goes_only_by_force_and_with_all_of_it(what, admin, new_user, server):
    account = new_user()
    address = f"/v1/{what}/{account.id if what == 'users' else account.project_id}"
    made = make_everything(account.client)
    assert len(files(server, made)) == 4  # a task and a template have none
    refused = admin.delete(address)
    assert refused.status_code == 409
    for words in ("1 cluster", "1 dataset", "1 checkpoint", "1 task", "1 upload", "1 template"):
        assert words in refused.json()["detail"]
    assert account.client.get(made["cluster"]).status_code == 200
    assert admin.delete(address, params={"force": "true"}).status_code == 204
    assert admin.get(address).status_code == 404
    assert [admin.get(found).status_code for name, found in made.items() if name != "upload"] == [404] * 5
    assert files(server, made) == []
    assert account.client.get("/v1/clusters").status_code == 401


def test_what_others_made_of_a_cluster_goes_with_it(admin, new_user):
    owner = new_user(role="project-admin")
    other = new_user(owner.project_id, role="project-admin")
    cluster = owner.client.post("/v1/clusters", json={"name": "c"}).json()["id"]
    kept = other.client.post(f"/v1/clusters/{cluster}/checkpoints", json={"name": "k"}).json()["id"]
    assert admin.delete(f"/v1/users/{owner.id}", params={"force": "true"}).status_code == 204
    assert other.client.get(f"/v1/checkpoints/{kept}").status_code == 404


def test_deleted_ids_are_never_given_again(admin, new_user, connect):
    account = new_user()
    assert admin.delete(f"/v1/users/{account.id}").status_code == 204
    assert admin.delete(f"/v1/users/{account.id}").status_code == 404
    again = admin.post("/v1/users", json=NEW | {"id": account.id})
    assert (again.status_code, "never given twice" in again.json()["detail"]) == (409, True)
    assert admin.delete(f"/v1/projects/{account.project_id}").status_code == 204
    assert admin.post("/v1/projects", json={"id": account.project_id, "name": "Again"}).status_code == 409
    listed = [admin.get(f"/v1/{kind}", params={"limit": 200}).json()["items"] for kind in ("users", "projects")]
    ids = {item["id"] for items in listed for item in items}
    assert not ids & {account.id, account.project_id}
    login = admin.post("/v1/tokens", json={"user_id": account.id, "password": NEW["password"]})
    assert login.status_code == 401


def test_item_10_tokens_of_deleted_users_and_projects_are_refused_at_once(admin, new_user):
    gone, homeless = new_user(), new_user()
    assert gone.client.get("/v1/clusters").status_code == 200
    assert admin.delete(f"/v1/users/{gone.id}").status_code == 204
    assert gone.client.get("/v1/clusters").status_code == 401
    assert homeless.client.get("/v1/clusters").status_code == 200
    assert admin.delete(f"/v1/projects/{homeless.project_id}").status_code == 204
    assert homeless.client.get("/v1/clusters").status_code == 401
    assert (
        admin.put(f"/v1/projects/{homeless.project_id}/members/{homeless.id}", json={"role": "member"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "change", [{"is_disabled": True}, {"is_admin": False}, None], ids=["disable", "demote", "delete"]
)
def test_nobody_loses_the_own_account(change, admin):
    own = f"/v1/users/{ADMIN['user_id']}"
    answer = admin.delete(own) if change is None else admin.patch(own, json=change)
    assert answer.status_code == 409
    assert admin.get(own).json()["is_admin"] is True


def test_one_admin_stays_when_two_remove_each_other(fresh_server):
    server = fresh_server(admin_user="a", admin_password=NEW["password"])
    with httpx.Client(base_url=server.url, timeout=60) as client:

        def token(user_id: str) -> dict[str, str]:
            answer = client.post("/v1/tokens", json={"user_id": user_id, "password": NEW["password"]})
            return {"Authorization": f"Bearer {answer.json()['token']}"}

        admins = {"a": token("a")}
        for number in range(5):
            other = f"b{number}"
            client.post("/v1/users", json=NEW | {"id": other, "is_admin": True}, headers=admins["a"])
            pair = {"a": admins["a"], other: token(other)}
            with ThreadPoolExecutor(2) as pool:
                calls = [pool.submit(client.patch, f"/v1/users/{victim}", json={"is_disabled": True}, headers=pair[by])
                         for by, victim in (("a", other), (other, "a"))]  # fmt: skip
            statuses = sorted(call.result().status_code for call in calls)
            assert statuses in ([200, 401], [200, 409]), statuses
            winner, loser = (
                ("a", other) if client.get("/v1/users/a", headers=pair["a"]).status_code == 200 else (other, "a")
            )
            assert (
                client.patch(f"/v1/users/{loser}", json={"is_disabled": False}, headers=pair[winner]).status_code == 200
            )
            admins = {"a": token("a")}
            assert client.delete(f"/v1/users/{other}", headers=admins["a"]).status_code == 204


def test_users_that_are_not_there_are_missing(admin):
    nobody = f"nobody-{uuid4().hex[:8]}"
    assert admin.patch(f"/v1/users/{nobody}", json={"name": "x"}).status_code == 404
    assert admin.delete(f"/v1/users/{nobody}").status_code == 404
    assert admin.put(f"/v1/users/{nobody}/password", json={"password": NEW["password"]}).status_code == 404
    assert admin.delete("/v1/users/nobody", params={"force": "perhaps"}).status_code == 422
