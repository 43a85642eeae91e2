"""Who is in which project, as what, and who may say so; passwords, logging out, working elsewhere."""

import httpx
import pytest

pytestmark = pytest.mark.both_databases

PASSWORD = "a long enough password"
OTHER = "another long password"


def members(client: httpx.Client, project: str) -> dict[str, str]:
    items = client.get(f"/v1/projects/{project}/members").json()["items"]
    return {item["user_id"]: item["role"] for item in items}


def test_project_admins_choose_the_members_of_their_project(new_user):
    boss, stranger = new_user(role="project-admin"), new_user()
    path = f"/v1/projects/{boss.project_id}/members/{stranger.id}"
    assert boss.client.put(path, json={"role": "member"}).status_code == 200
    assert members(boss.client, boss.project_id) == {boss.id: "project-admin", stranger.id: "member"}
    assert boss.client.put(path, json={"role": "project-admin"}).json()["role"] == "project-admin"
    assert boss.client.delete(path).status_code == 204
    assert boss.client.delete(path).status_code == 404
    assert members(boss.client, boss.project_id) == {boss.id: "project-admin"}


def test_item_2_projects_of_others_are_not_managed(new_user):
    boss, other = new_user(role="project-admin"), new_user(role="project-admin")
    path = f"/v1/projects/{other.project_id}"
    assert boss.client.put(f"{path}/members/{boss.id}", json={"role": "project-admin"}).status_code == 404
    assert boss.client.delete(f"{path}/members/{other.id}").status_code == 404
    assert boss.client.patch(path, json={"name": "mine"}).status_code == 404
    assert boss.client.get(f"{path}/members").status_code == 404
    assert boss.client.patch(f"/v1/projects/{boss.project_id}", json={"name": "mine"}).json()["name"] == "mine"


def test_item_4_members_manage_nothing(new_user):
    one = new_user()
    path = f"/v1/projects/{one.project_id}"
    assert one.client.put(f"{path}/members/{one.id}", json={"role": "project-admin"}).status_code == 403
    assert one.client.patch(path, json={"name": "mine"}).status_code == 403
    assert one.client.delete(path).status_code == 403
    assert one.client.patch(f"/v1/users/{one.id}", json={"is_admin": True}).status_code == 403
    assert one.client.delete(f"/v1/users/{one.id}").status_code == 403


@pytest.mark.parametrize("field", ["id", "owner_id", "quota", "password_hash", "version", "deleted_at"])
def test_item_5_privileged_fields_are_refused(admin, new_user, field):
    answer = admin.patch(f"/v1/users/{new_user().id}", json={field: "1"})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


def test_item_7_a_membership_that_ends_counts_on_the_next_request(admin, new_user):
    one = new_user()
    assert one.client.get("/v1/clusters").status_code == 200
    assert admin.delete(f"/v1/projects/{one.project_id}/members/{one.id}").status_code == 204
    assert one.client.get("/v1/clusters").status_code == 401


def test_a_role_that_changes_counts_on_the_next_request(admin, new_user):
    one = new_user()
    other = new_user(one.project_id)
    cluster = other.client.post("/v1/clusters", json={"name": "c"}).json()["id"]
    assert one.client.get(f"/v1/clusters/{cluster}").status_code == 404
    admin.put(f"/v1/projects/{one.project_id}/members/{one.id}", json={"role": "project-admin"})
    assert one.client.get(f"/v1/clusters/{cluster}").status_code == 200


def test_a_user_works_in_several_projects(admin, new_user, new_project):
    one, second = new_user(), new_project()
    admin.put(f"/v1/projects/{second}/members/{one.id}", json={"role": "project-admin"})
    listed = one.client.get(f"/v1/users/{one.id}/projects").json()["items"]
    assert {item["project_id"]: item["role"] for item in listed} == {one.project_id: "member", second: "project-admin"}
    answer = one.client.post("/v1/tokens/switch", json={"project_id": second})
    assert (answer.status_code, answer.json()["project_id"]) == (201, second)
    assert answer.json()["roles"] == ["project-admin"]
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    cluster = one.client.post("/v1/clusters", json={"name": "c"}, headers=headers).json()
    assert cluster["project_id"] == second
    assert one.client.get(f"/v1/clusters/{cluster['id']}").status_code == 404
    refused = one.client.post("/v1/tokens/switch", json={"project_id": new_project()})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "project_id")


def test_memberships_are_read_page_by_page(admin, new_user):
    boss = new_user(role="project-admin")
    users = {boss.id} | {new_user(boss.project_id).id for _ in range(4)}
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = boss.client.get(f"/v1/projects/{boss.project_id}/members", params=query).json()
        found += [item["user_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == sorted(users)


def test_disabled_users_are_out_at_once_item_10(admin, new_user):
    one = new_user()
    assert admin.patch(f"/v1/users/{one.id}", json={"is_disabled": True}).json()["is_disabled"] is True
    assert one.client.get("/v1/projects").status_code == 401
    login = {"user_id": one.id, "password": PASSWORD}
    assert admin.post("/v1/tokens", json=login).status_code == 401
    admin.patch(f"/v1/users/{one.id}", json={"is_disabled": False})
    assert admin.post("/v1/tokens", json=login).status_code == 201


def test_item_10_a_new_password_ends_all_tokens(new_user, connect):
    one = new_user()
    second = connect(one.id)
    path = f"/v1/users/{one.id}/password"
    for old in ({}, {"old_password": "wrong"}):
        refused = one.client.put(path, json={"password": OTHER} | old)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "old_password")
    assert one.client.put(path, json={"password": OTHER, "old_password": PASSWORD}).status_code == 204
    assert one.client.get("/v1/projects").status_code == second.get("/v1/projects").status_code == 401
    assert connect(one.id, OTHER).get("/v1/projects").status_code == 200
    login = {"user_id": one.id, "password": PASSWORD}
    assert second.post("/v1/tokens", json=login).status_code == 401


def test_admins_set_passwords_of_others_only_without_the_old_one(admin, new_user, connect):
    one, two = new_user(), new_user()
    assert admin.put(f"/v1/users/{one.id}/password", json={"password": OTHER}).status_code == 204
    assert connect(one.id, OTHER)
    assert two.client.put(f"/v1/users/{one.id}/password", json={"password": PASSWORD}).status_code == 404


def test_item_11_a_token_that_was_logged_out_stays_refused(fresh_server):
    settings = {"admin_user": "root", "admin_password": PASSWORD}
    url = fresh_server(**settings).url
    tokens = [
        httpx.post(f"{url}/v1/tokens", json={"user_id": "root", "password": PASSWORD}).json()["token"] for _ in range(2)
    ]
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    assert httpx.delete(f"{url}/v1/tokens/current", headers=headers[0]).status_code == 204
    for _ in range(2):
        statuses = [httpx.get(f"{url}/v1/projects", headers=header).status_code for header in headers]
        assert statuses == [401, 200]
        url = fresh_server(**settings).url


def test_item_15_there_is_no_default_account(fresh_server):
    url = fresh_server().url
    for user in ("admin", "root", "hanami"):
        for password in ("admin", "root", "hanami", "password", "changeme"):
            answer = httpx.post(f"{url}/v1/tokens", json={"user_id": user, "password": password})
            assert answer.status_code == 401
