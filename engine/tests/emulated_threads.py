"""Several threads of the emulated GPU do what the CPU does, in every bit: on each network one block of them, and two.

Collected by `test_emulated` alone, which runs it in a process that the thread sanitizer watches.  The oracle checks
what the CPU does, once for all of them.
"""

from contextlib import contextmanager

import pytest
from hanami_engine.cuda import Gpu, launch, shapes
from hanami_engine.cuda.emulated import EmulatedDevice
from hypothesis import given, settings

from .contract.base import at_most
from .oracle.cases import CASES
from .oracle.lives import lives
from .oracle.recording import play, record

VARIANTS = ("team", "warp", "thread")


@contextmanager
def blocks_of_threads(blocks):
    """Run every network that learns with this number of blocks of threads."""
    with pytest.MonkeyPatch.context() as patch:
        if blocks > 1:
            patch.setattr(launch, "LARGE", 0)
            patch.setattr(launch, "learning_team", lambda *_: shapes.Team(1, blocks))
        yield


@pytest.fixture(scope="module")
def devices():
    return [EmulatedDevice(variant) for variant in VARIANTS]


def everywhere(recording, devices):
    """Play a recording on every device, with one block of threads for each network, and with two."""
    for variant, device in zip(VARIANTS, devices, strict=True):
        for blocks in (1, 2):
            with blocks_of_threads(blocks):
                try:
                    play(recording, Gpu(device))
                except AssertionError as error:
                    error.add_note(f"variant {variant}, {blocks} blocks")
                    raise


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_the_rule_is_made_of(case, devices):
    everywhere(record(case), devices)


@settings(max_examples=at_most(20), deadline=None)
@given(life=lives())
def test_any_small_network_on_any_stream(life, devices):
    everywhere(record(life.live), devices)
