"""What `make check` looks at: the linters of the files that changed, and the tests closest to them."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import check

FILES = {
    "ruff.toml": 'lint.select = ["E"]\n',
    "engine/src/core/__init__.py": "from core.network import Network\n",
    "engine/src/core/network.py": "from . import arrays\n",
    "engine/src/core/arrays.py": "",
    "engine/src/core/alone.py": "",
    "engine/tests/conftest.py": "",
    "engine/tests/test_arrays.py": "",
    "engine/tests/test_net.py": "from core import network\n",
    "server/src/served/app.py": "import core.network\n",
    "server/tests/conftest.py": "from served.app import app\n",
    "server/tests/test_routes.py": "def test_one(client): ...\n",
    "scripts/tool.py": "",
    "scripts/tests/test_tool.py": "import tool\n",
    "openapi/openapi.json": "{}",
    "scripts/tests/test_document.py": 'DOCUMENT = "openapi.json"\n',
}


def git(folder, *words):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def choices(repository, *changed, took=None):
    return [(one.distance, one.path) for one in check.Graph(repository).touched(changed, took or {})]


def test_changes_are_told_from_head_where_there_is_no_other_branch(repository):
    (repository / "scripts/tool.py").write_text("x = 1\n")
    (repository / "new.py").touch()
    (repository / "engine/src/core/alone.py").unlink()
    assert check.changed_files(repository, None) == ("HEAD", ["engine/src/core/alone.py", "new.py", "scripts/tool.py"])


def test_changes_are_told_from_where_the_branch_began_or_from_a_named_commit(repository):
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    for name in ("one.py", "two.py"):
        (repository / name).touch()
        git(repository, "add", ".")
        git(repository, "commit", "-m", name)
    assert check.changed_files(repository, None)[1] == ["one.py", "two.py"]
    assert check.changed_files(repository, "HEAD~1") == ("HEAD~1", ["two.py"])


def test_a_changed_test_comes_first(repository):
    assert choices(repository, "engine/tests/test_net.py") == [(0, "engine/tests/test_net.py")]


def test_tests_follow_imports_and_names_the_closest_first(repository):
    assert choices(repository, "engine/src/core/arrays.py") == [
        (1, "engine/tests/test_arrays.py"),  # by its name
        (2, "engine/tests/test_net.py"),
        (4, "server/tests/test_routes.py"),  # network, app, and conftest.py, whose fixtures it uses
    ]


def test_what_nothing_imports_touches_no_test(repository):
    assert choices(repository, "engine/src/core/alone.py", "README.md") == []


def test_the_reason_is_told(repository):
    graph = check.Graph(repository)
    assert graph.touched(["scripts/tool.py"], {})[0].reason == "it has the name of scripts/tool.py"
    assert graph.touched(["openapi/openapi.json"], {})[0].reason == "it names openapi/openapi.json"
    assert "which leads to engine/src/core/arrays.py" in graph.touched(["engine/src/core/arrays.py"], {})[1].reason


def test_of_equally_close_tests_the_fastest_comes_first(repository):
    took = {"engine/tests/test_net.py": 9.0, "engine/tests/test_arrays.py": 4.0}
    changed = ("engine/tests/test_net.py", "engine/tests/test_arrays.py")
    assert [path for _, path in choices(repository, *changed, took=took)] == [changed[1], changed[0]]


def test_what_does_not_fit_is_left_out_and_told(capsys):
    near, slow, far = (check.Choice(1, 10, "a", "r"), check.Choice(2, 90, "b", "r"), check.Choice(3, 20, "c", "r"))
    chosen, left_out = check.fitting([near, slow, far], 15 + check.STARTING, 2)
    assert (chosen, left_out) == ([near, far], [slow])
    check.print_left_out(left_out, interrupted=False)
    told = capsys.readouterr().out
    assert "left out for lack of time, 1: b\n" in told
    assert "make test" in told


def test_only_linters_of_changed_files_are_asked():
    def asked(path):
        return [linter.name for linter in check.linters(["src"]) if linter.wanted(path)]

    assert asked("server/src/served/app.py") == ["ruff format", "ruff check", "mypy"]
    assert asked("openapi/openapi.json") == ["document"]
    assert asked("sdk/go/client.go") == ["sdk/go"]
    assert asked("README.md") == []


def test_a_linter_that_complains_is_heard(repository, capsys):
    (repository / "scripts/tool.py").write_text("import   os\n")
    assert not check.lint(repository, ["scripts/tool.py"], ["scripts/tool.py"])
    assert "ruff format: not clean" in capsys.readouterr().out
    (repository / "scripts/tool.py").write_text("")
    assert check.lint(repository, ["scripts/tool.py"], ["scripts/tool.py"])


def test_chosen_tests_run_and_what_they_took_is_remembered(repository):
    path = "engine/tests/test_net.py"
    (repository / path).write_text("def test_good(): assert True\n")
    choice = check.Choice(0, 1, path, "it changed")
    status, took = check.run_tests(repository, [choice], 120)
    assert (status, list(took)) == (0, [path])
    (repository / path).write_text("def test_bad(): assert False\n")
    assert check.run_tests(repository, [choice], 120)[0] not in {0, check.NOTHING, check.INTERRUPTED}


def test_tests_that_take_too_long_are_stopped_and_expected_to_take_longer_next_time(repository):
    path = "engine/tests/test_net.py"
    (repository / path).write_text("import time\ndef test_endless():\n    while True: time.sleep(1)\n")
    choice = check.Choice(0, 3, path, "it changed")
    status, took = check.run_tests(repository, [choice], 5)
    assert status == check.INTERRUPTED
    assert check.remembered({}, took, [choice], status)[path] >= 6


def test_marks_of_long_tests_are_left_out_where_they_are_registered(repository):
    assert check.without_marks(repository) == []
    markers = 'markers = ["proof: takes long", "gpu: needs one", "exhaustive: takes longer"]\n'
    (repository / "pyproject.toml").write_text(f"[tool.pytest.ini_options]\n{markers}")
    assert check.without_marks(repository) == ["-m", "not exhaustive and not proof"]
