"""The compiled hanamictl against a real server: its scripts, its examples, its README, and its release."""

import hashlib
import importlib.util
import json
import os
import pty
import re
import subprocess
import sys
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import jwt
import numpy as np
import pytest
from hanami_integration import files
from hanami_integration.drivers import PATH, build_cli
from hanami_integration.runner import PASSWORD, SETTINGS, USER
from hanami_sdk import Client
from hanami_sdk.errors import SessionClosedError
from hanami_server.process import server_process

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "cli-go"
SECRET = "0123456789abcdef0123456789abcdef"
COMMAND = "hanamictl"


def load(name):
    sys.path.insert(0, str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DOCUMENT = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
COMMANDS = [
    operation["x-cli"]
    for methods in load("cli_document").CliDocument(DOCUMENT).patched()["paths"].values()
    for operation in methods.values()
]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    made = tmp_path_factory.mktemp("bin") / COMMAND
    build_cli(made)
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with server_process(folder / "data", SETTINGS | {"token_secret": SECRET}) as process:
        yield process


@pytest.fixture(scope="module")
def root(server):
    with Client(server.url, user=USER, password=PASSWORD) as client:
        yield client


@pytest.fixture(scope="module")
def environment(program, server):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANAMI_", "XDG_"))}
    return kept | {"PATH": f"{program.parent}{os.pathsep}{PATH}", "HANAMI_URL": server.url}


def run(*command, cwd, env, code=0, **more):
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=880, check=False, **more
    )
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_what_go_tests(tmp_path, environment):
    """The tables that golden files hold, and the small parts."""
    run("go", "test", "./internal/...", cwd=HOME, env=environment)


def test_scripts(environment, server, root, program):
    token = root.tokens.create(USER, PASSWORD).token
    claims = jwt.decode(token, options={"verify_signature": False})
    old = claims | {"iat": claims["iat"] - 9000, "nbf": claims["nbf"] - 9000, "exp": claims["iat"] - 10}
    known = {
        "HANAMI_TEST_URL": server.url,
        "HANAMI_TEST_PASSWORD": PASSWORD,
        "HANAMI_TEST_BIN": str(program.parent),
        "HANAMI_TEST_EXPIRED": jwt.encode(old, SECRET, headers=jwt.get_unverified_header(token)),
    }
    told = run("go", "test", "-count=1", "-v", "./acceptance", cwd=HOME, env=environment | known)
    scripts = {path.stem for path in (HOME / "acceptance" / "scripts").glob("*.txtar")}
    assert set(re.findall(r"--- PASS: TestScripts/(\S+)", told)) == scripts
    assert "SKIP" not in told


NET = """version: 1
hexagons:
  - {position: [1, 1, 1], type: input, size: 2}
  - {position: [2, 1, 1], type: internal, size: 16}
  - {position: [3, 1, 1], type: output, size: 2, values: class}
"""
READINGS = "temperature,pressure,state\n20.5,101325,1\n21,101300,0\n"


class World:
    """What examples speak of: a cluster `pump`, a dataset `readings`, a template `small`, Ada and her lab."""

    def __init__(self, root, folder):
        self._root = root
        (folder / "readings.csv").write_text(READINGS)
        (folder / "net.yaml").write_text(NET)
        for gone in (root.clusters, root.datasets, root.templates):
            for one in list(gone.list()):
                gone.delete(one.id)
        self.run = uuid4().hex[:8]
        root.projects.create(self.own("lab"), "Lab")
        root.users.create(self.own("ada"), "Ada", PASSWORD)
        root.projects.set_member(self.own("lab"), self.own("ada"), role="member")
        root.projects.set_member(self.own("lab"), USER, role="project-admin")
        pump = root.clusters.create("pump", template=NET)
        root.samples.learn(pump.id, inputs=[[20.5, 101325]], targets=[[1]])
        readings = root.datasets.upload_csv("readings", folder / "readings.csv")
        checkpoint = root.checkpoints.create(pump.id, "monday")
        root.checkpoints.download(checkpoint.id, folder / "network.hanami")
        root.templates.create("small", NET)
        task = root.clusters.train(pump.id, readings.id, inputs=["temperature", "pressure"], outputs=["state"])
        task.wait()
        self._session = root.session(pump.id)
        self._session.__enter__()
        self.names = {
            "CHECKPOINT": str(checkpoint.id),
            "TASK": str(task.id),
            "UPLOAD": str(root.uploads.start(size=len(READINGS)).id),
            "DEVICE_KEY": str(root.device_keys.create(pump.id, "sensor", scopes=["learn"]).id),
            "REQUEST": str(root.samples.request(pump.id, inputs=[[1, 2]], keep=True).request_id),
            "SESSION": str(self._session.id),
        }

    def own(self, line):
        """Ids of people and projects are never given twice: each world has its own."""
        return re.sub(r"\b(ada|eve|lab|hall)\b", rf"\1-{self.run}", line)

    def close(self):
        with suppress(SessionClosedError):  # by the example
            self._session.__exit__(None, None, None)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command['noun']}-{command['verb']}")
