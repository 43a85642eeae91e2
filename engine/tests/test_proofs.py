"""Proofs that are kept by digest: what is recorded, what is run again, and what the summary lists."""

import re
import shutil
from pathlib import Path

import pytest

from .proofs import KEPT

pytest_plugins = ["pytester"]

CONFTEST = """
from .proofs import Proofs

def pytest_configure(config):
    config.pluginmanager.register(Proofs(config), "proofs")
"""
MODULE = """
import os
from pathlib import Path
import pytest

def ran(name):
    with Path(os.environ["RAN"]).open("a") as file:
        file.write(name + " ")

@pytest.fixture
def tidy():
    yield
    assert not Path(os.environ["RAN"]).with_name("untidy").exists()

@pytest.mark.proof
@pytest.mark.parametrize("variant", ["one", "other"])
def test_variants(variant, tidy):
    ran(variant)

@pytest.mark.proof
def test_single():
    ran("single")
    mode = Path(os.environ["RAN"]).with_name("mode.txt").read_text()
    assert mode != "fail"
    if mode == "interrupt":
        raise KeyboardInterrupt
    if mode == "skip":
        pytest.skip("not here")
    if mode == "xfail":
        pytest.xfail("known")

def test_usual():
    ran("usual")
"""
ALL = ["one", "other", "single", "usual"]


@pytest.fixture
def project(pytester, monkeypatch):
    """A small project with the plugin, laid out as ours, with a cache of its own."""
    return Project(pytester, monkeypatch)


class Project:
    def __init__(self, pytester, monkeypatch):
        self.pytester, self.home = pytester, pytester.path
        self.log, self.cache = self.home / "ran.txt", self.home / "cache"
        for name in ("HANAMI_PROVE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HANAMI_CACHE_DIR", str(self.cache))
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("RAN", str(self.log))
        self.environment = monkeypatch
        self.tests = self.home / "part" / "tests"
        for folder in (self.tests, self.home / "part" / "src", self.home / "requirements"):
            folder.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("proofs.py"), self.tests)
        self.write("requirements/dev.lock", "numpy==1")
        self.write("part/src/kernel.cu", "int one;")
        self.write("part/tests/conftest.py", CONFTEST)
        self.write("part/tests/test_some.py", MODULE)
        self.write("mode.txt", "pass")
        self.write("part/tests/test_other.py", "def test_nothing(): pass")
        pytester.makeini("[pytest]\naddopts = --import-mode=importlib --strict-markers -p no:cacheprovider -p xdist\n")

    def write(self, name, text):
        (self.home / name).write_text(text)

    def run(self, *options, folder="part/tests", start=None):
        """Run the tests; return which of them did something, what was taken from the cache, and the result."""
        self.log.write_text("")
        result = (start or self.pytester.runpytest)(*options, folder)
        return sorted(self.log.read_text().split()), taken(result.stdout.str()), result


def taken(said):
    """Read from a summary what it lists as taken from the cache."""
    found = re.search(
        r"^=+ (\d+) proofs taken from the cache \(digest [0-9a-f]{12}…\) =+\n((?:.*\n)*?)HANAMI_PROVE=all",
        said,
        re.MULTILINE,
    )
    return (int(found[1]), found[2].splitlines()) if found else None


EVERY = (3, ["part/tests/test_some.py::test_single", "part/tests/test_some.py::test_variants [one, other]"])
SINGLE = (1, ["part/tests/test_some.py::test_single"])
VARIANTS = (2, ["part/tests/test_some.py::test_variants [one, other]"])


def test_what_passed_is_taken_from_the_cache_and_listed(project):
    ran, listed, result = project.run()
    assert (ran, listed) == (ALL, None)
    result.assert_outcomes(passed=5)
    ran, listed, result = project.run("-v")
    assert (ran, listed) == (["usual"], EVERY)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*test_some.py::test_single PROVEN BEFORE*", "*2 passed, 3 proven before in*"])


def test_workers_record_and_list_what_they_took(project):
    assert project.run("-n", "2")[:2] == (ALL, None)
    ran, listed, result = project.run("-n", "2")
    assert (ran, listed) == (["usual"], EVERY)
    result.stdout.fnmatch_lines(["*2 passed, 3 proven before in*"])


