"""Lets the kernels run in plain Python, one scalar at a time: where Numba is switched off by ``NUMBA_DISABLE_JIT=1``.

Compiled kernels follow addresses.  Here they get objects that have the arrays, and records whose fields are attributes.
"""

import numpy as np
from hanami_engine import cpu, jit, state, workspace


class Entry:
    """One record; whole numbers are Python's, which no product overflows."""

    def __init__(self, record):
        object.__setattr__(self, "_record", record)

    def __getattr__(self, name):
        value = self._record[name]
        return int(value) if isinstance(value, np.integer) else value

    def __setattr__(self, name, value):
        self._record[name] = value


class Entries:
    def __init__(self, records):
        self.records = records

    def __getitem__(self, index):
        return Entry(self.records[index])


class Owner(Entry):
    """A `Net` or a `Work`: its counters, and its arrays under the names of their addresses."""

    def __init__(self, record, arrays):
        super().__init__(record)
        for name, array in arrays._asdict().items():
            object.__setattr__(self, name, Entries(array) if array.dtype.names else array)


def install():
    """Make `Network` use the kernels as they are written."""
    known = {}

    def point(record, arrays):
        if hasattr(arrays, "active"):
            arrays = arrays._replace(active=arrays.active.astype(np.int64))  # a source may be shifted by 16 bits
        known[record.ctypes.data] = arrays

    def plain(kernel, owners):
        def run(*values):
            last = [[Owner(v[0], known[v.ctypes.data])] if i in owners else v for i, v in enumerate(values)]
            with np.errstate(over="ignore"):
                return kernel(*last)

        return run

    state.point = workspace.point = point
    jit.warm_up = lambda: None
    cpu.learn_rows = plain(cpu.learn_rows, (4, 5))
    cpu.predict_rows = plain(cpu.predict_rows, (3, 4))
    cpu.audit_lists = plain(cpu.audit_lists, (0,))