def test_every_command_has_an_example_that_runs(command, environment, root, tmp_path):
    world = World(root, tmp_path)
    line, code = world.own(command["example"]), 0
    assert line.startswith(f"hanamictl {command['noun']} {command['verb']}")
    token = root.tokens.create(USER, PASSWORD).token
    if command["verb"] == "exchange":
        code = 1  # this server trusts no issuer
    if command["verb"] == "events" and command["noun"] == "sessions":
        line, code = f"timeout -s INT 2 {line}", 124  # it goes on as long as the session does
    known = world.names | {"HANAMI_TOKEN": token, "HANAMI_CONFIG": str(tmp_path / "profiles.json")}
    run("bash", "-c", line, cwd=tmp_path, env=environment | known, code=code, input=f"{PASSWORD}\n")
    world.close()


def test_help_names_every_flag_and_its_meaning(environment, tmp_path):
    for command in COMMANDS:
        told = run(COMMAND, command["noun"], command["verb"], "--help", cwd=tmp_path, env=environment)
        assert command["example"] in told
        for flag in command["query"] + command["fields"]:
            assert re.search(rf"--{flag['name']} ?.*\S", told), (command["noun"], command["verb"], flag["name"])


def test_what_readme_shows(environment, root, server, tmp_path):
    """From a login to a network and its accuracy, as it is written, on a terminal that asks for the password."""
    World(root, tmp_path).close()
    images, labels = files.digits()
    for name, part in (("train", slice(None, 200)), ("t10k", slice(200, None))):
        files.write_idx(tmp_path / f"{name}-images-idx3-ubyte.gz", np.ascontiguousarray(images[part]))
        files.write_idx(tmp_path / f"{name}-labels-idx1-ubyte.gz", np.ascontiguousarray(labels[part]))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"<!-- begin cli -->\n```sh\n(.*?)```", text, re.DOTALL)[1]
    lines = lines.replace("http://127.0.0.1:8000", server.url).replace("--user ada", f"--user {USER}")
    assert lines.startswith("hanamictl login")
    env = environment | {"HOME": str(tmp_path), "NO_COLOR": "1"}
    env.pop("HANAMI_URL")
    told = on_a_terminal(["bash", "-ec", lines], tmp_path, env, PASSWORD)
    accuracy = float(re.search(r"accuracy +([\d.]+)", told)[1])
    assert accuracy > 0.5  # of 100 digits, after 200


def on_a_terminal(command, cwd, env, password):
    """Run a command on a terminal, where it is asked for a password once; gives what was on the screen."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=cwd, env=env, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        told, asked = "", False
        while True:
            try:
                part = os.read(ours, 65536).decode("utf-8", "replace")
            except OSError:  # the other side is closed
                break
            told += part
            if not asked and "password of" in told:
                os.write(ours, f"{password}\n".encode())
                asked = True
        assert process.wait(60) == 0, told
    os.close(ours)
    assert asked
    assert password not in told
    return told


@pytest.mark.timeout(900)
def test_a_release_has_all_that_it_needs(tmp_path, environment):
    machine = "arm64" if os.uname().machine == "aarch64" else "amd64"
    script = [sys.executable, ROOT / "scripts" / "cli_release.py", "--version", "1.2.3", "--into", tmp_path / "out"]
    run(*script, "--systems", f"linux/{machine},windows/arm64", cwd=tmp_path, env=environment)
    for line in (tmp_path / "out" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(tmp_path / "out" / "hanamictl-1.2.3-windows-arm64.zip") as archive:
        assert archive.read("hanamictl.exe")[:2] == b"MZ"
    with tarfile.open(tmp_path / "out" / f"hanamictl-1.2.3-linux-{machine}.tar.gz") as archive:
        archive.extractall(tmp_path / "home", filter="data")
    home = tmp_path / "home"
    assert (home / "man" / "hanamictl-clusters-create.1").read_text().startswith(".")
    assert COMMAND in (home / "completions" / "hanamictl.bash").read_text()
    assert (home / "LICENSE").exists()
    program = home / COMMAND
    assert run(program, "--version", cwd=tmp_path, env=environment).startswith("hanamictl 1.2.3 linux/")
    again = [*script[:-1], tmp_path / "again", "--systems", f"linux/{machine}"]
    run(*again, cwd=tmp_path, env=environment)
    name = f"hanamictl-1.2.3-linux-{machine}.tar.gz"
    assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
