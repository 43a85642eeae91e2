"""Every SDK, packed and installed where nothing else is, runs the quick start of its README as it is written."""

import gzip
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hanami_integration.drivers import PATH, SDK, build_js
from hanami_integration.runner import PASSWORD, USER, running_server

ROOT = Path(__file__).resolve().parents[2]
GO = ROOT / "sdk" / "go"
PYTHON = ROOT / "sdk" / "python"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("server")) as server:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HANAMI_")}
        yield kept | {"PATH": PATH, "HANAMI_URL": server.url, "HANAMI_USER": USER, "HANAMI_PASSWORD": PASSWORD}


def run(*command, cwd, env):
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=880, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def example(folder, language):
    text = (folder / "README.md").read_text(encoding="utf-8")
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_python(kind, environment, tmp_path):
    copy = shutil.copytree(PYTHON, tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__", "dist"))
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", tmp_path / "dist", cwd=copy, env=environment)
    (package,) = (tmp_path / "dist").iterdir()
    home = tmp_path / "home"
    venv.create(home)
    uv = shutil.which("uv", path=PATH)
    target = next((home / "lib").glob("python*/site-packages"))
    build = ["--no-build-isolation"] if kind == "sdist" else []
    run(
        uv, "pip", "install", "--quiet", "--no-deps", *build, "--target", target, package, cwd=tmp_path, env=environment
    )
    # What it depends on is installed in the project's environment, which is looked at last.
    packages = next((Path(sys.executable).parent.parent / "lib").glob("python*/site-packages"))
    (target / "others.pth").write_text(f"{packages}\n")
    where = "import hanami_sdk; print(hanami_sdk.__file__)"
    assert run(home / "bin" / "python", "-c", where, cwd=tmp_path, env=environment).startswith(str(target))
    told = run(home / "bin" / "python", "-c", example(PYTHON, "python"), cwd=tmp_path, env=environment)
    assert "8000 of 8000" in told


def test_go(environment, tmp_path):
    copy = shutil.copytree(GO, tmp_path / "sdk")
    home = tmp_path / "home"
    home.mkdir()
    (home / "main.go").write_text(example(GO, "go"))
    shutil.copy(GO / "go.sum", home / "go.sum")
    module = (GO / "go.mod").read_text().replace("module hanami.dev/sdk/go", "module example.com/quick")
    module += f"\nrequire hanami.dev/sdk/go v0.0.0\n\nreplace hanami.dev/sdk/go => {copy}\n"
    (home / "go.mod").write_text(module)
    told = run("go", "run", "-mod=mod", ".", cwd=home, env=environment)
    assert "8000 of 8000" in told
    assert "sides" in told.splitlines()


def test_javascript(environment, tmp_path):
    node = ["node", SDK / "node_modules"]
    build_js()
    run("npm", "pack", "--silent", "--pack-destination", tmp_path, cwd=SDK, env=environment)
    (package,) = tmp_path.glob("*.tgz")
    run(node[0], node[1] / "publint/src/cli.js", "run", package, "--strict", cwd=tmp_path, env=environment)
    types = node[1] / "@arethetypeswrong/cli/dist/index.js"
    run(node[0], types, package, "--profile", "esm-only", cwd=tmp_path, env=environment)
    home = tmp_path / "home"
    home.mkdir()
    (home / "package.json").write_text('{"type": "module", "private": true}')
    run("npm", "install", "--offline", "--silent", "--legacy-peer-deps", package, cwd=home, env=environment)
    shutil.copytree(SDK / "node_modules" / "ws", home / "node_modules" / "ws")
    (home / "quick.js").write_text(example(SDK, "js"))
    told = run("node", "quick.js", cwd=home, env=environment)
    assert "8000 of 8000" in told
    assert "sides" in told.splitlines()


@pytest.mark.parametrize(("links", "tools"), [("false", False), ("true", True)], ids=["linked", "copied"])
def test_javascript_from_its_folder(links, tools, tmp_path):
    """A checkout has no dist/, and may or may not have what the compiler needs."""
    source = shutil.copytree(SDK, tmp_path / "sdk", ignore=shutil.ignore_patterns("node_modules", "dist"))
    if tools:
        (source / "node_modules").symlink_to(SDK / "node_modules")
    home = tmp_path / "home"
    home.mkdir()
    (home / "package.json").write_text('{"type": "module", "private": true}')
    env = os.environ | {"PATH": PATH, "npm_config_prefer_offline": "true", "npm_config_install_links": links}
    run("npm", "install", "--silent", source, cwd=home, env=env)
    assert (home / "node_modules" / "hanami-sdk").is_symlink() == (links == "false")
    (home / "name.js").write_text("import { Client } from 'hanami-sdk';\nconsole.log(Client.name);\n")
    assert run("node", "name.js", cwd=home, env=env) == "Client\n"


def test_what_is_compiled_already_is_not_written_again(tmp_path):
    """Packing compiles as well, and other programs may be reading dist/ meanwhile."""
    build_js()
    before = {path: path.stat().st_mtime_ns for path in (SDK / "dist").rglob("*")}
    told = run("npm", "pack", "--silent", "--pack-destination", tmp_path, cwd=SDK, env=os.environ | {"PATH": PATH})
    assert told.split() == [path.name for path in tmp_path.iterdir()]
    assert {path: path.stat().st_mtime_ns for path in (SDK / "dist").rglob("*")} == before


def test_the_bundle_for_browsers_is_small(environment, tmp_path):
    build_js()
    options = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--external:ws", "--external:node:*"]
    program = next((SDK / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    run(program, SDK / "dist/index.js", *options, f"--outfile={tmp_path}/bundle.js", cwd=SDK, env=environment)
    assert len(gzip.compress((tmp_path / "bundle.js").read_bytes())) <= 25_000
