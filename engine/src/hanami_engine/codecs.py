"""From what users hand in to what kernels take: samples, class labels, real values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanami_engine.errors import InputError
from hanami_engine.state import Array

DIRECT = (np.dtype(np.uint8), np.dtype(np.float32))


def as_samples(x: npt.ArrayLike, inputs: int) -> Array:
    """Give samples as a C-contiguous uint8 or float32 array [n, inputs]; such an array is taken without a copy.

    Other real numbers are converted to float32.  NaN means that there is no reading, infinity counts as the largest
    magnitude, negative values have sections of their own.

    Raises
    ------
    InputError
        Not numbers, or not two dimensions with one column per input.
    """
    samples = _numbers("x", x)
    if samples.ndim != 2 or samples.shape[1] != inputs:
        raise InputError("x", f"expected shape (n, {inputs}), got {samples.shape}")
    if samples.dtype not in DIRECT:
        with np.errstate(over="ignore"):  # what is too large for float32 counts as infinite
            samples = samples.astype(np.float32)
    return np.require(samples, requirements=["C", "A"])


def as_labels(y: npt.ArrayLike, samples: int, classes: int) -> Array:
    """Give class numbers as an int64 array [n].

    Raises
    ------
    InputError
        Not one whole number from 0 to ``classes - 1`` per sample; names the first row that is not.
    """
    given = _numbers("y", y)
    if given.shape == (samples, 1):
        given = given[:, 0]
    if given.shape != (samples,):
        raise InputError("y", f"expected {samples} class numbers, got shape {given.shape}")
    good = (given >= 0) & (given < classes) & (given == np.floor(given))
    if not good.all():
        row = int(np.argmin(good))
        raise InputError("y", f"row {row}: expected a class from 0 to {classes - 1}, got {given[row]}")
    return np.ascontiguousarray(given, np.int64)


def as_values(y: npt.ArrayLike, samples: int, outputs: int) -> Array:
    """Give real targets as a float32 array [n, outputs].

    Raises
    ------
    InputError
        Not one finite number per sample and output; names the first row that is not.
    """
    given = _numbers("y", y)
    if given.shape == (samples,) and outputs == 1:
        given = given[:, None]
    if given.shape != (samples, outputs):
        raise InputError("y", f"expected shape ({samples}, {outputs}), got {given.shape}")
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(given, np.float32)
    good = np.isfinite(values).all(axis=1)
    if not good.all():
        raise InputError("y", f"row {int(np.argmin(good))}: expected finite numbers within the range of float32")
    return values


def _numbers(field: str, given: npt.ArrayLike) -> Array:
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise InputError(field, "expected an array whose rows have the same length") from error
    if array.dtype.kind not in "buif":
        raise InputError(field, f"expected real numbers, got {array.dtype}")
    return array
