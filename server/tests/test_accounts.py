"""Users and projects as admins and others see them."""

import platform

import pytest

pytestmark = pytest.mark.both_databases

USER = {"id": "carol", "name": "Carol", "password": "a long enough password"}


def test_user_is_created_once(admin):
    answer = admin.post("/v1/users", json=USER)
    assert answer.status_code == 201
    told = {"id", "name", "is_admin", "is_disabled", "version", "created_at", "created_by", "updated_at"}
    assert set(answer.json()) == told
    assert answer.json()["created_by"] == "root"
    assert answer.json()["is_admin"] is False
    assert admin.post("/v1/users", json=USER).status_code == 409


def test_password_is_never_told(admin, server):
    password = "canary-4711-canary"
    created = admin.post("/v1/users", json=USER | {"id": "dora", "password": password})
    refused = admin.post("/v1/users", json=USER | {"id": "DORA", "password": password})
    assert (created.status_code, refused.status_code) == (201, 422)
    assert password not in created.text + refused.text + admin.get("/v1/users").text
    for path in server.data_dir.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("id", value) for value in ("", "Carol", "-carol", "c" * 64, "carol\n", "../carol")),
        *(("name", value) for value in ("", "x" * 121, "a\x00b", "a\nb")),
        *(("password", value) for value in ("short", "x" * 1025)),
    ],
)
def test_bad_fields_are_named(admin, field, value):
    answer = admin.post("/v1/users", json=USER | {field: value})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_long_password_counts_to_its_end(admin, connect):
    password = "0123456789abcdefghij" * 50
    admin.post("/v1/users", json=USER | {"id": "longpass", "password": password + "a"})
    assert connect("longpass", password + "a")
    answer = admin.post("/v1/tokens", json={"user_id": "longpass", "password": password + "b"})
    assert answer.status_code == 401


def test_users_see_themselves_only(new_user, admin):
    one, two = new_user(), new_user()
    assert one.client.get(f"/v1/users/{one.id}").json()["id"] == one.id
    assert one.client.get(f"/v1/users/{two.id}").status_code == 404
    assert admin.get(f"/v1/users/{two.id}").json()["id"] == two.id


def test_projects_of_others_are_not_listed(new_user, admin):
    one, two = new_user(), new_user()
    assert [project["id"] for project in one.client.get("/v1/projects").json()["items"]] == [one.project_id]
    assert one.client.get(f"/v1/projects/{two.project_id}").status_code == 404
    everything = {project["id"] for project in admin.get("/v1/projects", params={"limit": 200}).json()["items"]}
    assert {one.project_id, two.project_id, "default"} <= everything


def test_lists_are_read_page_by_page(admin, new_project):
    for _ in range(5):
        new_project()
    whole = admin.get("/v1/projects", params={"limit": 200}).json()["items"]
    pages, cursor = [], None
    while True:
        page = admin.get("/v1/projects", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == whole


def test_project_is_created_once(admin, new_project):
    assert admin.post("/v1/projects", json={"id": new_project(), "name": "Again"}).status_code == 409


def test_only_known_users_join_known_projects(admin, new_user, new_project):
    user, project = new_user().id, new_project()
    role = {"role": "member"}
    assert admin.put(f"/v1/projects/{project}/members/nobody", json=role).status_code == 404
    assert admin.put(f"/v1/projects/nowhere/members/{user}", json=role).status_code == 404
    assert admin.put(f"/v1/projects/{project}/members/{user}", json={"role": "admin"}).status_code == 422
    member = admin.put(f"/v1/projects/{project}/members/{user}", json=role)
    assert {**member.json(), "created_at": None} == {
        "project_id": project, "user_id": user, "role": "member", "created_at": None,
    }  # fmt: skip


def test_user_without_a_project_can_log_in(admin, connect):
    admin.post("/v1/users", json=USER | {"id": "loner"})
    client = connect("loner")
    assert client.get("/v1/projects").json() == {"items": [], "next_cursor": None}


def test_system_tells_versions(member, anonymous):
    info = member.get("/v1/system/info").json()
    assert info["cores"] >= 1
    assert info["memory_bytes"] > 1 << 28
    assert info["python_version"] == platform.python_version()
    assert info["database"] in {"sqlite", "postgresql"}
    assert anonymous.get("/livez").json() == {"status": "ok"}
    assert anonymous.get("/readyz").json() == {"status": "ok"}
