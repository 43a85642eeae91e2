"""The example of the README, as it is written there."""

import re
import subprocess
import sys


def test_the_example_runs(server, admin, repository, tmp_path):
    text = (repository / "sdk" / "python" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    environment = {"HANAMI_URL": server.url, "HANAMI_USER": admin["user"], "HANAMI_PASSWORD": admin["password"]}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "8000 of 8000" in done.stdout
    accuracy = re.search(r"accuracy (\d+\.\d)%", done.stdout)
    assert float(accuracy[1]) > 90
