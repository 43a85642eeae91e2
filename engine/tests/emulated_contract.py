"""The kernels of the GPU, emulated on the host: they keep the contract, and agree with oracle and CPU bit for bit.

Collected by `test_emulated` alone, which runs it in processes that a sanitizer watches; by itself, without one:
``pytest engine/tests/emulated_contract.py``.
"""

import os

import numpy as np
import pytest
from hanami_engine import Network, Template
from hanami_engine.cuda import Gpu
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_examples import digits as digit_files
from hypothesis import given, settings

from .contract import NetworkContract
from .contract.anatomy import Anatomy
from .contract.base import at_most
from .guards import Sampled, guarded
from .oracle import compare
from .oracle.cases import CASES
from .oracle.lives import lives

VARIANT = os.environ.get("HANAMI_EMULATED", "alone")
SAMPLED = os.environ.get("HANAMI_SAMPLED") == "1"
STAGE_BYTES = 4 << 10  # rows of many launches, of which some are watched


@pytest.fixture(scope="module")
def device():
    return Sampled(VARIANT) if SAMPLED else EmulatedDevice(VARIANT)


@pytest.fixture(scope="module", autouse=True)
def gpu(device):
    with guarded(device):
        Emulated.gpu = Gpu(device, stage_bytes=STAGE_BYTES) if SAMPLED else Gpu(device)
        yield Emulated.gpu


@pytest.fixture(autouse=True)
def watched_at_first(device):
    if SAMPLED:
        device.begin()


@pytest.fixture(autouse=True)
def on_the_gpu(gpu, monkeypatch):
    """Let the pairs of network and oracle have their networks there."""
    monkeypatch.setattr(compare, "Network", lambda template, seed: Network(template, seed=seed).to(gpu))


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Small digits, wherever this runs: no compiler makes loops over lanes fast here that belong to threads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANAMI_MNIST_DIR", os.devnull)
        return digit_files.load(digit_files.find(tmp_path_factory.mktemp("digits")))


@pytest.fixture(scope="module")
def is_mnist():
    return False


@pytest.fixture(scope="module")
def grain(digits):
    return 200 / len(digits.test_images)


class Emulated:
    """A backend: networks on the emulated GPU."""

    @classmethod
    def make(cls, template=None, seed=0):
        return Network(template, seed=seed).to(cls.gpu)

    @classmethod
    def restore(cls, data):
        return Network.from_bytes(data).to(cls.gpu)


for part in NetworkContract.__bases__:  # each a class of its own, so that they can run side by side
    globals()[f"Test{part.__name__}"] = type(f"Test{part.__name__}", (Emulated, part), {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_the_rule_is_made_of(case):
    case()


@settings(max_examples=at_most(60), deadline=None)
@given(life=lives())
def test_any_small_network_on_any_stream(life):
    life.live()


def life(samples, labels, device):
    """Grow, reduce, answer; gives all of the network and what it said."""
    net = Network(reducing(), seed=5).to(device)
    told = net.learn_many(samples[:400], labels[:400], answer=True)
    net.announce(len(samples) - 400)
    net.learn_many(samples[400:], labels[400:])
    return net.to_bytes(), told.outputs, net.predict_many(samples[:100])


def reducing():
    return Template.parse(
        "version: 1\nsettings: {enable_reduction: true, reduction_threshold: 0.1}\nhexagons:\n"
        "  - {position: [1, 1, 1], type: input}\n  - {position: [2, 1, 1], type: internal, size: 300}\n"
        "  - {position: [3, 1, 1], type: internal, size: 200}\n  - {position: [4, 1, 1], type: output}\n"
    )


def test_digits_give_the_same_bytes_as_on_the_cpu(digits, gpu):
    samples, labels = np.tile(digits.train_images, (3, 1)), np.tile(digits.train_labels, 3)
    ours, theirs = (life(samples, labels, device) for device in (gpu, "cpu"))
    assert ours[0] == theirs[0]
    for one, other in zip(ours[1:], theirs[1:], strict=True):
        np.testing.assert_array_equal(one, other)
    assert Anatomy(Network.from_bytes(ours[0])).record["freed"] > 0
