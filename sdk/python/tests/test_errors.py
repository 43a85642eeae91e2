"""Every status is an exception of its own that carries the whole problem."""

import json
from uuid import uuid4

import hanami_sdk
import pytest
from hanami_sdk import ApiError, NotFoundError, ValidationFailedError, errors


@pytest.mark.parametrize(("status", "kind"), errors.BY_STATUS.items())
def test_every_status_has_its_exception(shaky, faulty, status, kind):
    problem = {
        "type": "/docs#x",
        "title": "Title",
        "status": status,
        "detail": "Detail.",
        "errors": [{"field": "name", "message": "too long"}],
        "request_id": "abc",
    }
    faulty.answer(status, problem, {"Retry-After": "100"})
    with pytest.raises(kind) as caught:
        shaky.system.info()
    error = caught.value
    assert (error.status, error.type, error.title, error.detail) == (status, "/docs#x", "Title", "Detail.")
    assert [(part.field, part.message) for part in error.errors] == [("name", "too long")]
    assert error.request_id == "abc"
    assert str(error) == f"{status} Title: Detail.; name: too long"


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[]", b'{"title": 1}', b"\xff"])
def test_an_answer_of_somebody_else(shaky, faulty, body):
    faulty.answer(502, body)
    with pytest.raises(ApiError) as caught:
        shaky.system.info()
    assert type(caught.value) is ApiError
    assert caught.value.status == 502


def test_the_statuses_of_the_contract_are_all_known(repository):
    document = json.loads((repository / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    statuses = {int(status) for operation in operations for status in operation["responses"]}
    assert {status for status in statuses if status >= 400} <= errors.BY_STATUS.keys()


def test_every_exception_is_public_and_in_the_tree():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    for kind in kinds:
        assert getattr(hanami_sdk, kind.__name__) is kind
        assert kind.__name__ in str(errors.__doc__)


def test_missing_on_a_real_server(client):
    with pytest.raises(NotFoundError) as caught:
        client.datasets.get(uuid4())
    assert caught.value.request_id


def test_wrong_fields_on_a_real_server(client):
    with pytest.raises(ValidationFailedError) as caught:
        client.users.create("UPPER", "Name", "a long password")
    assert caught.value.errors[0].field == "id"
