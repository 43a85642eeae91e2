"""Networks on a GPU keep the contract, are the same as on the CPU bit for bit, and outlive the GPU."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hanami_engine import Network, Template

from ..contract import NetworkContract  # noqa: TID252  it lies beside this folder
from ..contract.anatomy import Anatomy  # noqa: TID252

HERE = Path(__file__).parent


class TestGpu(NetworkContract):
    @classmethod
    def make(cls, template=None, seed=0):
        return Network(template, seed=seed).to("cuda")

    @classmethod
    def restore(cls, data):
        return Network.from_bytes(data).to("cuda")


def life(place, digits):
    """Learn all digits, growing and reducing; gives the whole network and all that it said."""
    template = Template.parse(
        "version: 1\nsettings: {enable_reduction: true, reduction_threshold: 0.1}\nhexagons:\n"
        "  - {position: [1, 1, 1], type: input}\n  - {position: [2, 1, 1], type: internal, size: 300}\n"
        "  - {position: [3, 1, 1], type: internal, size: 200}\n  - {position: [4, 1, 1], type: output}\n"
    )
    network = Network(template, seed=5).to(place)
    samples, labels = digits.train_images, digits.train_labels
    network.announce(len(samples))
    first = network.learn_many(samples[:1000], labels[:1000], answer=True)
    rest = network.learn_many(samples[1000:], labels[1000:])
    asked = network.request_many(digits.test_images)
    one = network.request(digits.test_images[0])
    return network.to_bytes(), first.outputs, first.novelty, rest.novelty, *asked, *one


def test_a_pass_over_the_digits_gives_the_same_bytes_and_answers_as_on_the_cpu(digits):
    ours, theirs = life("cuda", digits), life("cpu", digits)
    assert ours[0] == theirs[0]
    for mine, other in zip(ours[1:], theirs[1:], strict=True):
        np.testing.assert_array_equal(mine, other)
    record = Anatomy(Network.from_bytes(ours[0])).record
    assert record["born"] > record["freed"] > 0


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.returncode, f"{done.stdout}{done.stderr}"[-6000:]


@pytest.mark.parametrize("tool", ["memcheck", "racecheck", "synccheck"])
def test_sanitizers_find_nothing(tool):
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None:
        pytest.skip(f"NO {tool.upper()}: compute-sanitizer, which comes with the CUDA toolkit, is not on PATH")
    code, said = run(sanitizer, "--tool", tool, "--error-exitcode", 99, sys.executable, HERE / "learning.py")
    assert code == 0, said
    assert "the same as on the CPU" in said


def test_networks_outlive_their_gpu():
    """In a process of its own: a context that is broken stays so."""
    code, said = run(sys.executable, HERE / "losing.py")
    assert code == 0, said
    assert "went on on the CPU" in said
