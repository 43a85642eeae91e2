"""Random numbers as a function of what they are for, not of a running state.

The weights of a section and the rounding of a correction depend on the seed and on their own coordinates only, so that
neither the order of growth nor the slicing of the stream can change them.
"""

from __future__ import annotations

import numpy as np

from hanami_engine.jit import rule

STEP = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
SIGN_BIT = np.float32(2.0**-23)


@rule
def scramble(value: np.uint64) -> np.uint64:
    """Mix 64 bits (the finaliser of SplitMix64; Steele, Lea and Flood, 2014)."""
    value = (value ^ (value >> np.uint64(30))) * MIX_1
    value = (value ^ (value >> np.uint64(27))) * MIX_2
    return value ^ (value >> np.uint64(31))


@rule
def stream(seed: np.uint64, domain: int, number: int) -> np.uint64:
    """Begin a stream of random bits for the `number`-th thing of a `domain`."""
    return scramble(scramble(seed + STEP * np.uint64(domain)) + STEP * np.uint64(number + 1))


@rule
def signed(bits: np.uint64) -> np.float32:
    """Turn random bits into a uniform number in [-1, 1)."""
    return np.float32(np.int64(bits >> np.uint64(40)) - np.int64(1 << 23)) * SIGN_BIT


@rule
def hashed(value: np.uint32) -> np.uint32:
    """Mix 32 bits, which SIMD can do in every lane (lowbias32; Wellons, 2018)."""
    value = np.uint32((value ^ (value >> np.uint32(16))) * np.uint32(0x7FEB352D))
    value = np.uint32((value ^ (value >> np.uint32(15))) * np.uint32(0x846CA68B))
    return np.uint32(value ^ (value >> np.uint32(16)))
