"""What sanitizers are told: bytes that nobody may touch, and which launches are worth their time."""

from contextlib import contextmanager

import pytest
from hanami_engine.cuda.emulated import EmulatedDevice
from hanami_engine.cuda.tenant import Tenant

FIRST, EVERY = 4, 20


class Sampled(EmulatedDevice):
    """A device that is watched in the first launches of a test and in one of twenty from then on.

    The others are done by kernels that nobody watches, on the same networks, and are many times faster.
    """

    def __init__(self, variant, **options):
        super().__init__(variant, **options)
        self._unwatched = EmulatedDevice("alone")
        self.begin()

    def begin(self):
        """Begin a test."""
        self._count = 0

    def call(self, kernel, orders, blocks, groups):
        self._count += 1
        watched = self._count <= FIRST or self._count % EVERY == 0
        (super() if watched else self._unwatched).call(kernel, orders, blocks, groups)


@contextmanager
def guarded(device):
    """Guard what lies between the arrays of every network that moves to this device."""
    move_in, move_out = Tenant.move_in, Tenant.move_out

    def guard(tenant, closed):
        if tenant.memory is not None:
            begin = tenant.memory.address
            for slots in (tenant.layout.net, tenant.layout.work):
                for place, size in slots.guards():
                    device.guard(begin + place, size, closed=closed)
                begin += slots.size

    def guarded_move_in(tenant, memory, layout, stream):
        move_in(tenant, memory, layout, stream)
        guard(tenant, closed=True)

    def guarded_move_out(tenant):
        guard(tenant, closed=False)
        move_out(tenant)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tenant, "move_in", guarded_move_in)
        patch.setattr(Tenant, "move_out", guarded_move_out)
        yield device
