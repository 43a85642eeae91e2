"""Bytes between the arrays of a device that nobody may touch: a sanitizer complains about whoever does."""

from contextlib import contextmanager

import pytest
from hanami_engine.cuda.tenant import Tenant


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
