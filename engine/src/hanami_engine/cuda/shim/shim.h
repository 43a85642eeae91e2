// What a compiler for the host needs to read the kernels: a thread of a block is a fiber.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifndef WARP
#define WARP 1
#endif

using i16 = std::int16_t;
using u16 = std::uint16_t;
using i32 = std::int32_t;
using u32 = std::uint32_t;
using i64 = long long;
using u64 = unsigned long long;

#define DEVICE inline
#define SELDOM inline
#define KERNEL(resident) extern "C" void
#define SHARED(type, name) type& name = *static_cast<type*>(shim_shared())
#define UNROLL(count)

struct Place {
  unsigned x;
};

extern thread_local Place threadIdx, blockIdx;
void __syncthreads();
void* shim_shared();
void shim_warp_barrier();
u64 shim_exchange(u64 mine, int other);  // what another thread of the warp hands in
void shim_rest();

inline void __syncwarp(u32) {
  if constexpr (WARP > 1) shim_warp_barrier();
}

template <class Value>
Value shim_take(Value mine, int other) {
  if constexpr (WARP == 1) return mine;
  u64 bits = 0;
  std::memcpy(&bits, &mine, sizeof mine);
  bits = shim_exchange(bits, other);
  std::memcpy(&mine, &bits, sizeof mine);
  return mine;
}

inline int shim_lane() { return int(threadIdx.x % WARP); }

template <class Value>
Value __shfl_sync(u32, Value mine, int from) {
  return shim_take(mine, from);
}

template <class Value>
Value __shfl_up_sync(u32, Value mine, int by) {
  return shim_take(mine, shim_lane() >= by ? shim_lane() - by : shim_lane());
}

template <class Value>
Value __shfl_xor_sync(u32, Value mine, int mask) {
  return shim_take(mine, shim_lane() ^ mask);
}

inline u32 __ballot_sync(u32, bool mine) {
  if constexpr (WARP == 1) return mine;
  u32 all = u32(mine) << shim_lane();
  for (int step = 1; step < WARP; step *= 2) all |= __shfl_xor_sync(0, all, step);
  return all;
}

inline int __popc(u32 bits) { return std::popcount(bits); }

template <class Value>
Value atomicAdd(Value* at, Value more) {
  return std::atomic_ref<Value>(*at).fetch_add(more);
}

inline u32 atomicOr(u32* at, u32 more) { return std::atomic_ref<u32>(*at).fetch_or(more); }

inline void __threadfence() {}  // the atomics of the host order everything

inline u32 seen(const u32* at) { return std::atomic_ref<u32>(*const_cast<u32*>(at)).load(); }

inline void idle() { shim_rest(); }
