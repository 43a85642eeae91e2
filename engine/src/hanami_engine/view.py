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


def _address(builder: Any, owner: Any, dtype: np.dtype[Any], field: str) -> Any:  # noqa: ANN401  Numba is untyped
    """Read an address out of a record."""
    place = builder.gep(builder.bitcast(owner, _BYTE_POINTER), [_WORD(dtype.fields[field][1])])  # type: ignore[index]
    return builder.load(builder.bitcast(place, _WORD.as_pointer()))


def _plain(field: str) -> Callable[[Any, int], Any]:
    """Do the same in Python, where Numba is switched off and a network is an object that has the arrays."""

    def at(owner: Any, index: int) -> Any:  # noqa: ANN401
        return getattr(owner, field)[index]

    return at


def _record(owner_type: np.dtype[Any], field: str, dtype: np.dtype[Any]) -> Callable[[Any, int], Any]:
    """Make the function that gives one record of an array."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return _plain(field)
    kind = from_dtype(dtype)

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_context: Any, owner: Any, _index: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            start = _address(builder, values[0], owner_type, field)
            step = builder.mul(values[1], _WORD(dtype.itemsize))
            return builder.inttoptr(builder.add(start, step), context.get_value_type(kind))

        return kind(owner, types.int64), generate

    return at  # type: ignore[no-any-return]


def _row(owner_type: np.dtype[Any], field: str, dtype: npt.DTypeLike, lanes: int) -> Callable[[Any, int], Any]:
    """Make the function that gives one row of an array of rows, or with one lane per row everything from there on."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return _plain(field)
    element = np.dtype(dtype)
    kind = types.Array(from_dtype(element), 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def at(_context: Any, owner: Any, _index: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            start = _address(builder, values[0], owner_type, field)
            step = builder.mul(values[1], _WORD(element.itemsize * lanes))
            array = context.make_array(kind)(context, builder)
            data = builder.inttoptr(builder.add(start, step), context.get_data_type(kind.dtype).as_pointer())
            populate_array(array, data, [_WORD(lanes)], [_WORD(element.itemsize)], _WORD(element.itemsize), None)
            return array._getvalue()

        return kind(owner, types.int64), generate

    return at  # type: ignore[no-any-return]


def _vector(owner_type: np.dtype[Any], field: str, dtype: npt.DTypeLike) -> Callable[[Any], Array]:
    """Make the function that gives an array of numbers; kernels keep within its length themselves."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return lambda owner: getattr(owner, field)  # type: ignore[no-any-return]
    element = np.dtype(dtype)
    kind = types.Array(from_dtype(element), 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def of(_context: Any, owner: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:  # noqa: ANN401
            start = _address(builder, values[0], owner_type, field)
            data = builder.inttoptr(start, context.get_data_type(kind.dtype).as_pointer())
            array = context.make_array(kind)(context, builder)
            populate_array(array, data, [_WORD(_ENDLESS)], [_WORD(element.itemsize)], _WORD(element.itemsize), None)
            return array._getvalue()

        return kind(owner), generate

    return of  # type: ignore[no-any-return]


_NET, _WORK = records.type_of_net, records.type_of_work

hexagon_at: Callable[[Net, int], Hexagon] = _record(_NET, "hexagons", records.type_of_hexagon)
target_at: Callable[[Net, int], Target] = _record(_NET, "targets", records.type_of_target)
source_at: Callable[[Net, int], Source] = _record(_NET, "sources", records.type_of_source)
level_at: Callable[[Net, int], Level] = _record(_NET, "levels", records.type_of_level)
section_at: Callable[[Net, int], Section] = _record(_NET, "sections", records.type_of_section)
scale_at: Callable[[Net, int], Scale] = _record(_NET, "scales", records.type_of_scale)
touch_at: Callable[[Work, int], Touch] = _record(_WORK, "touches", records.type_of_touch)
visit_at: Callable[[Work, int], Visit] = _record(_WORK, "visits", records.type_of_visit)

weights_at: Callable[[Net, int], Array] = _row(_NET, "weights", np.int16, LANES)
readout_at: Callable[[Net, int], Array] = _row(_NET, "readout", np.int32, LANES)
echo_at: Callable[[Net, int], Array] = _row(_NET, "echoes", np.int16, LANES)
rest_at: Callable[[Net, int], Array] = _row(_NET, "rests", np.uint16, LANES)
potentials_at: Callable[[Work, int], Array] = _row(_WORK, "potentials", np.int16, LANES)
slopes_at: Callable[[Work, int], Array] = _row(_WORK, "slopes", np.int16, LANES)
corrections_at: Callable[[Work, int], Array] = _row(_WORK, "corrections", np.int16, LANES)
blame_at: Callable[[Work, int], Array] = _row(_WORK, "blame", np.float32, LANES)

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
