"""Accounts, resources and policies in any order, on a real server, beside the model of who may see what."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from ruamel.yaml import YAML

from .world import ADMIN, MEMBER, PROJECT_ADMIN, Actor, Resource, World

ROOT = {"user_id": "root", "password": "root's long password"}
PASSWORD = "a long enough password"
POLICY = Path(__file__).parents[1] / "src/hanami_server/access/policy.yaml"
KINDS = ("clusters", "datasets")
ONE = {"clusters": "Cluster", "datasets": "Dataset"}
places = st.integers(0, 30)  # of a choice among what there is


class Machine(RuleBasedStateMachine):
    """Every rule calls the server, and expects what the model says."""

    examples = count()

    def __init__(self, url: str, policy: Path) -> None:
        super().__init__()
        self.client, self.policy_file = httpx.Client(base_url=url, timeout=60), policy
        self.run = f"e{next(self.examples)}"  # the server lives on from one example to the next
        self.table = YAML(typ="safe").load(POLICY.read_text())["operations"]
        self.world = World({operation: set(roles) for operation, roles in self.table.items()})
        self.tokens: dict[Actor, str] = {}
        self.root = self.client.post("/v1/tokens", json=ROOT).json()["token"]  # not part of the model: the stage hand
        self.write_policy(self.table)
        first = {"id": f"{self.run}-first", "name": "The first", "password": PASSWORD, "is_admin": True}
        assert self.send("POST", "/v1/users", self.root, json=first).status_code == 201
        self.world.add_user(first["id"], is_admin=True)
        assert self.log_in(Actor(first["id"], None)) == 201

    def teardown(self) -> None:
        """Leave nothing that the next example would see."""
        for actor in self.tokens:
            self.compare_lists(actor)
        self.write_policy(self.table)
        for path in (
            *(f"/v1/projects/{name}" for name in self.world.projects),
            *(f"/v1/users/{name}" for name in self.world.users),
        ):
            assert self.send("DELETE", path, self.root, params={"force": "true"}).status_code == 204
        self.client.close()

    # How the server is asked

    def send(self, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        answer = self.client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **more)
        assert answer.status_code < 500, answer.text
        return answer

    def expect(self, actor: Actor, operation: str, status: int, method: str, path: str, **more: Any) -> httpx.Response:
        """Call an operation; the guard's refusal comes before `status`."""
        answer = self.send(method, path, self.tokens[actor], **more)
        assert answer.status_code == (self.world.refusal(actor, operation) or status), (operation, answer.text)
        return answer

    def log_in(self, actor: Actor) -> int:
        body = {"user_id": actor.user, "password": PASSWORD}
        answer = self.client.post("/v1/tokens", json=body | ({"project_id": actor.project} if actor.project else {}))
        if answer.status_code == 201:
            self.tokens[Actor(actor.user, answer.json()["project_id"])] = answer.json()["token"]
        return answer.status_code

    def write_policy(self, table: dict[str, list[str]]) -> None:
        self.policy_file.write_text(json.dumps({"version": 1, "operations": table}))
        assert self.send("POST", "/v1/system/policy/reload", self.root).status_code == 200

    def pick(self, place: int, among: Any) -> Any:
        """Choose something that there is, or an id that is nobody's."""
        known = [*among, f"{self.run}-nobody"]
        return known[place % len(known)]

    def actor(self, place: int) -> Actor:
        known = list(self.tokens)
        return known[place % len(known)]

    # Accounts

    @rule(by=places, number=st.integers(0, 6), is_admin=st.booleans())
    def create_user(self, by: int, number: int, is_admin: bool) -> None:
        actor, user = self.actor(by), f"{self.run}-u{number}"
        status = 409 if user in self.world.taken else 201
        body = {"id": user, "name": "A user", "password": PASSWORD, "is_admin": is_admin}
        if self.expect(actor, "createUser", status, "POST", "/v1/users", json=body).status_code == 201:
            self.world.add_user(user, is_admin)

    @rule(by=places, number=st.integers(0, 4))
    def create_project(self, by: int, number: int) -> None:
        actor, project = self.actor(by), f"{self.run}-p{number}"
        status = 409 if project in self.world.taken else 201
        body = {"id": project, "name": "A project"}
        if self.expect(actor, "createProject", status, "POST", "/v1/projects", json=body).status_code == 201:
            self.world.add_project(project)

    @rule(by=places, project=places, user=places, role=st.sampled_from([MEMBER, PROJECT_ADMIN]))
    def set_member(self, by: int, project: int, user: int, role: str) -> None:
        actor, world = self.actor(by), self.world
        project_id, user_id = self.pick(project, world.projects), self.pick(user, world.users)
        good = world.may_log_in(actor) and world.manages(actor, project_id) and user_id in world.users
        path = f"/v1/projects/{project_id}/members/{user_id}"
        status = 200 if good else 404
        if self.expect(actor, "setProjectMember", status, "PUT", path, json={"role": role}).status_code == 200:
            world.members[project_id, user_id] = role

    @rule(by=places, which=places)
    def remove_member(self, by: int, which: int) -> None:
        actor, world = self.actor(by), self.world
        project_id, user_id = [*world.members, ("nowhere", "nobody")][which % (len(world.members) + 1)]
        good = world.may_log_in(actor) and world.manages(actor, project_id)
        path = f"/v1/projects/{project_id}/members/{user_id}"
        answer = self.expect(actor, "removeProjectMember", 204 if good else 404, "DELETE", path)
        if answer.status_code == 204:
            del world.members[project_id, user_id]

    @rule(user=places, project=places)
    def somebody_logs_in(self, user: int, project: int) -> None:
        actor = Actor(self.pick(user, self.world.users), self.pick(project, self.world.projects))
        assert self.log_in(actor) == (201 if self.world.may_log_in(actor) else 401)

    @rule(by=places, user=places, off=st.booleans())
    def disable_or_enable(self, by: int, user: int, off: bool) -> None:
        actor, world = self.actor(by), self.world
        user_id = self.pick(user, world.users)
        status = 404 if user_id not in world.users else 200
        if status == 200 and off and user_id == actor.user:
            status = 409
        answer = self.expect(actor, "updateUser", status, "PATCH", f"/v1/users/{user_id}", json={"is_disabled": off})
        if answer.status_code == 200:
            world.users[user_id].is_disabled = off

    @rule(by=places, user=places, force=st.booleans())
    def delete_user(self, by: int, user: int, force: bool) -> None:
        actor, world = self.actor(by), self.world
        user_id = self.pick(user, world.users)
        status = 204 if user_id in world.users else 404
        if status == 204 and user_id == actor.user:
            status = 409
        if status == 204 and world.owned_by(user_id) and not force:
            status = 409
        path, query = f"/v1/users/{user_id}", {"force": str(force).lower()}
        if self.expect(actor, "deleteUser", status, "DELETE", path, params=query).status_code == 204:
            world.remove_user(user_id)

    @rule(by=places, project=places, force=st.booleans())
    def delete_project(self, by: int, project: int, force: bool) -> None:
        actor, world = self.actor(by), self.world
        project_id = self.pick(project, world.projects)
        status = 204 if project_id in world.projects else 404
        if status == 204 and world.within(project_id) and not force:
            status = 409
        path, query = f"/v1/projects/{project_id}", {"force": str(force).lower()}
        if self.expect(actor, "deleteProject", status, "DELETE", path, params=query).status_code == 204:
            world.remove_project(project_id)

    # Resources

    @rule(by=places, kind=st.sampled_from(KINDS))
    def create(self, by: int, kind: str) -> None:
        actor, token = self.actor(by), self.tokens[self.actor(by)]
        body: dict[str, Any] = {"name": "r"}
        if kind == "datasets":
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
            upload = self.client.post("/v1/uploads", content=b"a,b\n1,2\n", headers=headers)
            body["source"] = {"kind": "csv", "file": upload.json().get("id", str(uuid4()))}
        answer = self.expect(
            actor, f"create{ONE[kind]}", 201 if actor.project else 403, "POST", f"/v1/{kind}", json=body
        )
        if answer.status_code == 201:
            self.world.resources[answer.json()["id"]] = Resource(kind, actor.user, str(actor.project))

    @rule(by=places, which=places)
    def read(self, by: int, which: int) -> None:
        self.touch(self.actor(by), which, "get", 200, "GET")

    @rule(by=places, which=places)
    def rename(self, by: int, which: int) -> None:
        self.touch(self.actor(by), which, "update", 200, "PATCH", json={"name": "renamed"})

    @rule(by=places, which=places)
    def delete(self, by: int, which: int) -> None:
        key, answer = self.touch(self.actor(by), which, "delete", 204, "DELETE")
        if answer.status_code == 204:
            self.world.remove_resources({key})

    def touch(self, actor: Actor, which: int, verb: str, status: int, method: str, **more: Any) -> Any:
        """Do something with a resource that there is, or with none."""
        known = [*self.world.resources, str(uuid4())]
        key = known[which % len(known)]
        kind = self.world.resources[key].kind if key in self.world.resources else "clusters"
        seen = self.world.may_log_in(actor) and self.world.sees(actor, key)
        path = f"/v1/{kind}/{key}"
        return key, self.expect(actor, f"{verb}{ONE[kind]}", status if seen else 404, method, path, **more)

    # Policies

    @rule(
        operation=st.sampled_from(["createCluster", "getCluster", "listDatasets", "createUser", "setProjectMember"]),
        roles=st.sets(st.sampled_from([MEMBER, PROJECT_ADMIN, ADMIN])),
    )
    def change_policy(self, operation: str, roles: set[str]) -> None:
        self.world.policy[operation] = roles
        self.write_policy(self.table | {name: sorted(held) for name, held in self.world.policy.items()})

    @rule(by=places)
    def list_what_there_is(self, by: int) -> None:
        self.compare_lists(self.actor(by))

    @invariant()
    def the_newest_sees_what_the_model_says(self) -> None:
        self.compare_lists(self.actor(-1))

    def compare_lists(self, actor: Actor) -> None:
        """Lists have what is seen, and nothing else."""
        for kind in (*KINDS, "projects"):
            operation = f"list{kind.capitalize()}"
            answer = self.expect(actor, operation, 200, "GET", f"/v1/{kind}", params={"limit": 200})
            if answer.status_code != 200:
                continue
            wanted = self.world.visible_projects(actor) if kind == "projects" else self.world.visible(actor, kind)
            found = {item["id"] for item in answer.json()["items"]}
            assert {key for key in found if kind != "projects" or key.startswith(f"{self.run}-")} == wanted


def test_nobody_ever_sees_more_or_less_than_the_model_says(fresh_server: Callable[..., Any], tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.read_text())
    many = {f"{name}requests_per_minute": "1000000" for name in ("", "costly_", "anonymous_")}
    server = fresh_server(
        admin_user=ROOT["user_id"],
        admin_password=ROOT["password"],
        policy_file=str(policy),
        login_failures="1000000",
        **many,
    )
    run_state_machine_as_test(
        lambda: Machine(server.url, policy),
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
