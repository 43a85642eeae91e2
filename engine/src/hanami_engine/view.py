"""From a network, which is one record of addresses, to the records and rows that lie there.

Kernels take a network as one record.  Handed through dozens of small functions one by one, its arrays cost a minute of
compilation and most of the speed: Numba passes every array as seven values and counts references to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from hanami_engine import records
from hanami_engine.records import LANES, Array, Hexagon, Level, Net, Scale, Section, Source, Target, Touch, Visit, Work

_ENDLESS = 1 << 40
_WORD = ir.IntType(64)
_BYTE_POINTER = ir.IntType(8).as_pointer()
_PLAIN: bool = getattr(numba.config, "DISABLE_JIT")  # noqa: B009  Numba makes its settings while it is imported


def _address(builder: Any, owner: Any, dtype: np.dtype[Any], field: str) -> Any:  # noqa: ANN401  Numba is untyped
    """Read an address out of a record."""
    fields: Any = dtype.fields
    place = builder.gep(builder.bitcast(owner, _BYTE_POINTER), [_WORD(fields[field][1])])
    return builder.load(builder.bitcast(place, _WORD.as_pointer()))


def _array(context: Any, builder: Any, kind: types.Array, start: Any, length: int) -> Any:  # noqa: ANN401
    """Make an array of what lies at an address; nobody owns it."""
    array = context.make_array(kind)(context, builder)
    element: Any = kind.dtype
    data = builder.inttoptr(start, context.get_data_type(element).as_pointer())
    size = _WORD(element.bitwidth // 8)
    populate: Any = populate_array
    populate(array, data, [_WORD(length)], [size], size, None)
    return array._getvalue()  # noqa: SLF001  the way of all Numba extensions


def _plain(field: str) -> Any:  # noqa: ANN401
    """Do the same in Python, where Numba is switched off and a network is an object that has the arrays."""

    def at(owner: Any, index: int) -> Any:  # noqa: ANN401
        return getattr(owner, field)[index]

    return at


def _record(owner_type: np.dtype[Any], field: str, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401
    """Make the function that gives one record of an array."""
    if _PLAIN:
        return _plain(field)
    kind = from_dtype(dtype)

    @intrinsic
    def at(_context: Any, owner: Any, _index: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            start = _address(builder, values[0], owner_type, field)
            step = builder.mul(values[1], _WORD(dtype.itemsize))
            return builder.inttoptr(builder.add(start, step), context.get_value_type(kind))

        return kind(owner, types.int64), generate

    return at


def _row(owner_type: np.dtype[Any], field: str, dtype: npt.DTypeLike) -> Any:  # noqa: ANN401
    """Make the function that gives one row of `LANES` numbers."""
    if _PLAIN:
        return _plain(field)
    element = np.dtype(dtype)
    kind = types.Array(from_dtype(element), 1, "C")

    @intrinsic
    def at(_context: Any, owner: Any, _index: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            start = _address(builder, values[0], owner_type, field)
            step = builder.mul(values[1], _WORD(element.itemsize * LANES))
            return _array(context, builder, kind, builder.add(start, step), LANES)

        return kind(owner, types.int64), generate

    return at


def _vector(owner_type: np.dtype[Any], field: str, dtype: npt.DTypeLike) -> Any:  # noqa: ANN401
    """Make the function that gives an array of numbers; kernels keep within its length themselves."""
    if _PLAIN:
        return lambda owner: getattr(owner, field)
    kind = types.Array(from_dtype(np.dtype(dtype)), 1, "C")

    @intrinsic
    def of(_context: Any, owner: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            return _array(context, builder, kind, _address(builder, values[0], owner_type, field), _ENDLESS)

        return kind(owner), generate

    return of


_NET, _WORK = records.type_of_net, records.type_of_work

hexagon_at: Callable[[Net, int], Hexagon] = _record(_NET, "hexagons", records.type_of_hexagon)
target_at: Callable[[Net, int], Target] = _record(_NET, "targets", records.type_of_target)
source_at: Callable[[Net, int], Source] = _record(_NET, "sources", records.type_of_source)
level_at: Callable[[Net, int], Level] = _record(_NET, "levels", records.type_of_level)
section_at: Callable[[Net, int], Section] = _record(_NET, "sections", records.type_of_section)
scale_at: Callable[[Net, int], Scale] = _record(_NET, "scales", records.type_of_scale)
touch_at: Callable[[Work, int], Touch] = _record(_WORK, "touches", records.type_of_touch)
visit_at: Callable[[Work, int], Visit] = _record(_WORK, "visits", records.type_of_visit)

weights_at: Callable[[Net, int], Array] = _row(_NET, "weights", np.int16)
readout_at: Callable[[Net, int], Array] = _row(_NET, "readout", np.int32)
echo_at: Callable[[Net, int], Array] = _row(_NET, "echoes", np.int16)
rest_at: Callable[[Net, int], Array] = _row(_NET, "rests", np.uint16)
potentials_at: Callable[[Work, int], Array] = _row(_WORK, "potentials", np.int16)
slopes_at: Callable[[Work, int], Array] = _row(_WORK, "slopes", np.int16)
corrections_at: Callable[[Work, int], Array] = _row(_WORK, "corrections", np.int16)
blame_at: Callable[[Work, int], Array] = _row(_WORK, "blame", np.float32)

owners_of: Callable[[Net], Array] = _vector(_NET, "owners", np.int32)
biases_of: Callable[[Net], Array] = _vector(_NET, "bias", np.float32)
active_of: Callable[[Work], Array] = _vector(_WORK, "active", np.int32)
values_of: Callable[[Work], Array] = _vector(_WORK, "values", np.float32)
bounds_of: Callable[[Work], Array] = _vector(_WORK, "bounds", np.int32)
counts_of: Callable[[Work], Array] = _vector(_WORK, "counts", np.int32)
totals_of: Callable[[Work], Array] = _vector(_WORK, "totals", np.int64)
outputs_of: Callable[[Work], Array] = _vector(_WORK, "outputs", np.float32)
errors_of: Callable[[Work], Array] = _vector(_WORK, "errors", np.float32)
steps_of: Callable[[Work], Array] = _vector(_WORK, "steps", np.float32)
