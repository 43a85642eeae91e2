// Random numbers as a function of what they are for (rules/noise.py).
#pragma once

#include "records.cuh"

namespace hanami {

constexpr u64 STEP = 0x9E3779B97F4A7C15ull;

DEVICE u64 scramble(u64 value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
  return value ^ (value >> 31);
}

DEVICE u64 stream(u64 seed, int domain, i64 number) {
  return scramble(scramble(seed + STEP * u64(domain)) + STEP * u64(number + 1));
}

DEVICE float signed_of(u64 bits) { return float(i64(bits >> 40) - (1ll << 23)) * 0x1p-23f; }

DEVICE u32 hashed(u32 value) {
  value = (value ^ (value >> 16)) * 0x7FEB352Du;
  value = (value ^ (value >> 15)) * 0x846CA68Bu;
  return value ^ (value >> 16);
}

}  // namespace hanami
