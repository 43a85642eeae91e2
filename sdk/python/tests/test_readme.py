"""The examples of the README, as they are written there."""

import re
import subprocess
import sys

import pytest


@pytest.fixture
def run(server, admin, repository, tmp_path):
    """Run the example at this place; gives what it prints."""
    text = (repository / "sdk" / "python" / "README.md").read_text(encoding="utf-8")
    environment = {"HANAMI_URL": server.url, "HANAMI_USER": admin["user"], "HANAMI_PASSWORD": admin["password"]}

    def example(place):
        code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[place]
        command = [sys.executable, "-W", "error", "-c", code]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return example


def test_datasets_and_tasks(run):
    printed = run(0)
    assert "8000 of 8000" in printed
    assert float(re.search(r"accuracy (\d+\.\d)%", printed)[1]) > 90


def test_a_machine_with_a_sensor(run):
    *answers, samples = run(1).splitlines()
    assert len(answers) == 10
    assert samples == str(10 + 1000 + 1 + 1)
