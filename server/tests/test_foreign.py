"""What belongs to somebody else is as missing as what never was, on every route with an id."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hanami_server.store import tables
from sqlalchemy.orm import Session

from .operations import every_operation

pytestmark = pytest.mark.both_databases


@dataclass(frozen=True)
class Owner:
    """A user with one resource of each kind; `ids` are by name of the path parameter."""

    account: Any
    ids: dict[str, str]


@pytest.fixture(scope="module")
def owner(in_database, new_user: Callable[..., Any]) -> Owner:
    """Give a new user everything, straight in the database: no file is needed to be refused."""
    account = new_user()
    common = {"owner_id": account.id, "project_id": account.project_id}
    dataset = tables.Dataset(**common, id=uuid4(), name="d", rows=1, bytes=1, columns=[])
    cluster = tables.Cluster(**common, id=uuid4(), name="c", template="t", seed=0)
    task = {"type": "train", "state": "finished", "request": {}, "progress": {}}
    rows = {
        "template_id": tables.Template(**common, id=uuid4(), name="t", text="t"),
        "upload_id": tables.Upload(**common, id=uuid4(), size=1, received=1, sha256="0" * 64),
        "dataset_id": dataset,
        "cluster_id": cluster,
        "task_id": tables.Task(**common, id=uuid4(), cluster_id=cluster.id, **task),
        "checkpoint_id": tables.Checkpoint(
            **common, id=uuid4(), cluster_id=cluster.id, name="k", bytes=1, sha256="0" * 64
        ),
        "device_key_id": tables.DeviceKey(
            **common, id=uuid4(), cluster_id=cluster.id, name="k", sha256=uuid4().hex * 2, scopes=["learn"]
        ),
    }
    ids = {name: str(row.id) for name, row in rows.items()} | {"user_id": account.id, "project_id": account.project_id}
    ids |= {"session_id": str(uuid4()), "request_id": str(uuid4())}  # they are in no table; their cluster is

    def keep(session: Session) -> None:
        session.add_all([dataset, cluster])
        session.flush()
        session.add_all(rows.values())

    in_database(keep)
    return Owner(account, ids)


@pytest.fixture(scope="module")
def strangers(owner: Owner, new_user: Callable[..., Any]) -> dict[str, httpx.Client]:
    """Those who must not see anything of the owner."""
    return {
        "a user of another project": new_user().client,
        "an admin of another project": new_user(role="project-admin").client,
        "another member of the project": new_user(owner.account.project_id).client,
    }


def without_id(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def is_shared(case) -> bool:
    """Whether it is about a host: they are there for everybody."""
    return case.path.startswith("/v1/hosts")


@every_operation(lambda case: "{" in case.path and "member" in case.roles and not is_shared(case))
def test_item_1_item_2_foreign_is_missing(case, owner, strangers):
    (first, *_) = re.findall(r"{(\w+)}", case.path)
    for who, client in strangers.items():
        if who == "another member of the project" and first == "project_id":
            continue  # members do see their project
        foreign = client.request(case.method, case.url(**owner.ids), **case.body())
        missing = client.request(case.method, case.url(), **case.body())
        assert foreign.status_code == missing.status_code == 404, who
        assert without_id(foreign) == without_id(missing)


@every_operation(lambda case: case.id.startswith("list") and "{" not in case.path and "member" in case.roles)
def test_item_3_lists_have_nothing_foreign(case, owner, strangers):
    for who, client in strangers.items():
        if who == "another member of the project" and case.id == "listProjects":
            continue  # members do see their project
        ids = {item["id"] for item in client.get(case.path, params={"limit": 200}).json()["items"]}
        assert not ids & set(owner.ids.values()), who


@every_operation(lambda case: "{" in case.path and not is_shared(case))
def test_item_1_every_kind_of_id_is_tried(case, owner):
    assert set(re.findall(r"{(\w+)}", case.path)) <= set(owner.ids)
