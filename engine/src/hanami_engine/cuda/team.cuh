// The threads that work on one network together, and what they share.
#pragma once

#ifndef THREADS
#define THREADS 128  // of a block: one for every lane
#endif

#ifdef __CUDACC_RTC__
using i16 = short;
using u16 = unsigned short;
using i32 = int;
using u32 = unsigned int;
using i64 = long long;
using u64 = unsigned long long;
#define DEVICE __device__ __forceinline__
#define KERNEL extern "C" __global__
#define SHARED(type, name) __shared__ type name
#else
#include "shim.h"
#endif

namespace hanami {

// What the threads of a block share.
struct Shared {
  i64 sums[THREADS];
  int flags[THREADS];
  float error;
};

// A team is the block of threads of one network. All of them call what takes a team, in the same order.
struct Team {
  static constexpr int size = THREADS;
  Shared& shared;
  const int place;

  DEVICE explicit Team(Shared& all) : shared(all), place(int(threadIdx.x)) {}
  DEVICE void sync() const { __syncthreads(); }
  DEVICE bool leads() const { return place == 0; }

  // Adds up what all have: gives the sum of those before, and the total.
  DEVICE i64 scan(i64 mine, i64& total) {
    i64* sums = shared.sums;
    sums[place] = mine;
    sync();
    for (int step = 1; step < size; step *= 2) {
      const i64 before = place >= step ? sums[place - step] : 0;
      sync();
      sums[place] += before;
      sync();
    }
    const i64 until = sums[place];
    total = sums[size - 1];
    sync();
    return until - mine;
  }

  DEVICE i64 sum(i64 mine) {
    i64 total;
    scan(mine, total);
    return total;
  }
};

}  // namespace hanami

// Deals the numbers below an end out to the threads of a team.
#define EACH(name, first, end) (i64 name = (first) + team.place; name < (end); name += team.size)