def test_workers_of_a_run_that_cannot_list_proofs_run_them(project):
    """Started on a folder above the plugin, only the workers load it: nothing would name what they took."""
    project.run()
    assert project.run("-n", "1", folder=".")[:2] == (ALL, None)


@pytest.mark.parametrize(
    "name", ["part/src/kernel.cu", "part/tests/test_some.py", "part/tests/helper.py", "requirements/dev.lock"]
)
def test_whatever_decides_a_proof_makes_it_run_again(project, name):
    project.run()
    project.write(name, f"{(project.home / name).read_text() if (project.home / name).exists() else ''}\n# changed")
    assert project.run()[:2] == (ALL, None)
    assert project.run()[:2] == (["usual"], EVERY)


def test_other_tests_change_no_proof(project):
    project.run()
    project.write("part/tests/test_other.py", "def test_another_thing(): pass")
    assert project.run()[:2] == (["usual"], EVERY)


def test_another_compiler_or_a_shorter_run_is_another_proof(project):
    project.run()
    with project.environment.context() as patch:
        patch.setenv("HANAMI_EXAMPLES", "1")
        assert project.run()[:2] == (ALL, None)
    compiler = project.home / "bin" / "g++"
    compiler.parent.mkdir()
    compiler.write_text("#!/bin/sh\necho g++ 99")
    compiler.chmod(0o755)
    project.environment.setenv("PATH", str(compiler.parent), prepend=":")
    assert project.run()[:2] == (ALL, None)
    assert project.run()[:2] == (["usual"], EVERY)


@pytest.mark.parametrize("mode", ["fail", "skip", "xfail", "interrupt"])
def test_only_what_passed_is_recorded(project, mode):
    project.write("mode.txt", mode)
    start = project.pytester.runpytest_subprocess if mode == "interrupt" else None
    for _ in range(2):
        ran, listed, _ = project.run("-k", "not usual", start=start)
        assert "single" in ran
    assert listed == VARIANTS


def test_a_proof_that_fails_while_it_tidies_up_is_not_recorded(project):
    project.write("untidy", "")
    project.run()
    ran, listed, result = project.run()
    assert (ran, listed) == (["one", "other", "usual"], SINGLE)
    result.assert_outcomes(passed=4, errors=2)


def test_every_proof_runs_where_that_is_asked_for(project):
    project.run()
    project.environment.setenv("HANAMI_PROVE", "all")
    assert project.run()[:2] == (ALL, None)
    project.environment.setenv("HANAMI_PROVE", "some")
    assert "HANAMI_PROVE: expected nothing or 'all', got 'some'" in project.run()[2].stderr.str()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b"null", None], ids=repr)
def test_a_record_that_cannot_be_used_is_none(project, damage):
    project.run()
    (record,) = [path for path in project.cache.rglob("*.json") if b"test_single" in path.read_bytes()]
    record.unlink()
    if damage is None:
        record.mkdir()  # can neither be read nor be replaced
    else:
        record.write_bytes(damage)
    assert project.run()[:2] == (["single", "usual"], VARIANTS)


def test_a_record_of_another_proof_or_digest_is_none(project):
    project.run()
    records = {path: path.read_bytes() for path in project.cache.rglob("*.json")}
    one, other = list(records)[:2]
    one.write_bytes(records[other])
    other.write_bytes(records[other].replace(b'"digest": "', b'"digest": "0'))
    ran, listed, _ = project.run()
    assert len(ran) == 3
    assert listed[0] == 1


def test_digests_that_were_used_long_ago_are_removed(project):
    for number in range(KEPT + 2):
        project.write("part/src/kernel.cu", f"int number_{number};")
        project.run()
    assert len(list((project.cache / "proofs").iterdir())) == KEPT
    assert project.run()[:2] == (["usual"], EVERY)


def test_where_the_cache_cannot_be_written_proofs_pass_all_the_same(project):
    project.write("cache", "a file where the folder should be")
    ran, listed, result = project.run()
    assert (ran, listed) == (ALL, None)
    assert result.ret == 0
