"""What a server imports and when: little to begin with, and everything by the time it is ready."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hanami_server.blobs.columns import as_arrow, from_arrow

LATER = {"numba", "llvmlite", "scipy", "lark", "pyarrow", "pandas", "zxcvbn", "alembic", "limits", "httpx", "asyncpg"}
LOADED = "print(json.dumps(sorted(sys.modules)))"


def modules_after(code):
    code = f"import json, sys\n{code}\n{LOADED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_application_is_imported_without_what_a_start_loads_later():
    loaded = modules_after("from hanami_server.app import create_app")
    assert "sqlalchemy" in loaded
    assert not LATER & loaded


@pytest.mark.parametrize("arguments", [["--help"], ["policy"]])
def test_short_commands_load_neither_the_application_nor_the_engine(arguments):
    code = f"from hanami_server.__main__ import main; sys.argv[1:] = {arguments}\ntry: main()\nexcept SystemExit: pass"
    assert not {"quart", "sqlalchemy", "numpy", "hanami_engine"} & modules_after(code)


def test_nothing_is_imported_by_the_first_requests_after_a_server_is_ready(tmp_path):
    program = Path(__file__).with_name("first_requests.py")
    done = subprocess.run([sys.executable, program, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported = json.loads(done.stdout.splitlines()[-1])
    assert set(imported) <= {"encodings.unicode_escape"}  # a small one, by Jinja


@pytest.mark.parametrize("dtype", ["uint8", "int32", "uint64", "float32"])
def test_numbers_survive_the_way_to_arrow(dtype):
    values = np.arange(20).astype(dtype)
    assert as_arrow(values, nan_is_null=True).to_pylist() == values.tolist()


def test_missing_readings_survive_the_way_to_arrow_and_back():
    values = np.array([1, np.nan, 3, np.nan, *range(10)], np.float32)
    arrow = as_arrow(values, nan_is_null=True)
    assert arrow.null_count == 2
    numbers, missing = from_arrow(arrow.slice(1, 10))
    np.testing.assert_array_equal(numbers, values[1:11])
    np.testing.assert_array_equal(missing, np.isnan(values[1:11]))
    assert as_arrow(values).null_count == 0
