"""What importing the engine loads, and what is loaded by the time it is warm."""

import subprocess
import sys
from pathlib import Path

import hanami_engine
from hanami_engine import jit

HISTORIC = """
version: 1
hexagons:
    1,1,1
    2,1,1
    3,1,1

inputs:
    picture: 1,1,1

outputs:
    label: 3,1,1
"""
HEAVY = {"numba", "llvmlite", "scipy", "lark", "ruamel.yaml"}
USE = """
import sys
from hanami_engine import Network, Template, warm_up, windows
import hanami_engine.cuda

print(*{heavy!r} & sys.modules.keys())
warm_up()
before = set(sys.modules)
Template.parse({historic!r})
template = Template.for_data(2, 3)
template.to_svg()
network = Network(template)
for label in (0, 1, 2):
    network.learn([1.5, label], label)
network.predict([1, 2])
network.stats()
again = Network.from_bytes(network.to_bytes())
windows([1, 2, 3, 4], [1, 2, 3, 4], time_length=2)
print(*sorted(set(sys.modules) - before))
"""


def output_of(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_importing_the_engine_loads_no_compiler_and_no_grammar_and_a_warm_engine_imports_nothing_more():
    at_import, after_warm_up = output_of(USE.format(heavy=HEAVY, historic=HISTORIC))
    assert at_import == ""
    assert set(after_warm_up.split()) <= {"ruamel.yaml.mergevalue"}  # a small one, by ruamel.yaml itself


def test_the_sources_are_read_once_per_process(monkeypatch):
    folder = jit.cache_folder()
    monkeypatch.setattr(Path, "read_bytes", None)
    assert jit.cache_folder() == folder


def test_everything_that_the_engine_exports_is_there():
    assert all(hasattr(hanami_engine, name) for name in hanami_engine.__all__)
