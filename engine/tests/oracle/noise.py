"""Random numbers: each is a function of the seed and of what it is for, never of what was drawn before."""

import numpy as np
from hanami_engine.records import LANES

BELOW_2_64 = 2**64 - 1
BELOW_2_32 = 2**32 - 1
GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio


def scramble(value):
    """Mix 64 bits (SplitMix64)."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & BELOW_2_64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & BELOW_2_64
    return value ^ (value >> 31)


def begin(seed, domain, number):
    """64 bits that belong to the `number`-th thing of a domain, such as "the weights of section 7"."""
    of_domain = scramble((seed + GOLDEN * domain) & BELOW_2_64)
    return scramble((of_domain + GOLDEN * (number + 1)) & BELOW_2_64)


def stream(seed, domain, number):
    """Give 64 random bits after 64 random bits, for ever."""
    state = begin(seed, domain, number)
    while True:
        state = (state + GOLDEN) & BELOW_2_64
        yield scramble(state)


def uniform(bits, count):
    """Take numbers from a stream, uniform in [-1, 1): float32 array [count]."""
    return np.array([np.float32((next(bits) >> 40) - 2**23) * np.float32(2.0**-23) for _ in range(count)], np.float32)


def mix(value):
    """Mix 32 bits (lowbias32); of an array in uint64, so that no product overflows."""
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & BELOW_2_32
    value = ((value ^ (value >> 15)) * 0x846CA68B) & BELOW_2_32
    return value ^ (value >> 16)


def dither(seed, domain, sample, block):
    """Give every lane of a block a number in [0, 1) that decides for a sample whether it rounds up or down."""
    first = (begin(seed, domain, sample) >> 32) + block * LANES
    numbers = mix((np.arange(LANES, dtype=np.uint64) + np.uint64(first)) & BELOW_2_32)
    return (numbers >> 8).astype(np.float32) * np.float32(2.0**-24)


def spread(seed, domain, sample, block, place):
    """Give a section, the `place`-th that was driven in its block, a number from 0 to 2**15 - 1 for its rounding."""
    first = (begin(seed, domain, sample) >> 32) + (block << 20)
    return int(mix((first + place) & BELOW_2_32) >> 17)
