"""Passwords that are tried first are refused, wherever one is set."""

import subprocess
import sys

import pytest
from hanami_server.access.password_rules import check_password
from hanami_server.contract.errors import ValidationFailedError
from hypothesis import given
from hypothesis import strategies as st

EASY = {
    "common": ["password", "Football", "iloveyou1", "trustno1", "1q2w3e4r", "snoopdogg"],
    "with digits around": ["password123", "123password!", "Welcome2026", "dragon1999!"],
    "letters written as digits": ["p@ssw0rd", "Pa$$word1", "f00tball!"],
    "few characters": ["aaaaaaaa", "abababababab", "11112222", "x" * 500],
    "rows": ["12345678", "87654321", "abcdefgh", "QWERTYUIOP", "poiuytrewq", "asdfghjkl", "567890123"],
}


@pytest.mark.parametrize("password", [password for some in EASY.values() for password in some])
def test_item_14_easy_passwords_are_refused(password):
    with pytest.raises(ValidationFailedError) as failure:
        check_password(password)
    assert [error.field for error in failure.value.errors] == ["password"]


@pytest.mark.parametrize("password", ["alice123", "alicealice", "Ms Alice!", "123alice"])
def test_the_own_name_is_refused(password):
    with pytest.raises(ValidationFailedError):
        check_password(password, "alice", "Alice")
    check_password(f"{password} and a rabbit", "alice", "Alice")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "a long enough password", "kT9#vq2Lm!", "wörterbuchseite 7"]
)
def test_other_passwords_are_good(password):
    check_password(password, "bob", "Bob Builder")


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=8, max_size=60))
def test_any_text_is_taken_or_refused(password):
    try:
        check_password(password, "x", "Somebody")
    except ValidationFailedError as failure:
        assert failure.errors[0].message  # noqa: PT017


def test_users_do_not_get_easy_passwords(admin, new_user):
    body = {"id": "easyuser", "name": "Easy", "password": "password123"}
    answer = admin.post("/v1/users", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")
    assert admin.get("/v1/users/easyuser").status_code == 404
    answer = admin.put(f"/v1/users/{new_user().id}/password", json={"password": "qwertyuiop"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")


@pytest.mark.process
def test_the_first_admin_does_not_either(fresh_server, tmp_path):
    with pytest.raises(RuntimeError, match="tried first"):
        fresh_server(admin_user="root", admin_password="password123")
    done = subprocess.run(
        [sys.executable, "-m", "hanami_server", "create-admin", "root"],
        input="password123\n", capture_output=True, text=True, check=False,
        env={"HANAMI_DATA_DIR": str(tmp_path / "d")},
    )  # fmt: skip
    assert (done.returncode, "tried first" in done.stderr) == (1, True)
