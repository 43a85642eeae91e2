// The threads that work on one network together, and what they share.
#pragma once

#ifndef THREADS
#define THREADS 128  // of a block
#endif

#ifdef __CUDACC_RTC__
using i16 = short;
using u16 = unsigned short;
using i32 = int;
using u32 = unsigned int;
using i64 = long long;
using u64 = unsigned long long;
#define WARP 32
#define DEVICE __device__ __forceinline__
#define KERNEL(resident) extern "C" __global__ void __launch_bounds__(THREADS, resident / THREADS)
// What is not often done must not take registers of what is. It has a team of its own: where it adds up, it ends with a
// barrier, for the caller does not know which place was shared last.
#define SELDOM __device__ __noinline__
#define SHARED(type, name) __shared__ type name
#define TEXT(text) #text
#define UNROLL(count) _Pragma(TEXT(unroll count))
// Reads what another block may just have written.
__device__ __forceinline__ u32 seen(const u32* at) { return *static_cast<const volatile u32*>(at); }
__device__ __forceinline__ void idle() {
#if __CUDA_ARCH__ >= 700
  __nanosleep(40);
#endif
}
#else
#include "shim.h"
#endif

namespace hanami {

constexpr int LANES = 128;            // neurons of a block of neurons: one row of weights
constexpr int PACK = LANES / WARP;    // lanes of a thread where a warp has a row
constexpr int WARPS = THREADS / WARP;  // of a block of threads
constexpr int STRIP = 64;            // blocks of neurons whose sections are lined up at a time
constexpr u32 EVERYONE = WARP == 32 ? 0xFFFFFFFFu : (1u << (WARP % 32)) - 1;
static_assert(PACK * WARP == LANES && WARPS * WARP == THREADS, "a warp has a row, and a block whole warps");

// Where the blocks of threads of one team meet.
struct Gate {
  u32 arrived, turn;
};

// What the threads of a block share.
struct Shared {
  i32 counts[2][WARPS];
  i64 sums[2][WARPS];
  u32 flags[2][WARPS], strays[WARPS];
  u32 masks[STRIP * WARPS];
  i32 parts[3][WARPS][LANES];
  float factors[THREADS];
  i32 jobs;
};

// A team is the blocks of threads of one network, most often one. All threads call what takes a team, in the same order.
// Most of the rule is done by the first block; what takes long, by all.
struct Team {
  static constexpr int size = THREADS;
  Shared& shared;
  Gate* gate;
  const int place, group, groups;  // of a thread in its block; of its block among all
  int turn = 0;                    // which of two places is shared next: nobody may still read it

  DEVICE Team(Shared& all, Gate* at, int mine, int among)
      : shared(all), gate(at), place(int(threadIdx.x)), group(mine), groups(among) {}
  DEVICE int warp() const { return place / WARP; }
  DEVICE int lane() const { return place % WARP; }
  DEVICE bool first() const { return group == 0; }
  DEVICE bool leads() const { return group == 0 && place == 0; }

  // Waits for the threads of this block.
  DEVICE void sync() const {
    if constexpr (WARPS == 1) {
      __syncwarp(EVERYONE);
    } else {
      __syncthreads();
    }
  }

  // Waits for all threads of the team.
  DEVICE void meet() const {
    sync();
    if (groups == 1) return;
    if (place == 0) {
      const u32 before = seen(&gate->turn);
      __threadfence();
      if (atomicAdd(&gate->arrived, 1u) == u32(groups) - 1) {
        gate->arrived = 0;
        __threadfence();
        atomicAdd(&gate->turn, 1u);
      } else {
        while (seen(&gate->turn) == before) idle();
      }
      __threadfence();
    }
    sync();
  }

  // Adds up what the threads of a block have: gives the sum of those before, and the total.
  DEVICE i32 scan(i32 mine, i32& total) {
    i32 until = mine;
    for (int step = 1; step < WARP; step *= 2) {
      const i32 before = __shfl_up_sync(EVERYONE, until, step);
      if (lane() >= step) until += before;
    }
    i32* counts = shared.counts[turn ^= 1];
    if (lane() == WARP - 1) counts[warp()] = until;
    sync();
    return offset(counts, total) + until - mine;
  }

  // The same of what is either there or not.
  DEVICE i32 rank(bool mine, i32& total) {
    const u32 mask = __ballot_sync(EVERYONE, mine);
    i32* counts = shared.counts[turn ^= 1];
    if (lane() == 0) counts[warp()] = __popc(mask);
    sync();
    return offset(counts, total) + __popc(mask & below());
  }

  // Notes who raised a flag in a place of its own, and tells whether anybody did.
  DEVICE bool vote(bool mine, u32* flags) const {
    const u32 mask = __ballot_sync(EVERYONE, mine);
    if (lane() == 0) flags[warp()] = mask;
    sync();
    u32 all = 0;
    for (int each = 0; each < WARPS; ++each) all |= flags[each];
    return all != 0;
  }

  // The sum over a warp, for all its threads.
  DEVICE i64 warp_sum(i64 mine) const {
    for (int step = WARP / 2; step > 0; step /= 2) mine += __shfl_xor_sync(EVERYONE, mine, step);
    return mine;
  }

  // The sum over a block, for all its threads.
  DEVICE i64 sum(i64 mine) {
    i64* sums = shared.sums[turn ^= 1];
    mine = warp_sum(mine);
    if (lane() == 0) sums[warp()] = mine;
    sync();
    i64 total = 0;
    for (int each = 0; each < WARPS; ++each) total += sums[each];
    return total;
  }

  DEVICE u32 below() const { return (1u << lane()) - 1; }  // the lanes before this one

 private:
  DEVICE i32 offset(const i32* counts, i32& total) const {
    i32 before = 0;
    total = 0;
    for (int each = 0; each < WARPS; ++each) {
      if (each < warp()) before += counts[each];
      total += counts[each];
    }
    return before;
  }
};

// Adds to what several blocks add to; integers, so that no order can change the sum.
DEVICE void add_to(const Team& team, i64& sum, i64 more) {
  if (team.groups == 1) {
    sum += more;
  } else {
    atomicAdd(reinterpret_cast<u64*>(&sum), u64(more));
  }
}

}  // namespace hanami

// Deals the numbers below an end out to the threads of a block.
#define EACH(name, first, end) (i64 name = (first) + team.place; name < (end); name += team.size)
// Deals the open blocks of neurons of a hexagon out to the blocks of threads of a team.
#define OURS(name, hexagon) \
  (i64 name = i64((hexagon).block) + team.group; name < i64((hexagon).block) + (hexagon).open; name += team.groups)
